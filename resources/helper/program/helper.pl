#!/usr/bin/perl
# Bulkhead's helper: reaches the network namespaces of the engine's machine and of its containers.
#
# Requests come as lines of JSON on stdin, `{"id":7,"op":"load",…}`; answers go as lines of JSON to stdout:
# any number of `{"id":7,"event":…}`, then `{"id":7,"ok":…}` or `{"id":7,"error":"…"}`.  Each request runs in a worker
# of its own, because entering a namespace cannot be shared, and so that one that hangs hurts no other.
# The helper ends when its stdin does (its session is over, however that came) or has been silent for a while
# (its session is beyond a broken line); nothing of it stays behind, and tables that were loaded stay in force.
#
#   hello {}                                      -> what this machine can do
#   machine {}                                    -> what of that may change while the helper runs
#   ping {}                                       -> {}
#   load {place, script, sever, fingerprint, admit?, carry?} -> { sum, generation, before? } `before`: what the table there had counted
#   unload {place, all?}                          -> {}      `all`: the tables of every Bulkhead
#   read {places}                                 -> { tables: [{ place, generation, fingerprint, sum } | { place, generation }
#                                                    | { place, unchanged } | { place, error }] }
#   counters {places}                             -> { places: [{ place, since, rules, elements } | { place, error }] }
#   filters {places}                              -> { places: [{ place, nft, … } | { place, error }], holders, bridged }
#   watch {places}                                -> events [place, …] whose packet filters have changed, until cancelled
#   listening {place}                             -> { ports }
#   probe {requests}                              -> events { i, measured, ms, detail }
#   cancel {target}                               -> {}      ends the worker of request `target`
#   bye {}                                        -> ends the helper
#
# With `--keep` it does one thing only, see below.
#
# A place is `{ place: "host" | container id, pid }`; for `read` also with the `generation` of the rules that is known.

use strict;
use warnings;

BEGIN {
    my $folder = __FILE__;
    $folder =~ s{[^/]*\z}{};
    unshift @INC, $folder eq '' ? '.' : $folder;
}

use Bulkhead::Json qw(encode decode);
use Bulkhead::Kernel
    qw(ARCHITECTURE leave now_ms slurp enter_place place_handle same_namespace local_addresses addresses_by_interface
    routes_by_interface proxy_inodes userland_proxy);
use Bulkhead::Sockets qw(own_sockets listeners_of);
use Bulkhead::Firewall qw(load keep unload inspect counts nft bridge_conntrack bridge_meta bridge_tables inet_tables element_counters engine_filters_ipv6);
use Bulkhead::Filters qw(filters watch);
use Bulkhead::Worker qw(start stop);

use constant {
    LINE_LIMIT  => 16 * 1024 * 1024,
    SILENCE_MS  => 90_000,
    JOB_LIMIT   => 32,
    JOB_SECONDS => 120,
};

# The recipe asks which files this program needs, so that the image holds these and no others.
if (@ARGV && $ARGV[0] eq '--files') {
    require DynaLoader;
    require Bulkhead::Probe;
    no warnings 'once';
    print "$_\n" for sort grep { defined } values %INC;
    print "$_\n" for sort @DynaLoader::dl_shared_objects;
    exit 0;
}

# Started by the engine whenever that starts: shuts what is guarded where nothing does, and stays, so as to be started again.
if (@ARGV && $ARGV[0] eq '--keep') {
    $ENV{LC_ALL} = 'C';
    keep(join '', map { $ENV{$_} } sort grep { /^BULKHEAD_GATE_[0-9]+\z/ } keys %ENV);
    # What was needed for it need not stay in memory.
    exec $^X, '-e', '$SIG{TERM} = $SIG{INT} = sub { exit 0 }; sleep 86400 while 1';
    die "exec: $!\n";
}

$SIG{PIPE} = 'IGNORE';
$SIG{TERM} = $SIG{INT} = sub { finish() };
$ENV{LC_ALL} = 'C';

