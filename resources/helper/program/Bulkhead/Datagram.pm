package Bulkhead::Datagram;

# Probes without connections: a datagram, or a ping, that carries a token; whether it arrived is seen where B's own stack
# has let it in. A raw socket is given a copy of each packet behind the `input` hook, whoever the packet is for and whether
# or not somebody listens: so no service of B's is disturbed, and none needs to be there. That an answer comes back is not
# asked: what has arrived has arrived.

use strict;
use warnings;
use Exporter 'import';
use Fcntl qw(F_GETFL F_SETFL O_NONBLOCK);
use Socket qw(
    AF_INET AF_INET6 SOCK_DGRAM SOCK_RAW IPPROTO_UDP IPPROTO_ICMP pack_sockaddr_in pack_sockaddr_in6 inet_pton
);
use Bulkhead::Kernel qw(now_ms enter_place address_key is_loopback);
use Bulkhead::Worker qw(say);

our @EXPORT_OK = qw(is_datagram prepare watched arrived_on shoot_all);

use constant {
    IPPROTO_ICMPV6 => 58,
    # From inside, where nothing is far.
    INSIDE_MS => 300,
    # One lost datagram is not a block.
    SHOTS     => 3,
    PAUSE_MS  => 150,
    # Somewhere no service usually is.
    SPARE_PORT => 47_000,
    MARK      => 'bulkhead ',
};

