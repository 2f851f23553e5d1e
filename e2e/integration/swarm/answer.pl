# Answers with a name on TCP and UDP ports of the network namespace it runs in: arguments NAME PORT ….
# Ends its foreground part once every port is bound, so that whoever started it knows.
use strict;
use warnings;
use IO::Select;
use Socket qw(:DEFAULT inet_pton inet_ntop pack_sockaddr_in6 AF_INET AF_INET6 SOCK_STREAM SOCK_DGRAM IPPROTO_IPV6 IPV6_V6ONLY);

my ($name, @ports) = @ARGV;
my (%tcp, %udp);
my $select = IO::Select->new;
for my $family (AF_INET, AF_INET6) {
    for my $port (@ports) {
        my $any = $family == AF_INET ? pack_sockaddr_in($port, INADDR_ANY) : pack_sockaddr_in6($port, "\0" x 16);
        for my $type (SOCK_STREAM, SOCK_DGRAM) {
            socket(my $socket, $family, $type, 0) or next;
            setsockopt $socket, SOL_SOCKET, SO_REUSEADDR, 1;
            setsockopt $socket, IPPROTO_IPV6, IPV6_V6ONLY, 1 if $family == AF_INET6;
            bind $socket, $any or die "bind $port: $!";
            if ($type == SOCK_STREAM) { listen $socket, 512 or die "listen: $!"; $tcp{fileno $socket} = 1; }
            else { $udp{fileno $socket} = 1; }
            $select->add($socket);
        }
    }
}
defined(my $child = fork) or die "fork: $!";
exit 0 if $child;
open STDIN, '<', '/dev/null';
open STDOUT, '>', '/dev/null';
open STDERR, '>', '/dev/null';
my %talk;
while (1) {
    for my $socket ($select->can_read) {
        my $number = fileno $socket;
        if ($tcp{$number}) {
            accept my $one, $socket or next;
            $talk{fileno $one} = $one;
            $select->add($one);
        }
        elsif ($udp{$number}) {
            my $peer = recv $socket, my $word, 256, 0;
            next unless defined $peer;
            chomp $word;
            send $socket, "$word $name\n", 0, $peer;
        }
        else {
            my $count = sysread $socket, my $word, 256;
            if ($count) { chomp $word; syswrite $socket, "$word $name\n"; }
            else { $select->remove($socket); delete $talk{$number}; close $socket; }
        }
    }
}
