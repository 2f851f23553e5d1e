#!/usr/bin/perl
# One peer of the leak test: from its first moment it tries to reach everybody, and writes down what reaches it.
#
#   peer.pl NAME LOG TARGETS [spoof IFACE SRC_MAC SRC_IP DST_MAC DST_IP]
#
# LOG ('-' for none) gets lines `time sender kind`.  TARGETS is a file with lines `udp|tcp|icmp ADDRESS|NAME PORT`; it is
# read again and again.  One process listens and another sends, so that nothing that has arrived waits to be read; of datagrams
# the kernel's own time of arrival counts.  Whatever is sent carries the sender's name and the way it was tried, so that nothing that arrives
# can be mistaken for something else, spoofed senders included.

use strict;
use warnings;
use Errno qw(EINPROGRESS);
use Fcntl qw(F_SETFL O_NONBLOCK);
use Socket qw(:all);
use Time::HiRes qw(time sleep);

my ($name, $log_file, $targets_file, @spoof) = @ARGV;
$SIG{TERM} = $SIG{INT} = sub { exit 0 };
$SIG{PIPE} = 'IGNORE';
srand;

my @PORTS = (5432, 5433);
my $log;
if ($log_file ne '-') {
    open $log, '>>', $log_file or die "$log_file: $!\n";
    $log->autoflush(1);
}

sub quiet { fcntl $_[0], F_SETFL, O_NONBLOCK; return $_[0] }

sub listener {
    my ($family, $type, $port) = @_;
    socket my $socket, $family, $type, 0 or return ();
    setsockopt $socket, SOL_SOCKET, SO_REUSEADDR, 1;
    setsockopt $socket, IPPROTO_IPV6, IPV6_V6ONLY, 1 if $family == AF_INET6;
    my $any = $family == AF_INET ? pack_sockaddr_in($port, INADDR_ANY) : pack_sockaddr_in6($port, IN6ADDR_ANY);
    bind $socket, $any or return ();
    listen $socket, 128 if $type == SOCK_STREAM;
    return quiet($socket);
}

my (@datagrams, @streams, @pings);
if ($log) {
    for my $family (AF_INET, AF_INET6) {
        push @datagrams, map { listener($family, SOCK_DGRAM, $_) } @PORTS;
        push @streams, map { listener($family, SOCK_STREAM, $_) } @PORTS;
    }
    for my $one ([AF_INET, 1], [AF_INET6, 58]) {
        push @pings, quiet($_) for grep { socket $_, $one->[0], SOCK_RAW, $one->[1] } my $socket;
    }
}

sub arrived {
    my ($data, $at) = @_;
    # Echoes of what this peer itself has sent come back with its own name.
    while ($data =~ /LEAK ([\w-]+) ([\w\/]+);/g) {
        printf {$log} "%.6f %s %s\n", $at, $1, $2 if $1 ne $name;
    }
}

# When the datagram that was read last had arrived: SIOCGSTAMP, which also makes the kernel stamp those to come.
sub stamp {
    my ($socket) = @_;
    my $time = pack 'q2', 0, 0;
    return time unless ioctl $socket, 0x8906, $time;
    my ($seconds, $micros) = unpack 'q2', $time;
    return $seconds + $micros / 1e6;
}

my %accepted;

sub hear {
    my $bits = '';
    vec($bits, fileno $_, 1) = 1 for @datagrams, @streams, @pings, values %accepted;
    return if select($bits, undef, undef, undef) <= 0;
    for my $socket (grep { vec $bits, fileno $_, 1 } @datagrams, @pings) {
        while (defined recv $socket, my $data, 2048, 0) { arrived($data, stamp($socket)) }
    }
    for my $socket (grep { vec $bits, fileno $_, 1 } @streams) {
        while (accept my $new, $socket) {
            %accepted = () if keys %accepted > 200;
            $accepted{ fileno $new } = quiet($new);
        }
    }
    for my $socket (grep { vec $bits, fileno $_, 1 } values %accepted) {
        my $count = sysread $socket, my $data, 65536;
        arrived($data, time) if $count;
        delete $accepted{ fileno $socket } unless $count || (!defined $count && $!{EAGAIN});
    }
}

my %calls;

# Each address of the target, of both families, with the socket address for that port.
sub places {
    my ($target, $port) = @_;
    my ($error, @found) = getaddrinfo($target, $port, { socktype => SOCK_DGRAM, flags => $target =~ /^[0-9a-f.:]+$/i ? AI_NUMERICHOST : 0 });
    return $error ? () : map { [@$_{qw(family addr)}] } @found;
}

