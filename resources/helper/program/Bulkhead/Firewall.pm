package Bulkhead::Firewall;

# Our one nftables table in one network namespace: load, remove, read back. Run in a worker: it changes namespace.

use strict;
use warnings;
use Exporter 'import';
use Socket qw(AF_INET AF_INET6 inet_ntop);
use Bulkhead::Kernel qw(
    place_handle same_namespace enter_handle enter_place enter_new_namespace address_key local_addresses is_loopback
    rules_generation leave OWN
);
use Bulkhead::Sockets qw(own_sockets listeners_of);
use Bulkhead::Links qw(ports_of links drop_waiting);

our @EXPORT_OK = qw(load keep unload inspect counts nft run bridge_conntrack bridge_meta bridge_tables inet_tables element_counters engine_filters_ipv6);

use constant TABLE => 'inet bulkhead' . OWN;
# Those of port admission, on the machine only: they are changed in place, so no load removes them by itself.
use constant BRIDGES => ('bridge bulkhead' . OWN, 'bridge bulkhead_gate' . OWN);
use constant GATES => ('inet bulkhead_gate' . OWN, BRIDGES);

# Reading what a table has counted takes as long as the table is large: one that is loaded over another that large waits for nothing.
use constant CARRIED_SCRIPT => 65_536;

# TCP states without a peer that could still talk: TIME_WAIT, CLOSE, LISTEN.
my %SILENT = map { $_ => 1 } (0x06, 0x07, 0x0a);

# Runs nft with `$input` on its stdin; returns (exit code, stdout, stderr).
sub nft {
    my ($input, @arguments) = @_;
    return run($input, 'nft', @arguments);
}

# The same for any program that reads its input before it prints.
sub run {
    my ($input, $program, @arguments) = @_;
    pipe my $in_read, my $in_write or die "pipe: $!\n";
    pipe my $out_read, my $out_write or die "pipe: $!\n";
    pipe my $err_read, my $err_write or die "pipe: $!\n";
    my $pid = fork // die "fork: $!\n";
    if ($pid == 0) {
        open(STDIN, '<&', $in_read) && open(STDOUT, '>&', $out_write) && open(STDERR, '>&', $err_write) or leave(127);
        exec { $program } $program, @arguments or leave(127);
    }
    close $_ for $in_read, $out_write, $err_write;
    # All of the input is read before anything is printed: writing first cannot lock both sides.
    _write_all($in_write, $input);
    close $in_write;
    my ($out, $err) = _read_both($out_read, $err_read);
    waitpid $pid, 0;
    my $code = $? >> 8 || ($? ? 128 : 0);
    $err = "$program cannot be run" if $code == 127 && $err eq '';
    return ($code, $out, $err);
}

sub _write_all {
    my ($handle, $text) = @_;
    my $at = 0;
    while ($at < length $text) {
        my $count = syswrite $handle, $text, 65536, $at;
        last unless defined $count;
        $at += $count;
    }
}

sub _read_both {
    my @open = @_;
    my %text = map { fileno($_) => '' } @open;
    my @numbers = map { fileno $_ } @open;
    while (@open) {
        my $bits = '';
        vec($bits, fileno $_, 1) = 1 for @open;
        next if select($bits, undef, undef, undef) < 0;
        @open = grep {
            !vec($bits, fileno $_, 1) || sysread $_, $text{ fileno $_ }, 65536, length $text{ fileno $_ };
        } @open;
    }
    return @text{@numbers};
}

sub _must {
    my ($script) = @_;
    my ($code, undef, $err) = nft($script, '-f', '-');
    return if $code == 0;
    $err =~ s/\s+\z//;
    die "nft refused the table: $err\n";
}

