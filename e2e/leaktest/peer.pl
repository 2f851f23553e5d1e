#!/usr/bin/perl
# One peer of the leak test: from its first moment it tries to reach everybody, and writes down what reaches it.
#
#   peer.pl NAME LOG TARGETS [IFACE SRC_MAC SRC_IPV4 SRC_IPV6 DST_MAC DST_IPV4 DST_IPV6 OWN_IPV4 OWN_IPV6]
#
# A NAME that ends with `*` gets the container's host name in its place: replicas are told apart.  LOG ('-' for none) gets lines
# `time sender way` of what a socket was given; beside it stands what was captured (capture.pl).  TARGETS is a file with lines
# `udp|tcp|icmp ADDRESS|NAME PORT`; it is read again and again.  One process listens and another sends, so that nothing that has arrived waits
# to be read; of datagrams the kernel's own time of arrival counts.  Whatever is sent carries the sender's name and the way it was tried, so
# that nothing that arrives can be mistaken for something else, spoofed senders included.  A connection's first packet carries nothing: it is
# told by the port it comes from, of which each sender has some of its own (the file `senders` beside TARGETS: `NAME FIRST_PORT`), and by a mark
# that is left alone where the machine changes that port (its traffic class: the number of its line there, from 1, in the upper six bits).

use strict;
use warnings;
use Errno qw(EINPROGRESS);
use Fcntl qw(F_SETFL O_NONBLOCK);
use File::Basename qw(dirname);
use Socket qw(:all);
use Time::HiRes qw(time sleep);

my ($name, $log_file, $targets_file, @spoof) = @ARGV;
$SIG{TERM} = $SIG{INT} = sub { exit 0 };
$SIG{PIPE} = 'IGNORE';
srand;
$name =~ s/\*$/'.' . hostname()/e;

my @PORTS = (5432, 5433);
my $log;
if ($log_file ne '-') {
    open $log, '>>', $log_file or die "$log_file: $!\n";
    $log->autoflush(1);
}

sub hostname {
    open my $file, '<', '/etc/hostname' or return 'nobody';
    chomp(my $found = <$file>);
    return $found;
}

