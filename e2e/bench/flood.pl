#!/usr/bin/perl
# How much one TCP connection carries.
#
#   flood.pl sink               takes one connection, reads it to its end, prints `BYTES MILLISECONDS`
#   flood.pl source ADDRESS MS  writes as fast as it can for so long

use strict;
use warnings;
use Socket qw(:all);
use Time::HiRes qw(clock_gettime CLOCK_MONOTONIC);

use constant { PORT => 7003, PIECE => 256 * 1024 };

$| = 1;
my ($mode, $address, $ms) = @ARGV;

sub now { return clock_gettime(CLOCK_MONOTONIC) * 1000 }

socket my $socket, AF_INET, SOCK_STREAM, 0 or die "socket: $!\n";
if ($mode eq 'sink') {
    setsockopt $socket, SOL_SOCKET, SO_REUSEADDR, 1;
    bind $socket, pack_sockaddr_in(PORT, INADDR_ANY) or die "bind: $!\n";
    listen $socket, 1;
    print "ready\n";
    accept my $stream, $socket or die "accept: $!\n";
    my ($bytes, $start) = (0);
    while (my $count = sysread $stream, my $data, PIECE) {
        $start //= now();
        $bytes += $count;
    }
    printf "%d %.3f\n", $bytes, now() - ($start // now());
} else {
    connect($socket, pack_sockaddr_in(PORT, inet_aton($address))) or die "connect: $!\n";
    my $data = 'x' x PIECE;
    my $end = now() + $ms;
    while (now() < $end) { syswrite $socket, $data or die "write: $!\n" }
    close $socket;
}