sub call {
    my ($protocol, $family, $address, $port) = @_;
    my $way = $protocol . ($family == AF_INET6 ? '6' : '4');
    if ($protocol eq 'udp') {
        socket my $socket, $family, SOCK_DGRAM, 0 or return;
        quiet($socket);
        send $socket, "LEAK $name $way/$port;", 0, $address;
    } elsif ($protocol eq 'icmp') {
        socket my $socket, $family, SOCK_RAW, $family == AF_INET ? 1 : 58 or return;
        quiet($socket);
        my $text = "LEAK $name $way;";
        $text .= ' ' if length($text) % 2;
        my $packet = pack('CCnnn', $family == AF_INET ? 8 : 128, 0, 0, $$ & 0xffff, 1) . $text;
        substr($packet, 2, 2) = pack 'n', checksum($packet) if $family == AF_INET;
        # The port of a raw socket's address must be none.
        my $to = $family == AF_INET ? pack_sockaddr_in(0, (unpack_sockaddr_in $address)[1]) : pack_sockaddr_in6(0, (unpack_sockaddr_in6 $address)[1]);
        send $socket, $packet, 0, $to;
    } else {
        socket my $socket, $family, SOCK_STREAM, 0 or return;
        quiet($socket);
        return unless connect($socket, $address) || $! == EINPROGRESS;
        $calls{ fileno $socket } = { socket => $socket, text => "LEAK $name $way/$port;", until => time + 3 };
    }
}

# Connections that have come about say who they are from, again and again: one that lives on would be a leak, too.
sub speak {
    for my $number (keys %calls) {
        my $call = $calls{$number};
        my $bits = '';
        vec($bits, $number, 1) = 1;
        if (select(undef, my $ready = $bits, undef, 0) > 0) {
            delete $calls{$number} unless syswrite $call->{socket}, $call->{text};
        }
        delete $calls{$number} if exists $calls{$number} && time > $call->{until};
    }
}

sub checksum {
    my ($data) = @_;
    my $sum = 0;
    $sum += $_ for unpack 'n*', $data . (length($data) % 2 ? "\0" : '');
    $sum = ($sum >> 16) + ($sum & 0xffff) while $sum >> 16;
    return ~$sum & 0xffff;
}

# A frame with another's hardware address and address: what only the port it comes from can tell.
my $wire;
if (@spoof) {
    my (undef, $interface) = @spoof;
    # AF_PACKET, SOCK_RAW.
    socket $wire, 17, SOCK_RAW, 0 or die "no raw frames: $!\n";
    open my $index, '<', "/sys/class/net/$interface/ifindex" or die "$interface: $!\n";
    chomp(my $number = <$index>);
    push @spoof, pack 'S n i S C C a8', 17, 0x0800, $number, 0, 0, 6, '';
}

sub spoof {
    my (undef, undef, $source_mac, $source, $target_mac, $target, $to) = @spoof;
    my $text = "LEAK $name spoof;";
    my $udp = pack('nnnn', 4000, 5433, 8 + length $text, 0) . $text;
    my $ip = pack('CCnnnCCna4a4', 0x45, 0, 20 + length $udp, rand 65536, 0, 64, 17, 0, inet_aton($source), inet_aton($target));
    substr($ip, 10, 2) = pack 'n', checksum($ip);
    my $frame = join('', map { pack 'H12', tr/://dr } $target_mac, $source_mac) . pack('n', 0x0800) . $ip . $udp;
    send $wire, $frame, 0, $to;
}

if ($log) {
    # Stamps are made from the first time on that they are asked for.
    stamp($_) for @datagrams, @pings;
    my $sender = fork // die "cannot fork: $!\n";
    if ($sender) {
        hear() while 1;
    }
    close $_ for @datagrams, @streams, @pings;
    # Who listens is the container's first process: who sends ends with it.
}

my @targets;
my $read = 0;
while (1) {
    if (time - $read > 1) {
        $read = time;
        if (open my $file, '<', $targets_file) {
            @targets = map { [split] } <$file>;
        }
        @targets = map {
            my ($protocol, $target, $port) = @$_;
            map { [$protocol, @$_, $port] } places($target, $port);
        } @targets;
    }
    for my $target (@targets) { call(@$target) }
    spoof() if $wire;
    for (1 .. 5) {
        speak();
        sleep 0.01;
    }
}
