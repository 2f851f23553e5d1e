#!/usr/bin/perl
# Counts packets of the leak test's flood where they arrive, whoever may listen there.
#
#   capture.pl NAME LOG SENDERS    in the network namespace of a peer
#   capture.pl - LOG SENDERS       on the machine
#
# LOG gets lines `time count sender way place`, one for what came within a hundredth of a second; `time` is that of the last one.
# In a namespace, `place` is `interface` for frames as they come off the wire (AF_PACKET: before any rule of the namespace), and `stack` for packets
# that every rule there has let pass (raw sockets get them after the hook `input`, whether or not anything listens).  On the machine it is
# `portN` for frames given to port N of a bridge, which exists before the container's first process does; a line `time 0 N iflink port` in
# a peer's log tells that N is its port.  `time N - dropped PLACE` tells that the capture itself lost N frames.
#
# Senders are told by what they wrote, and packets that hold nothing by the port they come from: SENDERS has lines `NAME FIRST_PORT`.  Where the
# machine has put another port in its place, by the mark in the packet's traffic class, which stays: the sender's line in SENDERS, from 1, in its upper six bits.
# ARP, neighbour discovery and errors are not of the flood.  What answers a connection of the peer's own is not counted.

use strict;
use warnings;
use Fcntl qw(F_SETFL O_NONBLOCK);
use Socket qw(:all);
use Time::HiRes qw(time);

my ($name, $log_file, $senders_file) = @ARGV;
my $on_machine = $name eq '-';
my ($PACKETS, $LOOPBACK, $OUTGOING, $SPAN) = (17, 772, 4, 0.01);
my %LISTENS = map { $_ => 1 } 5432, 5433, 15432, 15433;

open my $log, '>>', $log_file or die "$log_file: $!\n";
$log->autoflush(1);
open my $known, '<', $senders_file or die "$senders_file: $!\n";
my (%first, @marked);
while (<$known>) {
    my ($sender, $port) = split or next;
    $first{$port} = $sender;
    push @marked, $sender;
}
# Of IPv6, by source address and both ports; forgotten now and then, the flood has new ones all the time.
my %marked_flow;
my ($mine) = $name =~ /^([^.]+)/;

sub sender_at {
    my ($port) = @_;
    for my $first (keys %first) { return $first{$first} if $port >= $first && $port < $first + 1201 }
    return undef;
}

# Everything that comes in, or on the machine, that goes out of an interface; decided in the kernel (`ld pkttype; jeq #outgoing`).
socket my $wire, $PACKETS, SOCK_RAW, 0 or die "no capture: $!\n";
my $code = join '', map { pack 'SCCL', @$_ } [0x20, 0, 0, 0xfffff004], [0x15, 0, 1, $OUTGOING], map { [6, 0, 0, $_] } $on_machine ? (65535, 0) : (0, 65535);
setsockopt $wire, SOL_SOCKET, 26, pack('Sx6P', 4, $code) or die "no filter: $!\n";
# SO_RCVBUFFORCE is not for everybody.
setsockopt $wire, SOL_SOCKET, 33, pack('i', 16 << 20) or setsockopt $wire, SOL_SOCKET, SO_RCVBUF, pack('i', 4 << 20);
bind $wire, pack 'S n i S C C a8', $PACKETS, 0x0003, 0, 0, 0, 0, '' or die "no capture: $!\n";

my %stack;
if (!$on_machine) {
    for my $one ([AF_INET, 6], [AF_INET, 17], [AF_INET, 1], [AF_INET6, 6], [AF_INET6, 17], [AF_INET6, 58]) {
        my ($family, $protocol) = @$one;
        socket my $raw, $family, SOCK_RAW, $protocol or next;
        setsockopt $raw, SOL_SOCKET, SO_RCVBUF, pack('i', 4 << 20);
        $stack{ fileno $raw } = [$raw, $family, $protocol];
    }
}
fcntl $_, F_SETFL, O_NONBLOCK for $wire, map { $_->[0] } values %stack;

my %pending;

sub count {
    my ($at, $from, $way, $place) = @_;
    my $key = "$from $way $place";
    my $now = $pending{$key};
    if ($now && $at - $now->{since} > $SPAN) { write_down($key); $now = undef }
    $pending{$key} = $now = { since => $at, count => 0 } unless $now;
    @$now{qw(last count)} = ($at, $now->{count} + 1);
}

sub write_down {
    my ($key) = @_;
    my $one = delete $pending{$key};
    printf {$log} "%.6f %d %s\n", $one->{last}, $one->{count}, $key;
}

