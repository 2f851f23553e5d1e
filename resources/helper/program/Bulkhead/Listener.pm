package Bulkhead::Listener;

# B's side of a probe, as a worker inside B's network namespace: finds out where B listens, opens temporary listeners
# where it does not, and proves from inside that a connection would be taken.  Without that proof nobody may say
# "blocked": the port could simply be closed.

use strict;
use warnings;
use Exporter 'import';
use Fcntl qw(F_GETFL F_SETFL O_NONBLOCK);
use Socket qw(
    AF_INET AF_INET6 SOCK_STREAM SOL_SOCKET SO_REUSEADDR SO_ERROR IPPROTO_IPV6 IPV6_V6ONLY
    pack_sockaddr_in pack_sockaddr_in6 unpack_sockaddr_in unpack_sockaddr_in6 sockaddr_family
    inet_pton INADDR_ANY IN6ADDR_ANY
);
use Bulkhead::Kernel qw(
    now_ms place_handle same_namespace enter_handle local_addresses proxy_inodes address_key is_loopback
);
use Bulkhead::Datagram qw(is_datagram prepare watched arrived_on);
use Bulkhead::Sockets qw(own_sockets listeners_of);
use Bulkhead::Worker qw(say);

our @EXPORT_OK = qw(serve socket_name nonblocking);

# Room for one repeated SYN: a service with a short queue drops what comes while it is busy with the connection before.
use constant INSIDE_MS => 1300;

# Prepares everything for `@$requests` (`{ i, to, protocol, address, port, listenPort }`), says how each can be tried
# (`{ i, port, direct, token }` or `{ i, error }`), then accepts until the other side closes, saying of each datagram that
# was awaited when it came (`{ arrived, at }`).
sub serve {
    my ($end, $requests) = @_;
    my $handle = place_handle($requests->[0]{to});
    my $except = same_namespace($handle) ? proxy_inodes() : {};
    enter_handle($handle);
    my @local = local_addresses();
    my $state = {
        local => \@local,
        is_local => { map { address_key($_) => 1 } @local },
        listeners => listeners_of(own_sockets(), $except),
        temporary => {},
        open => [],
        inside => {},
    };
    my @ready;
    for my $request (@$requests) {
        my $answer = eval { is_datagram($request) ? prepare($state, $request) : _prepare($state, $request) };
        $answer = { error => $@ || 'unknown failure' } unless $answer;
        $answer->{error} =~ s/\s+\z// if defined $answer->{error};
        push @ready, { %$answer, i => $request->{i} };
    }
    say($end, { ready => \@ready });
    _accept_until_closed($end, $state);
}

sub _prepare {
    my ($state, $request) = @_;
    my $key = address_key($request->{address}) // die "bad address\n";
    # Another's loopback leads here through somebody who passes it on.
    my $is_own = $request->{from}{place} eq $request->{to}{place};
    my $direct = $state->{is_local}{$key} || ($is_own && is_loopback($key)) ? 1 : 0;
    my $wanted = $request->{listenPort};
    # Through the host any of B's addresses may be the one that is called.
    my @addresses = $direct ? ($request->{address}) : grep { address_key($_) } @{ $state->{local} };
    die "it has no address\n" unless @addresses;
    for my $port (_candidates($state, $wanted, $direct ? $key : undef)) {
        return _way($request, $direct, $port, '') if _answers_any($state, \@addresses, $port);
    }
    my $temporary = _temporary($state, $wanted, $request->{address}) // die "nothing listens on port $wanted\n";
    die "port $wanted takes no connection from inside\n" unless _answers_any($state, \@addresses, $temporary->{port});
    return _way($request, $direct, $temporary->{port}, $temporary->{token});
}

sub _way {
    my ($request, $direct, $listening, $token) = @_;
    return { port => $request->{port} || $listening, listens => $listening, direct => $direct, token => $token };
}

# Ports on which B itself seems to listen, for that address if one is given; few, because each is tried.
sub _candidates {
    my ($state, $wanted, $key) = @_;
    my %ports;
    for my $listener (@{ $state->{listeners} }) {
        my ($bound, $port) = @$listener;
        next if $wanted && $port != $wanted;
        my $wildcard = $bound !~ /[^\x00]/;
        next unless $wildcard || !defined $key || $bound eq $key;
        $ports{$port} = 1;
    }
    my @sorted = sort { $a <=> $b } keys %ports;
    return @sorted > 4 ? @sorted[0 .. 3] : @sorted;
}

