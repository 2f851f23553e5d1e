# Says "open" when a word sent from one of our addresses to a TCP port comes back, else "blocked".
use strict;
use warnings;
use IO::Socket::INET;

my ($from, $to, $port) = @ARGV;
my $socket = IO::Socket::INET->new(LocalAddr => $from, PeerAddr => $to, PeerPort => $port, Proto => 'tcp', Timeout => 2);
my $word = '';
if ($socket) {
    print {$socket} "hello\n";
    $socket->flush;
    local $SIG{ALRM} = sub { die "late\n" };
    alarm 3;
    # Accepted and hung up without our word: that was a proxy with nobody behind it.
    eval { $word = <$socket> // '' };
    alarm 0;
}
print $word eq "hello\n" ? "open\n" : "blocked\n";