sub is_datagram { return ($_[0]{protocol} // 'tcp') ne 'tcp' }

# In B's namespace: watches for what the request will send; dies when not even B itself gets through to itself.
# `state` is the listener's; what is watched is kept there. Returns the way to try, as `Bulkhead::Listener` does.
sub prepare {
    my ($state, $request) = @_;
    my $key = address_key($request->{address}) // die "bad address\n";
    my $is_own = $request->{from}{place} eq $request->{to}{place};
    my $is_direct = $state->{is_local}{$key} || ($is_own && is_loopback($key));
    # Through the host any of B's addresses may be the one that is called.
    my @addresses = $is_direct ? ($request->{address}) : @{ $state->{local} };
    die "it has no address\n" unless @addresses;
    my $is_ping = $request->{protocol} eq 'icmp';
    my $port = $is_ping ? 0 : $request->{listenPort} || SPARE_PORT + unpack('n', _random(2)) % 1000;
    _watch($state, $request->{protocol});
    _arrives_inside($state, $request->{protocol}, $_, $port) and return _way($state, $request, $port) for @addresses;
    die "nothing arrives from inside either\n";
}

sub _way {
    my ($state, $request, $port) = @_;
    my $token = _token();
    $state->{tokens}{$token} = $request->{i};
    return { port => $request->{port} || $port, listens => $port, direct => 1, token => $token };
}

# One raw socket per protocol and family, however many requests there are.
sub _watch {
    my ($state, $protocol) = @_;
    for my $family (AF_INET, AF_INET6) {
        next if exists $state->{raw}{"$protocol $family"};
        my $socket = _raw($family, $protocol);
        $state->{raw}{"$protocol $family"} = $socket;
    }
    die "packets cannot be watched there: $!\n" unless grep { defined } values %{ $state->{raw} };
}

sub _raw {
    my ($family, $protocol) = @_;
    socket(my $socket, $family, SOCK_RAW, _number($family, $protocol)) or return undef;
    fcntl $socket, F_SETFL, fcntl($socket, F_GETFL, 0) | O_NONBLOCK;
    return $socket;
}

sub _number {
    my ($family, $protocol) = @_;
    return IPPROTO_UDP if $protocol eq 'udp';
    return $family == AF_INET ? IPPROTO_ICMP : IPPROTO_ICMPV6;
}

# The sockets to wait for.
sub watched { return grep { defined } values %{ $_[0]{raw} // {} } }

# Numbers of the requests whose packets lie ready on that socket, each once in all.
sub arrived_on {
    my ($state, $socket) = @_;
    return grep { defined } map { delete $state->{tokens}{$_} } _tokens_on($socket);
}

sub _tokens_on {
    my ($socket) = @_;
    my @tokens;
    my $mark = MARK;
    while (defined recv $socket, my $packet, 2048, 0) {
        push @tokens, $1 if $packet =~ /\Q$mark\E([0-9a-f]{24})/;
    }
    return @tokens;
}

sub _arrives_inside {
    my ($state, $protocol, $address, $port) = @_;
    return $state->{inside}{"$protocol $address $port"} //= _sees_itself($state, $protocol, $address, $port);
}

sub _sees_itself {
    my ($state, $protocol, $address, $port) = @_;
    my $token = _token();
    my ($shot) = _aim($protocol, $address, $port);
    return 0 unless $shot && _fire($shot, $token);
    my $deadline = now_ms() + INSIDE_MS;
    while ((my $left = $deadline - now_ms()) > 0) {
        my $bits = '';
        vec($bits, fileno $_, 1) = 1 for watched($state);
        last if select($bits, undef, undef, $left / 1000) <= 0;
        return 1 if grep { $_ eq $token } map { _tokens_on($_) } watched($state);
    }
    return 0;
}

# Everything from one namespace: each request's packet some times over. Says of each when it went (`{ i, shot, since }`),
# or that it could not be sent.
sub shoot_all {
    my ($end, $requests) = @_;
    enter_place($requests->[0]{from});
    my @shots = map {
        my ($shot, $why) = _aim(@$_{qw(protocol address port)});
        { request => $_, shot => $shot, why => $why, sent => 0, since => now_ms() };
    } @$requests;
    for my $round (1 .. SHOTS) {
        for my $one (grep { $_->{shot} } @shots) {
            # A drop on the way out is told at once; an answer to the shot before (nobody listens) is told by the next.
            if (_fire($one->{shot}, $one->{request}{token}) || $!{ECONNREFUSED}) { $one->{sent} = 1 }
            else { $one->{why} = "$!" }
        }
        select undef, undef, undef, PAUSE_MS / 1000 if $round < SHOTS;
    }
    for my $one (@shots) {
        my $since = sprintf '%.3f', $one->{since};
        say($end, { i => $one->{request}{i}, since => $since, ($one->{sent} ? (shot => 1) : (unsent => $one->{why})) });
    }
}

# A socket towards the target: ({ socket, to, protocol, family }), or (undef, reason).
sub _aim {
    my ($protocol, $address, $port) = @_;
    my $family = $address =~ /:/ ? AF_INET6 : AF_INET;
    my $bytes = inet_pton($family, $address) // return (undef, 'bad address');
    my $is_udp = $protocol eq 'udp';
    socket(my $socket, $family, $is_udp ? SOCK_DGRAM : SOCK_RAW, _number($family, $protocol)) or return (undef, "$!");
    my $name = $family == AF_INET6 ? pack_sockaddr_in6($is_udp ? $port : 0, $bytes) : pack_sockaddr_in($is_udp ? $port : 0, $bytes);
    connect $socket, $name or return (undef, "$!");
    return ({ socket => $socket, family => $family, protocol => $protocol });
}

sub _fire {
    my ($shot, $token) = @_;
    my $text = MARK . $token;
    $text = _echo($shot->{family}, $text) if $shot->{protocol} eq 'icmp';
    return defined send $shot->{socket}, $text, 0;
}

# An echo request; of IPv6 the kernel adds the checksum.
sub _echo {
    my ($family, $text) = @_;
    $text .= ' ' if length($text) % 2;
    my $packet = sub { pack('CCnnn', $family == AF_INET ? 8 : 128, 0, $_[0], $$ & 0xffff, 1) . $text };
    return $packet->(0) if $family == AF_INET6;
    my $sum = unpack '%32n*', $packet->(0);
    $sum = ($sum >> 16) + ($sum & 0xffff) while $sum >> 16;
    return $packet->(~$sum & 0xffff);
}

sub _token { return unpack 'H*', _random(12) }

sub _random {
    my ($count) = @_;
    open my $random, '<:raw', '/dev/urandom' or die "no random numbers: $!\n";
    sysread($random, my $bytes, $count) == $count or die "no random numbers\n";
    return $bytes;
}

1;
