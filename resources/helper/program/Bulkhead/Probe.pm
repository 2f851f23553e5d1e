package Bulkhead::Probe;

# Connection attempts from inside A's network namespace, and the proof that it was B's own stack that took them.
#
# - B's own address: B's stack made the handshake. Enough.
# - A temporary listener of ours in B: only it knows the token that A then reads. Enough, whatever lies between.
# - A published port with a service of B behind it: docker-proxy takes the connection on the machine before it calls B,
#   and where B is blocked it keeps A waiting for two minutes instead of closing. So a handshake proves nothing: B's own
#   socket table must show a connection that appears after ours was made and is half-closed when ours is.
#   To tell our connection from others, those probes go one at a time per port of B ("lanes").
# - Datagrams and pings carry a token that B's stack is watched for (Bulkhead::Datagram).

use strict;
use warnings;
use Exporter 'import';
use Socket qw(SOL_SOCKET SO_ERROR);
use Bulkhead::Kernel qw(now_ms enter_place HOST_NET);
use Bulkhead::Sockets qw(sockets_of);
use Bulkhead::Datagram qw(is_datagram shoot_all);
use Bulkhead::Listener qw(serve nonblocking);
use Bulkhead::Worker qw(start stop say lines);

our @EXPORT_OK = qw(probe);

use constant {
    # Room for one repeated SYN (the kernel's first timeout is 1 s): one lost packet is not a block.
    CONNECT_MS => 1300,
    # How long B's socket table may take to show what docker-proxy relays, and its end.
    RELAY_MS   => 700,
    POLL_MS    => 10,
    # Half-open attempts of one worker at once: far below any limit on open files.
    AT_ONCE    => 128,
    # How long after the last of its packets one may still arrive.
    ARRIVAL_MS => 500,
    READY_MS   => 15_000,
    ESTABLISHED => 0x01,
    LISTEN      => 0x0a,
};

# Makes all probes and calls `$tell->({ i, measured, ms, detail, port })` once for each.
sub probe {
    my ($requests, $tell) = @_;
    my $at = 0;
    $_->{i} = $at++ for @$requests;
    my (%targets, @listeners, @workers);
    push @{ $targets{ $_->{to}{place} } }, $_ for @$requests;
    for my $group (values %targets) {
        push @listeners, start(sub { serve($_[0], $group) });
        $listeners[-1]{requests} = $group;
    }
    my $ready = _collect(\@listeners, $tell);
    my (%sources, %lanes, %shooters);
    for my $request (@$requests) {
        my $way = $ready->{ $request->{i} } // next;
        $request = { %$request, %$way };
        if (is_datagram($request)) { push @{ $shooters{ $request->{from}{place} } }, $request }
        elsif ($way->{direct} || $way->{token} ne '') { push @{ $sources{ $request->{from}{place} } }, $request }
        else { push @{ $lanes{"$request->{to}{place} $way->{listens}"} }, $request }
    }
    for my $group (values %sources) { push @workers, _worker($group, \&_attempt_all) }
    for my $group (values %lanes) { push @workers, _worker($group, \&_walk_lane) }
    for my $group (values %shooters) { push @workers, _worker($group, \&shoot_all) }
    _relay(\@workers, \@listeners, $tell);
    stop($_) for @workers, @listeners;
}

sub _worker {
    my ($group, $work) = @_;
    my $worker = start(sub { $work->($_[0], $group) });
    $worker->{requests} = $group;
    $worker->{ports} = { map { $_->{i} => $_->{port} } @$group };
    return $worker;
}

# Waits for what the listeners found: request number => way. Tells errors itself.
sub _collect {
    my ($listeners, $tell) = @_;
    my %ready;
    my $deadline = now_ms() + READY_MS;
    for my $listener (@$listeners) {
        my $message;
        while (!$message) {
            my $bits = '';
            vec($bits, fileno $listener->{in}, 1) = 1;
            my $left = $deadline - now_ms();
            last if $left <= 0 || select($bits, undef, undef, $left / 1000) <= 0;
            my ($open, @messages) = lines($listener);
            $message = $messages[0];
            last unless $open;
        }
        my $failed = !$message ? 'its namespace did not answer' : $message->{failed};
        for my $answer ($failed ? map { { i => $_->{i}, error => $failed } } @{ $listener->{requests} } : @{ $message->{ready} }) {
            if (defined $answer->{error}) { $tell->(_outcome($answer->{i}, 'error', 0, $answer->{error})) }
            else { $ready{ $answer->{i} } = $answer }
        }
    }
    return \%ready;
}

