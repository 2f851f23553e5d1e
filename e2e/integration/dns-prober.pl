# Asks the embedded DNS of the network namespace it runs in (127.0.0.11) for the IPv4 addresses of many names.
# Standard input: one name a line.  Standard output: "NAME ADDRESS…" for each that was answered with addresses.
# Shares nothing with the product: the tests need a second opinion.
use strict;
use warnings;
use Socket qw(:DEFAULT inet_aton inet_ntoa);
use Time::HiRes qw(time);

my ($window, $patience, $tries) = (64, 1, 3);
socket(my $socket, AF_INET, SOCK_DGRAM, 0) or die "socket: $!";
# Connected, so that a refusal is told.
connect($socket, sockaddr_in(53, inet_aton('127.0.0.11'))) or die "connect: $!";
chomp(my @names = <STDIN>);
my @queue = map { { id => $_ + 1, name => $names[$_], tries => 0 } } 0 .. $#names;
my %open;

sub question {
    my ($id, $name) = @_;
    my $labels = join '', map { pack('C/a*', $_) } split /\./, $name;
    return pack('n6', $id, 0x0100, 1, 0, 0, 0) . $labels . "\0" . pack('n2', 1, 1);
}

# Past a name, which ends in a zero or in a pointer.
sub skip_name {
    my ($packet, $at) = @_;
    while (1) {
        my $length = unpack 'C', substr($packet, $at, 1);
        return $at + 1 if $length == 0;
        return $at + 2 if $length >= 0xc0;
        $at += 1 + $length;
    }
}

sub addresses {
    my ($packet) = @_;
    my ($questions, $answers) = unpack 'x4 n2', $packet;
    my $at = 12;
    $at = skip_name($packet, $at) + 4 for 1 .. $questions;
    my @found;
    for (1 .. $answers) {
        $at = skip_name($packet, $at);
        my ($type, $length) = unpack 'n x6 n', substr($packet, $at, 10);
        push @found, inet_ntoa(substr($packet, $at + 10, 4)) if $type == 1 and $length == 4;
        $at += 10 + $length;
    }
    return @found;
}

while (@queue or %open) {
    while (@queue and keys %open < $window) {
        my $ask = shift @queue;
        $ask->{tries} += 1;
        $ask->{until} = time + $patience;
        # Nobody serves names here: that is an answer too.
        exit 0 if not defined send($socket, question($ask->{id}, $ask->{name}), 0);
        $open{$ask->{id}} = $ask;
    }
    my $read = '';
    vec($read, fileno $socket, 1) = 1;
    if (select($read, undef, undef, 0.1) > 0) {
        # Refused: a port nobody listens on.
        defined recv($socket, my $packet, 1500, 0) or exit 0;
        next if length $packet < 12;
        my $ask = delete $open{unpack 'n', $packet} or next;
        my @found = addresses($packet);
        print "$ask->{name} @found\n" if @found;
    }
    for my $ask (values %open) {
        next if time < $ask->{until};
        delete $open{$ask->{id}};
        push @queue, $ask if $ask->{tries} < $tries;
    }
}
