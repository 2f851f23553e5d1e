# The truth tables' own hands on the wire: opens listeners and makes attempts in many network namespaces at once.
# Shares nothing with the product's helper: a second opinion must not repeat the first one's mistakes.
#
#   perl wire.pl look   < NAMESPACE…        each line a path: prints "INDEX INODE ADDRESS…", or "INDEX -" when it is gone
#   perl wire.pl probe  < lines of
#     stack ID NAMESPACE                    a network namespace, by path
#     listen ID PROTOCOL PORT               there answers "ID" to whoever calls, on every address; tcp or udp
#     probe INDEX FROM PROTOCOL ADDRESS PORT SOURCE PATIENCE_MS   tcp, udp or icmp (PORT 0); SOURCE "-": any
#   prints "INDEX ANSWER" for each probe: the ID that answered, "echo" for icmp, "-" for nobody; and "heard INDEX ID" for
#   each datagram that came to the listeners of ID: one that arrives has passed, whatever becomes of the answer.
use strict;
use warnings;
use Errno qw(EINPROGRESS EINTR);
use Fcntl qw(F_GETFL F_SETFL O_NONBLOCK);
use POSIX ();
use Socket qw(
    AF_INET AF_INET6 SOCK_STREAM SOCK_DGRAM SOCK_RAW SOL_SOCKET SO_ERROR SO_REUSEADDR IPPROTO_IPV6 IPV6_V6ONLY
    inet_pton inet_ntop pack_sockaddr_in pack_sockaddr_in6 unpack_sockaddr_in unpack_sockaddr_in6 sockaddr_family
);
use Time::HiRes qw(time);

my %SETNS = (x86_64 => 308, aarch64 => 268, riscv64 => 268);
my $SETNS = $SETNS{ (POSIX::uname())[4] } or die "unsupported architecture\n";
use constant { CLONE_NEWNET => 0x40000000, AT_ONCE => 300, READY_S => 20, SIOCGIFFLAGS => 0x8913, IFF_RUNNING => 0x40 };

$| = 1;
my $mode = shift // '';
if ($mode eq 'look') { look() }
elsif ($mode eq 'probe') { probe_all() }
else { die "usage: wire.pl look|probe\n" }
exit 0;

sub enter {
    my ($path) = @_;
    open my $handle, '<', $path or die "cannot open $path: $!\n";
    syscall($SETNS, fileno $handle, CLONE_NEWNET) == 0 or die "cannot enter $path: $!\n";
}

sub look {
    my $index = 0;
    while (my $path = <STDIN>) {
        chomp $path;
        my $pid = open(my $child, '-|') // die "fork: $!";
        if (!$pid) {
            eval { enter($path); 1 } or POSIX::_exit(1);
            my @stat = stat $path;
            print join(' ', $stat[1], local_addresses()), "\n";
            close STDOUT;
            POSIX::_exit(0);
        }
        my $line = <$child>;
        close $child;
        print $index++, ' ', defined $line ? $line : "-\n";
    }
}

# Whether an IPv6 address is being checked where the check will end: on an interface that has somebody at its other end.
sub checking {
    socket(my $any, AF_INET, SOCK_DGRAM, 0) or die "socket: $!";
    open my $six, '<', '/proc/self/net/if_inet6' or return 0;
    while (<$six>) {
        my (undef, undef, undef, $scope, $flags, $name) = split ' ';
        next unless hex($scope) == 0 && hex($flags) & 0x40;
        my $request = pack 'a16 s x22', $name, 0;
        return 1 if ioctl($any, SIOCGIFFLAGS, $request) && (unpack 'x16 s', $request) & IFF_RUNNING;
    }
    return 0;
}

# Every address of the namespace but loopback and link-local ones, once those that are being checked are settled.
sub local_addresses {
    my %found;
    for (1 .. 60) {
        last unless checking();
        select undef, undef, undef, 0.05;
    }
    if (open my $trie, '<', '/proc/self/net/fib_trie') {
        my $last = '';
        while (<$trie>) {
            $last = $1 if /\|-- (\S+)/;
            $found{$last} = 1 if m{/32 host LOCAL} && $last !~ /^127\./;
        }
    }
    if (open my $six, '<', '/proc/self/net/if_inet6') {
        while (<$six>) {
            my ($hex, undef, undef, $scope, $flags) = split ' ';
            # An address that is still being checked (on a bridge nobody is on: forever) is nobody's yet.
            $found{ inet_ntop(AF_INET6, pack 'H*', $hex) } = 1 if hex($scope) == 0 && !(hex($flags) & 0x48);
        }
    }
    return sort keys %found;
}