sub _answers_any {
    my ($state, $addresses, $port) = @_;
    for my $address (@$addresses) {
        my $known = $state->{inside}{"$address $port"} //= _answers($address, $port) ? 1 : 0;
        return 1 if $known;
    }
    return 0;
}

sub _answers {
    my ($address, $port) = @_;
    my ($socket, $why) = nonblocking($address, $port);
    return 0 unless $socket;
    my $bits = '';
    vec($bits, fileno $socket, 1) = 1;
    my $count = select undef, $bits, undef, INSIDE_MS / 1000;
    return 0 unless $count && $count > 0;
    return unpack('i', getsockopt $socket, SOL_SOCKET, SO_ERROR) == 0;
}

# A listener of ours on that port (0: any), on all addresses; or where another socket of B holds the port on one
# address (127.0.0.1, usually), on the others.
sub _temporary {
    my ($state, $port, $address) = @_;
    return $state->{temporary}{$port} if $state->{temporary}{$port};
    my @sockets = grep { defined } _listen(AF_INET6, IN6ADDR_ANY, $port) // _listen(AF_INET, INADDR_ANY, $port);
    @sockets = grep { defined } map { _listen_on($_, $port) } @{ $state->{local} } if !@sockets && $port;
    return undef unless @sockets;
    my $token = _token();
    push @{ $state->{open} }, map { { socket => $_, token => $token } } @sockets;
    my ($real) = socket_name($sockets[0]);
    return $state->{temporary}{$port} = { port => $real, token => $token };
}

sub _listen_on {
    my ($address, $port) = @_;
    my $family = $address =~ /:/ ? AF_INET6 : AF_INET;
    return _listen($family, inet_pton($family, $address), $port);
}

sub _listen {
    my ($family, $bytes, $port) = @_;
    socket(my $socket, $family, SOCK_STREAM, 0) or return undef;
    setsockopt $socket, SOL_SOCKET, SO_REUSEADDR, 1;
    setsockopt $socket, IPPROTO_IPV6, IPV6_V6ONLY, $bytes eq IN6ADDR_ANY ? 0 : 1 if $family == AF_INET6;
    bind $socket, $family == AF_INET6 ? pack_sockaddr_in6($port, $bytes) : pack_sockaddr_in($port, $bytes)
        or return undef;
    listen $socket, 128 or return undef;
    fcntl $socket, F_SETFL, fcntl($socket, F_GETFL, 0) | O_NONBLOCK;
    return $socket;
}

# What only this listener can say: whoever reads it has reached B's own stack, and nobody in front of it.
sub _token {
    open my $random, '<:raw', '/dev/urandom' or die "no random numbers: $!\n";
    sysread($random, my $bytes, 12) == 12 or die "no random numbers\n";
    return unpack 'H*', $bytes;
}

sub _accept_until_closed {
    my ($end, $state) = @_;
    my $open = $state->{open};
    my @watched = watched($state);
    while (1) {
        my $bits = '';
        vec($bits, fileno $end->{in}, 1) = 1;
        vec($bits, fileno $_, 1) = 1 for @watched, map { $_->{socket} } @$open;
        next if select($bits, undef, undef, undef) < 0;
        return if vec $bits, fileno $end->{in}, 1;
        for my $socket (grep { vec $bits, fileno $_, 1 } @watched) {
            say($end, { arrived => $_, at => sprintf('%.3f', now_ms()) }) for arrived_on($state, $socket);
        }
        for my $listener (grep { vec $bits, fileno $_->{socket}, 1 } @$open) {
            accept my $taken, $listener->{socket} or next;
            syswrite $taken, "$listener->{token}\n";
            close $taken;
        }
    }
}

# Starts a connection; returns (socket) or (undef, reason) when it failed at once.
sub nonblocking {
    my ($address, $port) = @_;
    my $family = $address =~ /:/ ? AF_INET6 : AF_INET;
    my $bytes = inet_pton($family, $address) // return (undef, 'bad address');
    socket(my $socket, $family, SOCK_STREAM, 0) or return (undef, "$!");
    fcntl $socket, F_SETFL, fcntl($socket, F_GETFL, 0) | O_NONBLOCK;
    my $name = $family == AF_INET6 ? pack_sockaddr_in6($port, $bytes) : pack_sockaddr_in($port, $bytes);
    return ($socket) if connect $socket, $name or $!{EINPROGRESS};
    return (undef, "$!");
}

# (port, address bytes) of a socket's own end.
sub socket_name {
    my ($socket) = @_;
    my $name = getsockname $socket;
    return sockaddr_family($name) == AF_INET6 ? (unpack_sockaddr_in6($name))[0, 1] : unpack_sockaddr_in($name);
}

1;