# Makes the place hold exactly the table of `script`, in one transaction, with the connections that a block must end
# (`sever`: address pairs in the direction in which they were opened) and the ports of bridges that are admitted (`admit`)
# as elements of its sets.  Returns what `inspect` would; of a container's table only its `generation`, where nobody else
# changed a rule meanwhile: what the kernel holds then can be read when nobody waits for it.  With what the table before it
# had counted, where that is to be carried over (`carry`).
sub load {
    my ($place, $script, $sever, $fingerprint, $admit, $carry) = @_;
    die "bad fingerprint\n" unless $fingerprint =~ /^[0-9a-f]{8,64}$/;
    my $handle = place_handle($place);
    # A mistake here would put a container's rules on the whole machine.
    die "the container has no network namespace of its own\n" if $place->{place} ne 'host' && same_namespace($handle);
    my ($ports, @missing) = $admit ? ports_of($admit) : ([]);
    enter_handle($handle);
    $script =~ s/\b((?:inet|bridge) bulkhead(?:_gate)?)\b/$1@{[OWN]}/g;
    my ($namespace, $before) = rules_generation();
    my $first = _judge($script, $sever);
    $script .= "\n" unless $script =~ /\n\z/;
    my $meta = $script =~ /^\s*#bridge-meta /m && bridge_meta();
    $script =~ s/^(\s*)#bridge-meta /$1/mg if $meta;
    $script =~ s/^(\s*)#counts /$1/mg if element_counters();
    my $counted = $carry && length $script < CARRIED_SCRIPT ? _counts(TABLE) : undef;
    my $gates = $admit ? _admissions($ports) : $place->{place} eq 'host' ? _removal(GATES) : '';
    _must($script . _elements($first) . $gates . 'add chain ' . TABLE . " fp_$fingerprint\nadd chain " . TABLE . ' at_' . time . "\n");
    # What was opened between looking and loading: the rules only stop what is opened after them.
    my $second = _judge($script, $sever);
    my %late = map { $_ => $second->{$_} } grep { !exists $first->{$_} } keys %$second;
    _must(_elements(\%late)) if %late;
    drop_waiting() if $place->{place} ne 'host';
    # The table stands, and whoever is missing passes nothing: but what was asked for is not there yet.
    die join('; ', @missing) . "\n" if @missing;
    my @more = $counted ? (before => $counted) : ();
    if ($place->{place} ne 'host' && defined $before) {
        my $number = $before + (%late ? 2 : 1);
        return { generation => "$namespace $number", @more } if _generation($place) eq "$namespace $number";
    }
    return { %{ _read($place, TABLE, $admit ? GATES : ()) }, @more };
}

# What a place held can be told by this, until it is another; `''` where the kernel does not say.  Ports of the machine come
# and go, and get other names, without a change of rules, and are part of what is read there.
sub _generation {
    my ($place) = @_;
    my @state = rules_generation() or return '';
    push @state, map { "$_->{index}:$_->{name}" } @{ links() } if $place->{place} eq 'host';
    return join ' ', @state;
}

# Elements for the sets of port admission: `ports` as `ports_of` gives them.
sub _admissions {
    my ($ports) = @_;
    my %sets;
    for my $port (@$ports) {
        my ($name, $mac) = @$port{qw(name mac)};
        $sets{ports}{"\"$name\""} = 1;
        $sets{macs}{"\"$name\" . $mac"} = 1;
        $sets{sender4}{"\"$name\" . $mac . $_"} = 1 for @{ $port->{ipv4} };
        $sets{sender6}{"\"$name\" . $mac . $_"} = 1 for @{ $port->{ipv6} };
    }
    my @lines = map { "$_ { " . join(', ', sort keys %{ $sets{$_} }) . " }\n" } sort keys %sets;
    return join '', map { my $table = $_; map { "add element $table $_" } @lines } BRIDGES;
}

