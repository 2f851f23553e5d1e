# Tries many targets at once from the network namespace it runs in, and tells who answered.
# Standard input: one "INDEX PROTOCOL ADDRESS PORT" a line; PROTOCOL is tcp, udp or icmp.
# Standard output: "INDEX NAME" for each target that sent our word back with a name ("INDEX *" for a ping).
# Shares nothing with the product's own helper: the tests need a second opinion.
use strict;
use warnings;
use Errno qw(EINPROGRESS EINTR);
use Fcntl qw(F_GETFL F_SETFL O_NONBLOCK);
use Socket qw(:DEFAULT inet_pton pack_sockaddr_in6 AF_INET AF_INET6 SOCK_STREAM SOCK_DGRAM SOCK_RAW SOL_SOCKET SO_ERROR);
use Time::HiRes qw(time);

my $patience = $ARGV[0] // 1.6;
my $batch = 900;
my @lines = <STDIN>;
while (my @some = splice @lines, 0, $batch) { try(@some); }

sub try {
    my %open;
    for my $line (@_) {
        my ($index, $protocol, $address, $port) = split ' ', $line;
        my $family = $address =~ /:/ ? AF_INET6 : AF_INET;
        my $raw = inet_pton($family, $address) or die "bad address $address";
        my $to = $family == AF_INET6 ? pack_sockaddr_in6($port, $raw) : pack_sockaddr_in($port, $raw);
        my $type = { tcp => SOCK_STREAM, udp => SOCK_DGRAM, icmp => SOCK_RAW }->{$protocol};
        socket(my $socket, $family, $type, $protocol eq 'icmp' ? ($family == AF_INET6 ? 58 : 1) : 0) or die "socket: $!";
        fcntl($socket, F_SETFL, fcntl($socket, F_GETFL, 0) | O_NONBLOCK) or die "fcntl: $!";
        my $try = { socket => $socket, index => $index, protocol => $protocol, word => "word$index", got => '', to => $to, sent => 0 };
        if ($protocol eq 'tcp') { next unless connect($socket, $to) or $! == EINPROGRESS; }
        else { sendOnce($try, $family) or next; $try->{again} = time + 0.5; }
        $open{fileno $socket} = $try;
    }
    my $end = time + $patience;
    while (%open and time < $end) {
        my ($read, $write) = ('', '');
        for my $number (keys %open) {
            my $try = $open{$number};
            vec($try->{sent} ? $read : $write, $number, 1) = 1;
            # Datagrams get lost: the first to a neighbour not yet resolved often does.
            if ($try->{again} and time > $try->{again}) { sendOnce($try) ; $try->{again} += 0.5; }
        }
        next if select($read, $write, undef, 0.1) <= 0;
        for my $number (keys %open) {
            my $try = $open{$number};
            if (vec($write, $number, 1)) {
                my $error = unpack 'i', getsockopt($try->{socket}, SOL_SOCKET, SO_ERROR);
                if ($error or not syswrite $try->{socket}, "$try->{word}\n") { delete $open{$number}; next; }
                $try->{sent} = 1;
            }
            elsif (vec($read, $number, 1)) {
                my $peer = recv $try->{socket}, my $bytes, 2048, 0;
                next if not defined $peer and $! == EINTR;
                if ($try->{protocol} eq 'icmp') {
                    next unless defined $peer;
                    my $six = $try->{six};
                    $bytes = substr $bytes, 4 * (ord($bytes) & 15) unless $six;
                    my ($kind, $code, $sum, $id, $seq) = unpack 'CCnnn', $bytes;
                    next unless $kind == ($six ? 129 : 0) and $seq == $try->{index} % 65536 and $id == $$ % 65536;
                    print "$try->{index} *\n";
                    delete $open{$number};
                    next;
                }
                if (not defined $peer or $bytes eq '') { delete $open{$number}; next; }
                $try->{got} .= $bytes;
                next unless $try->{got} =~ /\n/;
                print "$try->{index} $1\n" if $try->{got} =~ /^$try->{word} (\S+)\n/;
                delete $open{$number};
            }
        }
    }
}

sub sendOnce {
    my ($try, $family) = @_;
    $try->{sent} = 1;
    if ($try->{protocol} eq 'udp') { return defined send $try->{socket}, "$try->{word}\n", 0, $try->{to}; }
    $try->{six} //= $family == AF_INET6;
    my @fields = ($try->{six} ? 128 : 8, 0, 0, $$ % 65536, $try->{index} % 65536);
    my $packet = pack('CCnnn', @fields) . 'ping';
    if (not $try->{six}) {
        my $sum = 0;
        $sum += $_ for unpack 'n*', $packet;
        $sum = ($sum >> 16) + ($sum & 65535) while $sum >> 16;
        $packet = pack('CCnnn', 8, 0, ~$sum & 65535, @fields[3, 4]) . 'ping';
    }
    return defined send $try->{socket}, $packet, 0, $try->{to};
}