# A TCP or UDP segment or an ICMP message.
sub segment {
    my ($at, $family, $protocol, $data, $place, $class, $source_address) = @_;
    return if length $data < 8;
    my $version = $family == AF_INET6 ? '6' : '4';
    # Of ICMP only what asks: an answer holds what the one who asked had written.
    return if ($protocol == 1 && ord $data != 8) || ($protocol == 58 && ord $data != 128);
    if ($data =~ /LEAK ([\w.-]+) ([\w\/@-]+);/) {
        count($at, $1, $2, $place) if $1 ne $name;
        return;
    }
    return if $protocol != 6;
    my ($source, $target, $flags) = unpack 'nnx9C', $data;
    # A reset is a kernel's answer to what came for somebody who is there no more; who has the address now may be another.
    return if defined $flags && $flags & 4;
    if ($LISTENS{$source}) {
        my $to = sender_at($target);
        count($at, 'answer', "to-$to", $place) if defined $to && ($on_machine || $to ne $mine);
    } elsif ($LISTENS{$target}) {
        my $mark = defined $class ? $class >> 2 : 0;
        # The mark first: a port that the machine has put in place of another may be of somebody else's.
        # What comes from the machine itself (its addresses end in 1) has a port of the machine's choice.
        my $from = $mark > 0 ? $marked[$mark - 1] : undef;
        # Behind the rules IPv6 shows no mark: there it is whose the mark of the same flow was at the interface.
        my $flow = "$source_address $source $target";
        if (defined $class) { $marked_flow{$flow} = $from if $version == 6 && defined $from && !$on_machine }
        else { $from = $marked_flow{$flow} }
        $from //= $source_address =~ /\x01\z/ ? undef : sender_at($source);
        # Without a class nothing tells; what this connection says next does.
        return if !defined $from && !defined $class;
        $from //= 'relay';
        count($at, $from, "tcp$version/$target", $place) if $from ne ($mine // '') || $place ne 'stack';
    }
}

my %port_of;

# Whether an interface of the machine leads to a container, as the engine names those. Remembered: it may be gone in a moment.
sub is_port {
    my ($number) = @_;
    # SIOCGIFNAME. One that is gone already counts: what is left on the machine stays.
    my $asked = pack 'x16 i x20', $number;
    return $port_of{$number} //= !ioctl($wire, 0x8910, $asked) || $asked =~ /^veth/ ? 1 : 0;
}

sub frame {
    my ($at, $data, $from) = @_;
    my (undef, undef, $number, $kind) = unpack 'S n i S', $from;
    return if $kind == $LOOPBACK;
    my $type = unpack 'x12 n', $data;
    my ($family, $protocol, $begin, $class) =
        $type == 0x0800 ? (AF_INET, unpack('x23 C', $data), 14 + 4 * (unpack('x14 C', $data) & 15), unpack('x15 C', $data))
      : $type == 0x86dd ? (AF_INET6, unpack('x20 C', $data), 54, unpack('x14 n', $data) >> 4 & 255)
      :                   return;
    return if length $data <= $begin || ($on_machine && !is_port($number));
    my $source_address = $family == AF_INET ? substr $data, 26, 4 : substr $data, 22, 16;
    segment($at, $family, $protocol, substr($data, $begin), $on_machine ? "port$number" : 'interface', $class, $source_address);
}

my (%told, $looked);

# Which ports of the machine's bridges lead here.
sub tell_ports {
    for my $link (glob '/sys/class/net/eth*/iflink') {
        open my $file, '<', $link or next;
        chomp(my $number = <$file> // '');
        printf {$log} "%.6f 0 %s iflink port\n", time, $number if $number ne '' && !$told{$number}++;
    }
}

while (1) {
    if (!$looked || time - $looked > 0.2) {
        $looked = time;
        tell_ports() if !$on_machine;
        %marked_flow = () if keys %marked_flow > 100_000;
        write_down($_) for grep { $looked - $pending{$_}{since} > $SPAN } keys %pending;
        # SOL_PACKET, PACKET_STATISTICS: since it was asked last.
        my $lost = (unpack 'LL', getsockopt($wire, 263, 6) // '')[1];
        printf {$log} "%.6f %d - dropped %s\n", time, $lost, $on_machine ? 'port' : 'interface' if $lost;
    }
    my $bits = '';
    vec($bits, fileno $_, 1) = 1 for $wire, map { $_->[0] } values %stack;
    next if select($bits, undef, undef, 0.2) <= 0;
    if (vec $bits, fileno $wire, 1) {
        for (1 .. 500) {
            my $from = recv $wire, my $data, 2048, 0;
            last if !defined $from;
            frame(stamp($wire), $data, $from);
        }
    }
    for my $one (values %stack) {
        my ($raw, $family, $protocol) = @$one;
        next if !vec $bits, fileno $raw, 1;
        for (1 .. 500) {
            last if !defined(my $from = recv $raw, my $data, 2048, 0);
            my $begin = $family == AF_INET ? 4 * (ord($data) & 15) : 0;
            # Raw sockets of IPv6 are given no header.
            my $class = $family == AF_INET ? unpack('x C', $data) : undef;
            my $source_address = $family == AF_INET ? substr $data, 12, 4 : (unpack_sockaddr_in6($from))[1];
            segment(stamp($raw), $family, $protocol, substr($data, $begin), 'stack', $class, $source_address);
        }
    }
}

# When what was read last had arrived: SIOCGSTAMP.
sub stamp {
    my ($socket) = @_;
    my $time = pack 'q2', 0, 0;
    return time unless ioctl $socket, 0x8906, $time;
    my ($seconds, $micros) = unpack 'q2', $time;
    return $seconds + $micros / 1e6;
}