# Which living connections the block concerns: nft tuple as text => its set.
# The peer's first packet is long gone, so the direction is told by who listens: the side with the listening port was called.
sub _judge {
    my ($script, $sever) = @_;
    return {} unless @$sever;
    my $flows = _flows($sever);
    my %own = map { address_key($_) => 1 } local_addresses();
    my $sockets = own_sockets();
    my %listening = map { $_->[1] => 1 } @{ listeners_of($sockets, {}) };
    my %judged;
    for my $socket (@$sockets) {
        my ($local, $local_port, $remote, $remote_port, $state) = @$socket;
        next if $SILENT{$state} || length $local != length $remote;
        # Its own talk with itself is nobody else's.
        next if is_loopback($local) || $own{$remote};
        my $ends = $listening{$local_port}
            ? _ends($flows, $remote, $local, $local_port, $remote_port)
            : _ends($flows, $local, $remote, $remote_port, $local_port);
        next unless defined $ends;
        my $family = length $local == 4 ? 4 : 6;
        my $set = ($ends ? 'severed' : 'kept') . $family;
        # The host's table may do without them.
        next unless $script =~ /\b$set\b/;
        my ($here, $there) = map { inet_ntop($family == 4 ? AF_INET : AF_INET6, $_) } $local, $remote;
        $judged{"$there . $remote_port . $here . $local_port"} = $set;
    }
    return \%judged;
}

# `sever` for looking up: exact pairs by their bytes, ranges in a list.
sub _flows {
    my ($sever) = @_;
    my %flows = (exact => {}, ranges => []);
    for my $flow (@$sever) {
        my @ends = map { [map { address_key($_) } split /-/, $_, 2] } @$flow{qw(from to)};
        next if grep { !defined } map { @$_ } @ends;
        my ($from, $to) = map { [$_->[0], $_->[-1]] } @ends;
        next if length $from->[0] != length $to->[0];
        my $entry = { tcp => $flow->{tcp}, keep => $flow->{keep}, from => $from, to => $to };
        if (@{ $ends[0] } == 1 && @{ $ends[1] } == 1) { push @{ $flows{exact}{"$from->[0]$to->[0]"} }, $entry }
        else { push @{ $flows{ranges} }, $entry }
    }
    return \%flows;
}

# Whether a connection `from` → `to` must end: 1 or 0; undef when nothing is said of the two.
sub _ends {
    my ($flows, $from, $to, $port, $other_port) = @_;
    my @said = _about($flows, $from, $to);
    my @meant = grep { _has_port($_, $port) } @said;
    return 0 if grep { $_->{keep} } @meant;
    return 1 if @meant;
    # Between two of whom something is said, what is not ended is kept: the rules alone might take an answer for a call.
    my @back = _about($flows, $to, $from);
    return @said || @back ? 0 : undef;
}

