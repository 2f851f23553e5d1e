# Tries many TCP targets at once from the network namespace it runs in.
# Standard input: one "INDEX ADDRESS PORT" a line.  Standard output: the index of each target that sent our word back.
# Shares nothing with the product's own helper: the tests need a second opinion.
use strict;
use warnings;
use Errno qw(EINPROGRESS EINTR);
use Fcntl qw(F_GETFL F_SETFL O_NONBLOCK);
use Socket qw(:DEFAULT inet_pton pack_sockaddr_in6 AF_INET AF_INET6 SOCK_STREAM SOL_SOCKET SO_ERROR);
use Time::HiRes qw(time);

my $patience = 1.6;
my %open;
while (my $line = <STDIN>) {
    my ($index, $address, $port) = split ' ', $line;
    my $six = $address =~ /:/;
    socket(my $socket, $six ? AF_INET6 : AF_INET, SOCK_STREAM, 0) or die "socket: $!";
    fcntl($socket, F_SETFL, fcntl($socket, F_GETFL, 0) | O_NONBLOCK) or die "fcntl: $!";
    my $raw = inet_pton($six ? AF_INET6 : AF_INET, $address) or die "bad address $address";
    my $name = $six ? pack_sockaddr_in6($port, $raw) : pack_sockaddr_in($port, $raw);
    # Refused at once, or no route: not open.
    next unless connect($socket, $name) or $! == EINPROGRESS;
    $open{fileno $socket} = { socket => $socket, index => $index, word => "word $index\n", sent => 0, got => '' };
}
my $end = time + $patience;
while (%open and time < $end) {
    my ($read, $write) = ('', '');
    for my $number (keys %open) {
        vec($open{$number}{sent} ? $read : $write, $number, 1) = 1;
    }
    my $left = $end - time;
    next if select($read, $write, undef, $left > 0 ? $left : 0) <= 0;
    for my $number (keys %open) {
        my $try = $open{$number};
        if (vec($write, $number, 1)) {
            my $error = unpack 'i', getsockopt($try->{socket}, SOL_SOCKET, SO_ERROR);
            if ($error or not syswrite $try->{socket}, $try->{word}) { delete $open{$number}; next; }
            $try->{sent} = 1;
        }
        elsif (vec($read, $number, 1)) {
            my $count = sysread $try->{socket}, my $bytes, 256;
            next if not defined $count and $! == EINTR;
            # Accepted and hung up without our word: that was a proxy with nobody behind it.
            if (not $count) { delete $open{$number}; next; }
            $try->{got} .= $bytes;
            next if length $try->{got} < length $try->{word};
            print "$try->{index}\n" if $try->{got} eq $try->{word};
            delete $open{$number};
        }
    }
}