sub address_of {
    my ($text, $port) = @_;
    return $text =~ /:/
        ? (AF_INET6, pack_sockaddr_in6($port, inet_pton(AF_INET6, $text)))
        : (AF_INET, pack_sockaddr_in($port, inet_pton(AF_INET, $text)));
}

sub probe_all {
    my (%path, %listen, %probes);
    while (<STDIN>) {
        my ($word, @rest) = split ' ';
        if ($word eq 'stack') { $path{ $rest[0] } = $rest[1] }
        elsif ($word eq 'listen') { push @{ $listen{ $rest[0] } }, [@rest[1, 2]] }
        elsif ($word eq 'probe') { push @{ $probes{ $rest[1] } }, [@rest] }
        else { die "what is $word?\n" }
    }
    my @listeners;
    for my $id (keys %listen) {
        pipe my $ready, my $tell or die "pipe: $!";
        my $pid = fork // die "fork: $!";
        if (!$pid) {
            close $ready;
            eval { enter($path{$id}); serve($id, $listen{$id}, $tell); 1 } or print STDERR "$id: $@";
            POSIX::_exit(1);
        }
        close $tell;
        push @listeners, { pid => $pid, ready => $ready, id => $id };
    }
    for my $listener (@listeners) {
        my $bits = '';
        vec($bits, fileno $listener->{ready}, 1) = 1;
        my $line = select($bits, undef, undef, READY_S) > 0 ? readline $listener->{ready} : undef;
        if (!defined $line) {
            kill 'KILL', map { $_->{pid} } @listeners;
            die "nothing listens in $listener->{id}\n";
        }
    }
    my @probers;
    for my $id (keys %probes) {
        my $pid = fork // die "fork: $!";
        if (!$pid) {
            eval { enter($path{$id}); attempt($probes{$id}); 1 } or do { print STDERR "$id: $@"; POSIX::_exit(1) };
            POSIX::_exit(0);
        }
        push @probers, $pid;
    }
    my $failed = 0;
    for my $pid (@probers) { waitpid $pid, 0; $failed = 1 if $? }
    kill 'KILL', map { $_->{pid} } @listeners;
    waitpid $_->{pid}, 0 for @listeners;
    die "a prober failed\n" if $failed;
}

sub nonblocking { my ($socket) = @_; fcntl $socket, F_SETFL, fcntl($socket, F_GETFL, 0) | O_NONBLOCK or die "fcntl: $!" }

sub serve {
    my ($id, $ports, $tell) = @_;
    my (@tcp, @udp);
    # Datagrams are answered from the address they came to, so each address has a socket of its own.
    my @addresses = (local_addresses(), '127.0.0.1', '::1');
    for (@$ports) {
        my ($protocol, $port) = @$_;
        for my $address ($protocol eq 'tcp' ? ('0.0.0.0', '::') : @addresses) {
            my ($family, $name) = address_of($address, $port);
            socket(my $socket, $family, $protocol eq 'tcp' ? SOCK_STREAM : SOCK_DGRAM, 0) or next;
            setsockopt $socket, SOL_SOCKET, SO_REUSEADDR, 1 if $protocol eq 'tcp';
            setsockopt $socket, IPPROTO_IPV6, IPV6_V6ONLY, 1 if $family == AF_INET6;
            bind $socket, $name or next;
            nonblocking($socket);
            if ($protocol eq 'tcp') { listen $socket, 512 or next; push @tcp, $socket }
            else { push @udp, $socket }
        }
    }
    syswrite $tell, "ready\n";
    close $tell;
    while (1) {
        my $bits = '';
        vec($bits, fileno $_, 1) = 1 for @tcp, @udp;
        next if select($bits, undef, undef, undef) < 0;
        for my $socket (grep { vec $bits, fileno $_, 1 } @tcp) {
            while (accept my $taken, $socket) { syswrite $taken, "$id\n"; close $taken }
        }
        for my $socket (grep { vec $bits, fileno $_, 1 } @udp) {
            while (defined(my $peer = recv $socket, my $word, 256, 0)) {
                print "heard $1 $id\n" if $word =~ /^(\d+)\n/;
                send $socket, "$id\n", 0, $peer;
            }
        }
    }
}