# Passes on outcomes until every worker has ended and no datagram is awaited; what a worker did not answer is an error.
sub _relay {
    my ($workers, $listeners, $tell) = @_;
    my @open = @$workers;
    my (%arrived, %awaited);
    my $answer = sub {
        my ($worker, $message) = @_;
        my $i = $message->{i};
        $worker->{told}{$i} = 1;
        my $port = $worker->{ports}{$i};
        my $end = sub { $tell->({ %{ _outcome($i, @_) }, port => \$port }) };
        return $end->(@$message{qw(measured ms detail)}) if defined $message->{measured};
        if (!$message->{shot}) {
            my ($measured, $why) = _failed($message->{unsent} // 'not sent');
            return $end->($measured, 0, $why);
        }
        return $end->('open', $arrived{$i} - $message->{since}, '') if defined $arrived{$i};
        $awaited{$i} = { until => now_ms() + ARRIVAL_MS, since => $message->{since}, end => $end };
    };
    while (@open || %awaited) {
        my $bits = '';
        vec($bits, fileno $_->{in}, 1) = 1 for @open, @$listeners;
        my ($first) = sort { $a <=> $b } map { $_->{until} } values %awaited;
        my $left = defined $first ? $first - now_ms() : undef;
        next if select($bits, undef, undef, defined $left ? ($left > 0 ? $left / 1000 : 0) : undef) < 0;
        my @living;
        for my $listener (@$listeners) {
            if (!vec $bits, fileno $listener->{in}, 1) { push @living, $listener; next }
            my ($open, @messages) = lines($listener);
            for my $message (grep { defined $_->{arrived} } @messages) {
                my $shot = delete $awaited{ $message->{arrived} };
                if ($shot) { $shot->{end}->('open', $message->{at} - $shot->{since}, '') }
                else { $arrived{ $message->{arrived} } = $message->{at} }
            }
            push @living, $listener if $open;
        }
        $listeners = \@living;
        my @still;
        for my $worker (@open) {
            if (!vec $bits, fileno $worker->{in}, 1) { push @still, $worker; next }
            my ($open, @messages) = lines($worker);
            for my $message (@messages) {
                if (defined $message->{failed}) { $worker->{failed} = $message->{failed} }
                else { $answer->($worker, $message) }
            }
            if ($open) { push @still, $worker; next }
            for my $request (grep { !$worker->{told}{ $_->{i} } } @{ $worker->{requests} }) {
                $tell->(_outcome($request->{i}, 'error', 0, $worker->{failed} // 'the probe was cut short'));
            }
        }
        @open = @still;
        for my $i (grep { $awaited{$_}{until} <= now_ms() } keys %awaited) {
            (delete $awaited{$i})->{end}->('blocked', 0, 'nothing arrived');
        }
    }
}

sub _outcome {
    my ($i, $measured, $ms, $detail) = @_;
    my $rounded = sprintf '%.2f', $ms;
    return { i => \"$i", measured => $measured, ms => \$rounded, detail => $detail };
}

# Many attempts at once from one namespace.
sub _attempt_all {
    my ($end, $requests) = @_;
    enter_place($requests->[0]{from});
    my @waiting = @$requests;
    my %running;
    my $done = sub {
        my ($attempt, $measured, $detail) = @_;
        delete $running{ fileno $attempt->{socket} } if $attempt->{socket};
        close $attempt->{socket} if $attempt->{socket};
        say($end, _outcome($attempt->{request}{i}, $measured, now_ms() - $attempt->{since}, $detail));
    };
    while (@waiting || %running) {
        while (@waiting && keys %running < AT_ONCE) {
            my $attempt = { request => shift @waiting, since => now_ms(), got => '', connected => 0 };
            ($attempt->{socket}, my $why) = nonblocking(@{ $attempt->{request} }{qw(address port)});
            if ($attempt->{socket}) { $running{ fileno $attempt->{socket} } = $attempt }
            else { $done->($attempt, _failed($why)) }
        }
        my ($read, $write) = ('', '');
        my $first = now_ms() + CONNECT_MS;
        for my $attempt (values %running) {
            vec($attempt->{connected} ? $read : $write, fileno $attempt->{socket}, 1) = 1;
            $first = $attempt->{since} + CONNECT_MS if $attempt->{since} + CONNECT_MS < $first;
        }
        next unless %running;
        my $left = $first - now_ms();
        select $read, $write, undef, $left > 0 ? $left / 1000 : 0;
        for my $attempt (values %running) {
            my $number = fileno $attempt->{socket};
            if (vec $write, $number, 1) { _connected($attempt, $done) }
            elsif (vec $read, $number, 1) { _token_read($attempt, $done) }
            elsif (now_ms() >= $attempt->{since} + CONNECT_MS) {
                $done->($attempt, 'blocked', $attempt->{connected} ? 'connected, but not to this endpoint' : 'no answer');
            }
        }
    }
}

sub _connected {
    my ($attempt, $done) = @_;
    my $error = unpack 'i', getsockopt $attempt->{socket}, SOL_SOCKET, SO_ERROR;
    if ($error) { local $! = $error; return $done->($attempt, _failed("$!")) }
    return $done->($attempt, 'open', '') if $attempt->{request}{token} eq '';
    $attempt->{connected} = 1;
}

sub _token_read {
    my ($attempt, $done) = @_;
    my $count = sysread $attempt->{socket}, $attempt->{got}, 256, length $attempt->{got};
    return $done->($attempt, 'open', '') if $attempt->{got} eq "$attempt->{request}{token}\n";
    return if $count && length $attempt->{got} < 64;
    $done->($attempt, 'blocked', 'connected, but not to this endpoint');
}

sub _failed {
    my ($why) = @_;
    return ('error', $why) if $why =~ /address family not supported|too many open files|bad address/i;
    return ('blocked', lcfirst $why);
}

# Published ports with a real service behind: one at a time.
sub _walk_lane {
    my ($end, $requests) = @_;
    for my $request (@$requests) {
        my $since = now_ms();
        my $ms = 0;
        my ($measured, $detail) = eval { _through_host($request, $since, \$ms) };
        ($measured, $detail) = ('error', $@ =~ s/\s+\z//r) unless defined $measured;
        say($end, _outcome($request->{i}, $measured, $ms || now_ms() - $since, $detail));
    }
}

sub _through_host {
    my ($request, $since, $ms) = @_;
    my $net = $request->{to}{place} eq 'host' ? HOST_NET() : '/proc/' . int($request->{to}{pid}) . '/net';
    enter_place($request->{from});
    my $before = _taken($net, $request->{listens});
    my ($socket, $why) = nonblocking(@$request{qw(address port)});
    return _failed($why) unless $socket;
    my $bits = '';
    vec($bits, fileno $socket, 1) = 1;
    return ('blocked', 'no answer') if select(undef, $bits, undef, CONNECT_MS / 1000) <= 0;
    my $error = unpack 'i', getsockopt $socket, SOL_SOCKET, SO_ERROR;
    if ($error) { local $! = $error; return _failed("$!") }
    $$ms = now_ms() - $since;
    my $deadline = now_ms() + RELAY_MS;
    my %fresh;
    my $closed = 0;
    while (1) {
        my $now = _taken($net, $request->{listens});
        # Ours is one that came after our handshake began, and leaves "established" after we close our half.
        for my $tuple (grep { !exists $before->{$_} } keys %$now) { $fresh{$tuple} = 1 }
        if (%fresh && !$closed) {
            shutdown $socket, 1;
            $closed = 1;
        } elsif ($closed) {
            return ('open', '') if grep { ($now->{$_} // 0) != ESTABLISHED } keys %fresh;
        }
        last if now_ms() >= $deadline;
        select undef, undef, undef, POLL_MS / 1000;
    }
    return ('blocked', 'the machine takes the connection, but it does not reach this endpoint');
}

# Connections to that port in a socket table: tuple => state.
sub _taken {
    my ($net, $port) = @_;
    return { map { join('|', @$_[0 .. 3]) => $_->[4] } grep { $_->[1] == $port && $_->[4] != LISTEN } @{ sockets_of($net) } };
}

1;