my %OPERATIONS = (
    hello => sub {
        my ($code, $version) = nft('', '--version');
        die "nft does not run here: $version\n" if $code != 0;
        chomp(my $kernel = slurp('/proc/sys/kernel/osrelease') // '');
        return {
            nftVersion => $version =~ /v([0-9][0-9.]*)/ ? "$1" : $version,
            kernel => $kernel,
            architecture => ARCHITECTURE,
            bridgeConntrack => truth(bridge_conntrack()),
            bridgeMeta => truth(bridge_meta()),
            inetTables => truth(inet_tables()),
            bridgeTables => truth(bridge_tables()),
            # A map of all users to themselves is the machine's own.
            userNamespace => truth((slurp('/proc/self/uid_map') // '') !~ /^\s*0\s+0\s+4294967295\s*\z/),
            elementCounters => truth(element_counters()),
            %{ machine() },
        };
    },
    machine => \&machine,
    load => sub {
        my ($request) = @_;
        return load(@$request{qw(place script sever fingerprint admit carry)});
    },
    unload => sub { unload(@{ $_[0] }{qw(place all)}); return {} },
    read => sub {
        my ($request) = @_;
        my @tables;
        for my $place (@{ $request->{places} }) {
            my $found = eval { inspect($place) };
            my $error = $@;
            $error =~ s/\s+\z//;
            if ($error ne '') { push @tables, { place => $place->{place}, error => $error } }
            elsif ($found) { push @tables, { place => $place->{place}, %$found } }
        }
        return { tables => \@tables };
    },
    counters => sub {
        my ($request) = @_;
        my @places;
        for my $place (@{ $request->{places} }) {
            my $found = eval { counts($place) };
            my $error = $@;
            $error =~ s/\s+\z//;
            if ($error ne '') { push @places, { place => $place->{place}, error => $error } }
            elsif ($found) { push @places, { place => $place->{place}, %$found } }
        }
        return { places => \@places };
    },
    filters => sub {
        my ($request) = @_;
        # Before another namespace is entered.
        my $holders = addresses_by_interface();
        my @bridged = map { substr(slurp("/proc/sys/net/bridge/bridge-nf-call-$_") // '0', 0, 1) } 'iptables', 'ip6tables';
        my @places;
        for my $place (@{ $request->{places} }) {
            my $found = eval { filters($place) };
            my $error = $@;
            $error =~ s/\s+\z//;
            if ($error ne '') { push @places, { place => $place->{place}, error => $error } }
            elsif ($found) { push @places, { place => $place->{place}, %$found, terse => truth($found->{terse}) } }
        }
        return { places => \@places, holders => $holders, bridged4 => truth($bridged[0]), bridged6 => truth($bridged[1]) };
    },
    watch => sub {
        my ($request, $event) = @_;
        alarm 0;
        watch($request->{places}, $event);
    },
    listening => sub {
        my ($request) = @_;
        my $handle = place_handle($request->{place});
        my $except = same_namespace($handle) ? proxy_inodes() : {};
        enter_place($request->{place});
        my %ports = map { $_->[1] => 1 } @{ listeners_of(own_sockets(), $except) };
        return { ports => [map { my $port = $_; \"$port" } sort { $a <=> $b } keys %ports] };
    },
    probe => sub {
        my ($request, $event) = @_;
        # Only here, in a worker: with what it needs it is a third of this program, and most of the time nobody probes.
        require Bulkhead::Probe;
        Bulkhead::Probe::probe($request->{requests}, $event);
        return {};
    },
);

# Each request is a process of its own: what all need to know is found out before.
element_counters();

my %jobs;
my $input = '';
my $heard = now_ms();

while (1) {
    my $bits = '';
    vec($bits, 0, 1) = 1;
    vec($bits, fileno $_->{in}, 1) = 1 for values %jobs;
    my $count = select $bits, undef, undef, 5;
    if ($count <= 0) {
        finish() if now_ms() - $heard > SILENCE_MS;
        next;
    }
    for my $id (grep { vec $bits, fileno $jobs{$_}{in}, 1 } keys %jobs) { hear_job($id) }
    hear_session() if vec $bits, 0, 1;
}

sub machine {
    my $bridge = slurp('/proc/sys/net/bridge/bridge-nf-call-iptables');
    my $proxy = userland_proxy();
    return {
        bridgeNetfilter => defined $bridge ? truth($bridge =~ /^1/) : undef,
        userlandProxy => defined $proxy ? truth($proxy) : undef,
        ip6tables => engine_filters_ipv6() ? truth(1) : undef,
        # There in every network namespace as soon as the kernel has it.
        ipvs => truth(-e '/proc/net/ip_vs'),
        hostAddresses => [local_addresses()],
        interfaces => addresses_by_interface(),
        routes => routes_by_interface(),
    };
}

sub truth { return $_[0] ? \'true' : \'false' }

sub hear_session {
    my $got = sysread STDIN, $input, 65536, length $input;
    return if !defined $got && $!{EINTR};
    finish() unless $got;
    $heard = now_ms();
    while ((my $end = index $input, "\n") >= 0) {
        my $line = substr $input, 0, $end + 1, '';
        answer($line) if $line =~ /\S/;
    }
    finish() if length $input > LINE_LIMIT;
    # Its memory would stay as large as the largest request.
    undef $input if $input eq '';
    $input //= '';
}

sub answer {
    my ($line) = @_;
    # A session begins its requests so: what is large is taken apart in the worker, whose memory goes with it.
    my ($id, $op) = $line =~ /^\{"id":([0-9]{1,15}),"op":"([a-z]+)"/;
    my $request;
    if (!defined $id || !exists $OPERATIONS{$op}) {
        $request = eval { decode($line) };
        if (ref $request ne 'HASH' || ($request->{id} // '') !~ /^[0-9]{1,15}\z/) {
            send_line({ error => 'not a request: ' . ($@ =~ s/\s+\z//r) });
            return;
        }
        ($id, $op) = ($request->{id}, $request->{op} // '');
    }
    return send_line({ id => \$id, ok => {} }) if $op eq 'ping';
    return finish() if $op eq 'bye';
    if ($op eq 'cancel') {
        end_job($request->{target}) if exists $jobs{ $request->{target} // '' };
        return send_line({ id => \$id, ok => {} });
    }
    my $work = $OPERATIONS{$op};
    return send_line({ id => \$id, error => "unknown operation $op" }) unless $work;
    return send_line({ id => \$id, error => 'too many requests at once' }) if keys %jobs >= JOB_LIMIT || $jobs{$id};
    $jobs{$id} = start(sub {
        my ($end) = @_;
        # A group of its own, so that ending the worker ends its children and what they run.
        setpgrp 0, 0;
        alarm JOB_SECONDS;
        my $tell = sub { Bulkhead::Worker::say($end, { id => \$id, event => $_[0] }) };
        my $result = eval { $work->($request // decode($line), $tell) };
        my $why = $@;
        $why =~ s/\s+\z//;
        Bulkhead::Worker::say($end, { id => \$id, defined $result ? (ok => $result) : (error => $why || 'failed') });
    });
}

# Passes a worker's lines on as they are.
sub hear_job {
    my ($id) = @_;
    my $job = $jobs{$id};
    my $got = sysread $job->{in}, $job->{buffer}, 65536, length $job->{buffer};
    while ((my $end = index $job->{buffer}, "\n") >= 0) {
        my $line = substr $job->{buffer}, 0, $end + 1, '';
        $job->{answered} = 1 if $line !~ /^\{"event":/;
        write_out($line);
    }
    return if $got;
    my $answered = $job->{answered};
    end_job($id);
    send_line({ id => \$id, error => 'the helper took too long or was interrupted' }) unless $answered;
}

sub end_job {
    my ($id) = @_;
    my $job = delete $jobs{$id};
    kill 'KILL', -$job->{pid}, $job->{pid};
    stop($job);
}

sub send_line { write_out(encode($_[0]) . "\n") }

sub write_out {
    my ($text) = @_;
    my $at = 0;
    while ($at < length $text) {
        my $count = syswrite STDOUT, $text, length($text) - $at, $at;
        finish() unless defined $count || $!{EINTR};
        $at += $count // 0;
    }
}

sub finish {
    kill 'KILL', -$_->{pid}, $_->{pid} for values %jobs;
    leave(0);
}