# Where its source ports begin; a prime number of them, so that no target always gets the same.
my ($first_port, $port_count, $port_at, $class) = (0, 1201, 0, 0);
if (open my $file, '<', dirname($targets_file) . '/senders') {
    my ($mine) = $name =~ /^([^.]+)/;
    while (<$file>) { ($first_port, $class) = ($2, $. << 2) if /^(\S+) (\d+)$/ && $1 eq $mine }
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
    while ($data =~ /LEAK ([\w.-]+) ([\w\/@-]+);/g) {
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

# `db` could be hexadecimal.
sub is_address { return $_[0] =~ /^[0-9a-f.:]*[.:][0-9a-f.:]*$/i }

# The family and the socket address.
sub place {
    my ($address, $port) = @_;
    my ($error, $found) = getaddrinfo($address, $port, { socktype => SOCK_DGRAM, flags => AI_NUMERICHOST });
    die "$address: $error\n" if $error;
    return @$found{qw(family addr)};
}

sub from_own_port {
    my ($socket, $family) = @_;
    setsockopt $socket, SOL_SOCKET, SO_REUSEADDR, 1;
    for (1 .. 20) {
        my $port = $first_port + $port_at++ % $port_count;
        my $any = $family == AF_INET ? pack_sockaddr_in($port, INADDR_ANY) : pack_sockaddr_in6($port, IN6ADDR_ANY);
        return 1 if bind $socket, $any;
    }
    return 0;
}

sub call {
    my ($protocol, $family, $address, $port, $by) = @_;
    my $way = $protocol . ($family == AF_INET6 ? '6' : '4') . $by;
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
        # IP_TOS, and IPV6_TCLASS.
        $family == AF_INET6 ? setsockopt $socket, IPPROTO_IPV6, 67, $class : setsockopt $socket, 0, 1, $class;
        return unless from_own_port($socket, $family);
        return unless connect($socket, $address) || $! == EINPROGRESS;
        $calls{ fileno $socket } = { socket => $socket, text => "LEAK $name $way/$port;", next => 0, until => time + (rand() < 0.1 ? 3 : 0.5) };
    }
}

# Connections that have come about say who they are from, again and again: one that lives on would be a leak, too.  Few live long, and
# none says it often: while everything is open, that is what there is most of.
sub speak {
    for my $number (keys %calls) {
        my $call = $calls{$number};
        next if time < $call->{next};
        my $bits = '';
        vec($bits, $number, 1) = 1;
        if (select(undef, my $ready = $bits, undef, 0) > 0) {
            delete $calls{$number} unless syswrite $call->{socket}, $call->{text};
            $call->{next} = time + 0.1;
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

# Frames under another's hardware address, address, or both: what only the port they come from can tell.
my $wire;
if (@spoof) {
    my $interface = shift @spoof;
    # AF_PACKET, SOCK_RAW.
    socket $wire, 17, SOCK_RAW, 0 or die "no raw frames: $!\n";
    open my $index, '<', "/sys/class/net/$interface/ifindex" or die "$interface: $!\n";
    chomp(my $number = <$index>);
    open my $hardware, '<', "/sys/class/net/$interface/address" or die "$interface: $!\n";
    chomp(my $mac = <$hardware>);
    push @spoof, $mac, pack 'S n i S C C a8', 17, 0x0800, $number, 0, 0, 6, '';
}

sub spoof {
    my ($other_mac, $other4, $other6, $target_mac, $target4, $target6, $own4, $own6, $own_mac, $to) = @spoof;
    for my $disguise (['', $other_mac, $other4, $other6], ['-address', $own_mac, $other4, $other6], ['-mac', $other_mac, $own4, $own6]) {
        my ($which, $mac, $source4, $source6) = @$disguise;
        my $ethernet = join '', map { pack 'H12', tr/://dr } $target_mac, $mac;
        for my $protocol ('udp', 'tcp', 'icmp') {
            my ($number, $body) = body($protocol, 4, "LEAK $name spoof$which-${protocol}4;", inet_aton($source4), inet_aton($target4));
            my $ip = pack 'CCnnnCCna4a4', 0x45, 0, 20 + length $body, rand 65536, 0, 64, $number, 0, inet_aton($source4), inet_aton($target4);
            substr($ip, 10, 2) = pack 'n', checksum($ip);
            send $wire, $ethernet . pack('n', 0x0800) . $ip . $body, 0, $to;
            my @ends = map { inet_pton(AF_INET6, $_) } $source6, $target6;
            ($number, $body) = body($protocol, 6, "LEAK $name spoof$which-${protocol}6;", @ends);
            send $wire, $ethernet . pack('n', 0x86dd) . pack('NnCC', 6 << 28, length $body, $number, 64) . join('', @ends) . $body, 0, $to;
        }
    }
}

# What an IP packet between two addresses (packed) holds, with its sum, and the number of its protocol.
sub body {
    my ($protocol, $version, $text, $source, $target) = @_;
    $text .= ' ' if length($text) % 2;
    my ($number, $sum_at, $body) =
        $protocol eq 'udp' ? (17, 6, pack('nnnn', 4000, 5433, 8 + length $text, 0))
      : $protocol eq 'tcp' ? (6, 16, pack('nnNNCCnnn', 4000, 5432, rand 2**32, 0, 5 << 4, 0x02, 65535, 0, 0))
      : $version == 4      ? (1, 2, pack('CCnnn', 8, 0, 0, $$ & 0xffff, 1))
      :                      (58, 2, pack('CCnnn', 128, 0, 0, $$ & 0xffff, 1));
    $body .= $text;
    # The pseudo header: the older and the newer one give the same sum.
    my $about = $number == 1 ? '' : $source . $target . pack 'NN', length $body, $number;
    substr($body, $sum_at, 2) = pack 'n', checksum($about . $body);
    return ($number, $body);
}

if ($log) {
    # Stamps are made from the first time on that they are asked for.
    stamp($_) for @datagrams, @pings;
    my $capture = fork // die "cannot fork: $!\n";
    if (!$capture) {
        exec $^X, dirname($0) . '/capture.pl', $name, "$log_file.seen", dirname($targets_file) . '/senders' or die "no capture: $!\n";
    }
    my $sender = fork // die "cannot fork: $!\n";
    if ($sender) {
        hear() while 1;
    }
    close $_ for @datagrams, @streams, @pings;
    # Who listens is the container's first process: who sends ends with it.
}

# Names are asked for beside: an answer may be long in coming, and nobody waits with what has an address.
pipe my $answers, my $asked or die "no pipe: $!\n";
quiet($answers);
my $resolver = fork // die "cannot fork: $!\n";
if (!$resolver) {
    close $answers;
    $asked->autoflush(1);
    # Ends with who asks.
    $SIG{PIPE} = 'DEFAULT';
    while (1) {
        my %names = map { $_->[1] => 1 } grep { !is_address($_->[1]) } wanted();
        for my $name (keys %names) {
            my ($error, @found) = getaddrinfo($name, undef, { socktype => SOCK_DGRAM });
            my @texts = map { (getnameinfo($_->{addr}, NI_NUMERICHOST))[1] } $error ? () : @found;
            print {$asked} join(' ', $name, @texts), "\n";
        }
        sleep 1;
    }
}
close $asked;

sub wanted {
    open my $file, '<', $targets_file or return ();
    return map { [split] } <$file>;
}

# What is sent in one round.
my (@targets, %addresses_of);
my ($read, $rest) = (0, '');

sub look {
    $read = time;
    while (sysread $answers, my $more, 65536) { $rest .= $more }
    while ($rest =~ s/^(\S+)(.*)\n//) { $addresses_of{$1} = [split ' ', $2] }
    @targets = map {
        my ($protocol, $target, $port) = @$_;
        my $named = !is_address($target);
        map { [$protocol, place($_, $port), $port, $named ? "\@$target" : ''] } $named ? @{ $addresses_of{$target} // [] } : $target;
    } wanted();
}

while (1) {
    look() if time - $read > 0.5;
    spoof() if $wire;
    for my $at (0 .. $#targets) {
        call(@{ $targets[$at] });
        # Spread over the round: of everything that one tries with another, something is on its way at any time.
        next if $at % 15;
        speak();
        sleep 0.05;
    }
    sleep 0.02;
}