sub attempt {
    my ($probes) = @_;
    my (%open, %echo, @icmp);
    my @waiting = @$probes;
    my $icmp_socket = sub {
        my ($six) = @_;
        return $icmp[$six] if $icmp[$six];
        socket($icmp[$six], $six ? AF_INET6 : AF_INET, SOCK_RAW, $six ? 58 : 1) or die "raw socket: $!";
        nonblocking($icmp[$six]);
        return $icmp[$six];
    };
    my $sequence = 0;
    my $identifier = $$ & 0xffff;
    while (@waiting || %open || %echo) {
        while (@waiting && keys(%open) + keys(%echo) < AT_ONCE) {
            my ($index, undef, $protocol, $address, $port, $source, $patience) = @{ shift @waiting };
            my $try = { index => $index, protocol => $protocol, end => time + $patience / 1000, again => time + 0.45, got => '' };
            my ($family, $name) = address_of($address, $port);
            if ($protocol eq 'icmp') {
                my $six = $family == AF_INET6 ? 1 : 0;
                my $socket = $icmp_socket->($six);
                my $packet = pack 'CCnnn', $six ? 128 : 8, 0, 0, $identifier, ++$sequence;
                substr $packet, 2, 2, pack 'n', checksum($packet) unless $six;
                $try->{send} = sub { defined send $socket, $packet, 0, $name };
                # No route, or refused by a rule of this namespace.
                if ($try->{send}->()) { $echo{"$six $sequence"} = $try } else { print "$index -\n" }
                next;
            }
            socket(my $socket, $family, $protocol eq 'tcp' ? SOCK_STREAM : SOCK_DGRAM, 0) or die "socket: $!";
            nonblocking($socket);
            if ($source ne '-') { bind $socket, (address_of($source, 0))[1] or die "bind $source: $!" }
            if (!connect($socket, $name) && $! != EINPROGRESS) { print "$index -\n"; next }
            $try->{socket} = $socket;
            if ($protocol eq 'udp') { $try->{send} = sub { defined send $socket, "$index\n", 0 }; $try->{send}->() }
            $open{ fileno $socket } = $try;
        }
        my ($read, $next) = ('', time + 0.2);
        for my $try (values %open, values %echo) { $next = $try->{end} if $try->{end} < $next }
        vec($read, $_, 1) = 1 for keys %open;
        vec($read, fileno $_, 1) = 1 for grep { defined } @icmp;
        my $left = $next - time;
        select $read, undef, undef, $left > 0 ? $left : 0.001;
        my $now = time;
        for my $six (grep { $icmp[$_] && vec $read, fileno $icmp[$_], 1 } 0, 1) { read_echoes($icmp[$six], $six, $identifier, \%echo) }
        for my $number (keys %open) {
            my $try = $open{$number};
            if (vec $read, $number, 1) {
                my $count = sysread $try->{socket}, my $bytes, 256;
                next if !defined $count && ($!{EINTR} || $!{EAGAIN});
                # A datagram may be refused although a later one arrives; a connection that is refused or ends is over.
                if (!defined $count && $try->{protocol} eq 'udp' && $now < $try->{end}) { next }
                $try->{got} .= $bytes if $count;
                next unless !$count || $try->{got} =~ /\n/;
                print "$try->{index} ", $try->{got} =~ /^(\S+)\n/ ? $1 : '-', "\n";
                delete $open{$number};
            }
            elsif ($now >= $try->{end}) { print "$try->{index} -\n"; delete $open{$number} }
            elsif ($try->{send} && $now >= $try->{again}) { $try->{send}->(); $try->{again} = $now + 0.6 }
        }
        for my $key (keys %echo) {
            my $try = $echo{$key};
            if ($now >= $try->{end}) { print "$try->{index} -\n"; delete $echo{$key} }
            elsif ($now >= $try->{again}) { $try->{send}->(); $try->{again} = $now + 0.6 }
        }
    }
}

sub read_echoes {
    my ($socket, $six, $identifier, $echo) = @_;
    while (defined recv $socket, my $packet, 2048, 0) {
        $packet = substr $packet, (ord($packet) & 15) * 4 unless $six;
        my ($type, undef, undef, $id, $sequence) = unpack 'CCnnn', $packet;
        next unless defined $sequence && $type == ($six ? 129 : 0) && $id == $identifier;
        my $try = delete $echo->{"$six $sequence"} or next;
        print "$try->{index} echo\n";
    }
}

sub checksum {
    my ($bytes) = @_;
    my $sum = 0;
    $sum += $_ for unpack 'n*', $bytes;
    $sum = ($sum & 0xffff) + ($sum >> 16) while $sum >> 16;
    return ~$sum & 0xffff;
}
