#!/usr/bin/perl
# Steady traffic between two network namespaces, and when it arrives.
#
#   traffic.pl receive               says `udp flowing TIME`, `udp stopped TIME` (and `tcp …`)
#   traffic.pl send ADDRESS          a datagram, and a piece of one TCP connection, every half millisecond;
#                                    a line on stdin: the connection is dropped (`drop`), or a new one made (`open`)
#
# TIME is the kernel's monotonic clock in milliseconds, as Node's performance counter has it: of the first packet after a
# pause, or of the last one before it.  Both end with their stdin.

use strict;
use warnings;
use Errno qw(EAGAIN EINPROGRESS EINTR);
use Fcntl qw(F_SETFL O_NONBLOCK);
use Socket qw(:all);
use Time::HiRes qw(clock_gettime CLOCK_MONOTONIC);

use constant {
    UDP_PORT => 7001,
    TCP_PORT => 7002,
    # So long without a packet is no hiccup.
    PAUSE_MS => 250,
    EVERY => 0.0005,
};

$| = 1;
$SIG{PIPE} = 'IGNORE';
my ($mode, $address) = @ARGV;

sub now { return clock_gettime(CLOCK_MONOTONIC) * 1000 }
sub quiet { fcntl $_[0], F_SETFL, O_NONBLOCK; return $_[0] }

# What came on stdin, by lines; ends the program with it.
sub orders {
    my $got = sysread STDIN, my $text, 4096;
    exit 0 if defined $got && $got == 0;
    return split /\n/, $text // '';
}

sub receive {
    socket my $datagrams, AF_INET, SOCK_DGRAM, 0 or die "socket: $!\n";
    bind $datagrams, pack_sockaddr_in(UDP_PORT, INADDR_ANY) or die "bind: $!\n";
    socket my $listener, AF_INET, SOCK_STREAM, 0 or die "socket: $!\n";
    setsockopt $listener, SOL_SOCKET, SO_REUSEADDR, 1;
    bind $listener, pack_sockaddr_in(TCP_PORT, INADDR_ANY) or die "bind: $!\n";
    listen $listener, 16;
    quiet($_) for $datagrams, $listener;
    my (%streams, %last, %flows);
    print "ready\n";
    while (1) {
        my $bits = '';
        vec($bits, fileno $_, 1) = 1 for \*STDIN, $datagrams, $listener, values %streams;
        my $count = select $bits, undef, undef, PAUSE_MS / 1000;
        my $now = now();
        if ($count > 0) {
            orders() if vec $bits, 0, 1;
            my %heard;
            if (vec $bits, fileno $datagrams, 1) {
                while (defined recv $datagrams, my $data, 64, 0) { $heard{udp} = 1 }
            }
            if (vec($bits, fileno $listener, 1) && accept my $new, $listener) { $streams{ fileno $new } = quiet($new) }
            for my $number (grep { vec $bits, $_, 1 } keys %streams) {
                my $got = sysread $streams{$number}, my $data, 65536;
                if ($got) { $heard{tcp} = 1 }
                elsif (defined $got || $! != EAGAIN) { delete $streams{$number} }
            }
            for my $kind (sort keys %heard) {
                printf "%s flowing %.3f\n", $kind, $now unless $flows{$kind};
                ($flows{$kind}, $last{$kind}) = (1, $now);
            }
        }
        for my $kind (grep { $flows{$_} && $now - $last{$_} > PAUSE_MS } sort keys %flows) {
            printf "%s stopped %.3f\n", $kind, $last{$kind};
            $flows{$kind} = 0;
        }
    }
}

sub send_on {
    my $to = inet_aton($address);
    socket my $datagrams, AF_INET, SOCK_DGRAM, 0 or die "socket: $!\n";
    quiet($datagrams);
    my $stream;
    my $connect = sub {
        socket $stream, AF_INET, SOCK_STREAM, 0 or die "socket: $!\n";
        setsockopt $stream, IPPROTO_TCP, TCP_NODELAY, 1;
        connect($stream, pack_sockaddr_in(TCP_PORT, $to)) or die "connect: $!\n";
        quiet($stream);
    };
    print "ready\n";
    while (1) {
        my $bits = '';
        vec($bits, 0, 1) = 1;
        if (select($bits, undef, undef, EVERY) > 0) {
            for my $order (orders()) {
                if ($order eq 'open') { $connect->() }
                elsif ($stream) {
                    # Reset rather than finished: nothing of it may come back when the way is free again.
                    setsockopt $stream, SOL_SOCKET, SO_LINGER, pack 'ii', 1, 0;
                    close $stream;
                    undef $stream;
                }
            }
        }
        # A packet that is refused here is refused: the next one tries again.
        send $datagrams, 'x', 0, pack_sockaddr_in(UDP_PORT, $to);
        syswrite $stream, 'x' if $stream;
    }
}

if ($mode eq 'receive') { receive() }
else { send_on() }