sub _about {
    my ($flows, $from, $to) = @_;
    return (
        @{ $flows->{exact}{"$from$to"} // [] },
        grep {
            length $_->{from}[0] == length $from
                && $_->{from}[0] le $from && $from le $_->{from}[1] && $_->{to}[0] le $to && $to le $_->{to}[1]
        } @{ $flows->{ranges} }
    );
}

sub _has_port {
    my ($entry, $port) = @_;
    return 1 unless $entry->{tcp};
    return scalar grep { $_->[0] <= $port && $port <= $_->[1] } @{ $entry->{tcp} };
}

sub _elements {
    my ($judged) = @_;
    my %sets;
    push @{ $sets{ $judged->{$_} } }, $_ for sort keys %$judged;
    return join '', map { 'add element ' . TABLE . " $_ { " . join(', ', @{ $sets{$_} }) . " }\n" } sort keys %sets;
}

# With `$all` those of every Bulkhead.
sub unload {
    my ($place, $all) = @_;
    my $handle = place_handle($place);
    return if $place->{place} ne 'host' && same_namespace($handle);
    enter_handle($handle);
    _must($all ? _removal(qr/^(?:inet|bridge) bulkhead(?:_|$)/) : _removal(TABLE, GATES));
}

# Loads the tables of port admission, which admit nobody, unless all of them are there: whoever loaded those knows more.
sub keep {
    my ($script) = @_;
    return if @{ [_present(GATES)] } == @{ [GATES] };
    $script =~ s/\b((?:inet|bridge) bulkhead(?:_gate)?)\b/$1@{[OWN]}/g;
    _must($script);
}

# Lines that remove those of these tables (names or patterns) that are there: not every kernel knows every family.
sub _removal {
    return join '', map { "delete table $_\n" } _present(@_);
}

sub _present {
    my @wanted = map { ref $_ ? $_ : qr/^\Q$_\E$/ } @_;
    my ($code, $text, $error) = nft('', 'list', 'tables');
    die 'nft cannot list tables: ' . ($error =~ s/\s+\z//r) . "\n" if $code != 0;
    my @there = $text =~ /^table (\S+ \S+)$/mg;
    # In the order in which they were asked for: the kernel's is that in which they were made last.
    return map { my $pattern = $_; grep { $_ =~ $pattern } @there } @wanted;
}

# `{ generation, fingerprint, sum }` of our table there, without the last two when there is none; only that it is
# `unchanged` where nobody has changed any rule since the generation that the place was asked with.  Undef where there is
# no namespace of its own.
sub inspect {
    my ($place) = @_;
    my $handle = place_handle($place);
    return undef if $place->{place} ne 'host' && same_namespace($handle);
    enter_handle($handle);
    my $seen = $place->{generation} // '';
    return { unchanged => \'true' } if $seen ne '' && $seen eq _generation($place);
    return _read($place, $place->{place} eq 'host' ? _present(TABLE, GATES) : TABLE);
}

# What our tables there have counted since they were loaded, those that counted anything:
# { since, rules: [{ chain, rule, verdict, packets, bytes }], elements: [{ set, element, packets, bytes }] }.  Undef where the
# container has no namespace of its own.
sub counts {
    my ($place) = @_;
    my $handle = place_handle($place);
    return undef if $place->{place} ne 'host' && same_namespace($handle);
    enter_handle($handle);
    return _counts(TABLE, $place->{place} eq 'host' ? GATES : ());
}

sub _counts {
    my (%found, @rules, @elements);
    for my $table (@_) {
        my $text = _table($table, 0) // next;
        $found{since} = \"$1" if $text =~ /^\tchain at_([0-9]+) /m;
        my ($chain, $set) = ('', '');
        for my $line (split /\n/, $text) {
            ($chain, $set) = ($1, '') if $line =~ /^\tchain (\w+) \{/;
            ($set, $chain) = ($1, '') if $line =~ /^\tset (\w+) \{/;
            if ($chain ne '' && $line =~ /^\t\t(.*?) ?counter packets ([0-9]+) bytes ([0-9]+) (drop|accept)$/ && $2 > 0) {
                my ($rule, $packets, $bytes, $verdict) = ($1, $2, $3, $4);
                push @rules,
                    { chain => substr($table, 0, length($table) - length OWN) . " $chain", rule => $rule, verdict => $verdict, packets => \$packets, bytes => \$bytes };
            }
            next if $set eq '' || index($line, ' packets ') < 0;
            $line =~ s/^\t\telements = \{//;
            while ($line =~ /([^,{}]+?)(?: timeout \w+)?(?: expires \w+)? counter packets ([0-9]+) bytes ([0-9]+)/g) {
                my ($element, $packets, $bytes) = ($1, $2, $3);
                next if $packets == 0;
                $element =~ s/^\s+//;
                push @elements, { set => $set, element => $element, packets => \$packets, bytes => \$bytes };
            }
        }
    }
    return { %found, rules => \@rules, elements => \@elements };
}

# What of these tables is there; undef for nothing.  Each takes a start of nft: those that cannot be there are left out.
# The sum tells whether somebody changed the table since it was loaded; it guards against accidents, not attacks.
sub _read {
    my ($place, @tables) = @_;
    # Before the rules are read: what changes meanwhile has another.
    my @told = (generation => _generation($place));
    my @texts = map { _table($_) // () } @tables;
    return { @told } unless @texts;
    my $text = join '', @texts;
    # An admitted port that is gone was replaced, perhaps by one with the very same addresses: it has to be found again.
    if ($text =~ /^\tset ports \{.*?elements = \{([^}]*)\}/ms) {
        my %there = map { $_->{name} => 1 } @{ links() };
        $text .= "gone $_\n" for grep { !$there{$_} } $1 =~ /"([^"]+)"/g;
    }
    my ($fingerprint) = $text =~ /^\tchain fp_([0-9a-f]+) /m;
    # These sets hold connections, not rules; another session's load may have found others.
    $text =~ s/^\tset (?:severed|kept)[46] \{.*?^\t\}\n//msg;
    # Whom a meter has met, and when a table came, are no rules either.
    $text =~ s/^\tset refused_(?:from|to)[46] \{.*?^\t\}\n//msg;
    $text =~ s/^\tchain at_[0-9]+ \{\n\t\}\n//mg;
    $text .= "\0" x (-length($text) % 4);
    return { @told, fingerprint => $fingerprint // '', sum => sprintf '%x-%x', length $text, unpack '%32N*', $text };
}

# A table of ours as nft lists it, without what it counts unless told; undef when there is none.
sub _table {
    my ($name, $stateless) = (@_, 1);
    my ($code, $text, $error) = nft('', $stateless ? '-s' : (), 'list', 'table', split / /, $name);
    return $text if $code == 0;
    return undef if $error =~ /No such file or directory|does not exist|not supported/;
    $error =~ s/\s+\z//;
    die "nft cannot list the table: $error\n";
}

# Whether the engine keeps isolation chains for IPv6. Chains made by legacy ip6tables cannot be seen: no is "not seen".
sub engine_filters_ipv6 {
    my ($code, $chains) = nft('', 'list', 'chains', 'ip6');
    return $code == 0 && $chains =~ /chain DOCKER-ISOLATION/;
}

# Whether a bridge-family table may look at connection states; tried where it can hurt nobody.
sub bridge_conntrack { return _loads('table bridge t { chain c { type filter hook forward priority 0; ct state new drop; }; }') }

# Whether our own kinds of table load at all: those of containers and the machine, and those of port admission.
sub inet_tables {
    return _loads('table inet t { set s { type ipv4_addr; }; chain c { type filter hook input priority filter - 10; ct direction reply ip saddr @s drop; }; }');
}

sub bridge_tables {
    return _loads('table bridge t { set s { type ifname . ether_addr; }; chain c { type filter hook prerouting priority -310; iifname . ether saddr @s accept; }; }');
}

# Whether it may ask of which bridge a port is (NFT_BRIDGE_META).
sub bridge_meta { return _loads('table bridge t { chain c { type filter hook prerouting priority 0; meta ibrname "b" drop; }; }') }

# Whether elements of sets may count, and the kernel may fill sets itself.  Asked before any work: every load needs to know.
my $element_counters;

sub element_counters {
    return $element_counters //= _loads(<<'END');
table inet t {
    set counted { type ipv4_addr; counter; elements = { 192.0.2.1 }; }
    set met { type ipv4_addr; size 16; flags dynamic,timeout; timeout 10m; counter; }
    chain c { type filter hook input priority 0; ip saddr @counted drop; meta nfproto ipv4 update @met { ip saddr }; }
}
END
}

sub _loads {
    my ($script) = @_;
    my $pid = fork // return 0;
    if ($pid == 0) {
        my $code = eval {
            enter_new_namespace();
            (nft("$script\n", '-f', '-'))[0];
        };
        leave(defined $code && $code == 0 ? 0 : 1);
    }
    waitpid $pid, 0;
    return $? == 0 ? 1 : 0;
}

1;
