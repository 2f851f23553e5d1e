package Bulkhead::Links;

# Interfaces, as the kernel tells them: which port of a bridge of the machine leads into which container.

use strict;
use warnings;
use Exporter 'import';
use Socket qw(SOCK_RAW);
use Bulkhead::Kernel qw(place_handle same_namespace enter_handle OWN);
use Bulkhead::Worker qw(start stop lines say);

our @EXPORT_OK = qw(ports_of links drop_waiting);

use constant {
    AF_NETLINK   => 16,
    RTM_NEWLINK  => 16,
    RTM_GETLINK  => 18,
    RTM_NEWNSID  => 88,
    RTM_GETNSID  => 90,
    NLMSG_DONE   => 3,
    NLMSG_ERROR  => 2,
    REQUEST      => 1,
    DUMP         => 0x301,
    IFLA_ADDRESS => 1,
    IFLA_IFNAME  => 3,
    IFLA_LINK    => 5,
    IFLA_MASTER  => 10,
    IFLA_LINK_NETNSID => 37,
    NETNSA_NSID  => 1,
    RTM_NEWNEIGH => 28,
    RTM_DELNEIGH => 29,
    RTM_GETNEIGH => 30,
    NDA_DST      => 1,
    NUD_INCOMPLETE => 1,
    ACKNOWLEDGED => 5,
    NETNSA_FD    => 3,
    NETLINK_NETFILTER => 12,
    NFPROTO_INET => 1,
    # Subsystem 10 in the upper half.
    NFT_MSG_NEWCHAIN => 0xa03,
    NFT_MSG_GETCHAIN => 0xa04,
    NFTA_CHAIN_TABLE => 1,
    NFTA_CHAIN_NAME  => 3,
};

# `[{ name, mac, ipv4, ipv6 }]` for those admissions whose port is found, then what is wrong with those whose container runs
# and whose port is not, or whose namespace does not hold the table that it must (`fingerprint`).  Called in the machine's namespace.
#
# Nothing that a container could arrange is believed but which hardware address its own interface has: that a port leads
# into its namespace, to that interface, and hangs on that bridge, the machine's side says.
sub ports_of {
    my ($admit) = @_;
    my %by_pid;
    push @{ $by_pid{"$_->{place} $_->{pid}"} }, $_ for @$admit;
    my $links = links();
    my %names = map { $_->{index} => $_->{name} } @$links;
    my (@found, @missing);
    for my $group (values %by_pid) {
        my $place = $group->[0];
        my $handle = eval { place_handle($place) };
        # It has ended: nothing of it is left to be admitted.
        next if !$handle || same_namespace($handle);
        my $id = namespace_id($handle);
        my $inside = _inside($handle, $place->{fingerprint});
        my $short = substr $place->{place}, 0, 12;
        if ($place->{fingerprint} && !$inside->{holds}) {
            push @missing, "its own table is not in $short";
            next;
        }
        for my $wanted (@$group) {
            my %indices = map { $_->{index} => 1 } grep { $_->{mac} eq $wanted->{mac} } @{ $inside->{links} // [] };
            my ($port) = grep {
                defined $_->{namespace} && $_->{namespace} == $id && $indices{ $_->{peer} // 0 }
                    && ($names{ $_->{master} // 0 } // '') eq $wanted->{bridge} && $_->{name} =~ /^[\w.-]{1,15}\z/
            } @$links;
            if ($port) { push @found, { name => $port->{name}, map { $_ => $wanted->{$_} } qw(mac ipv4 ipv6) } }
            else { push @missing, "no port of a guarded bridge was found for $short" }
        }
    }
    return (\@found, @missing);
}

# Interfaces of another namespace, and whether it holds that table of ours; looked at by a child, since there is no way back.
sub _inside {
    my ($handle, $fingerprint) = @_;
    my $worker = start(sub {
        my ($end) = @_;
        enter_handle($handle);
        my $holds = $fingerprint && _has_chain("fp_$fingerprint") ? '1' : '';
        say($end, { links => [map { { index => "$_->{index}", mac => $_->{mac} } } @{ links() }], holds => $holds });
    });
    my @messages;
    while (1) {
        my ($open, @more) = lines($worker);
        push @messages, @more;
        last if @messages || !$open;
    }
    stop($worker);
    return $messages[0] // {};
}

# Whether our table of the present namespace has that chain: asked of the kernel, as starting nft for each of many takes too long.
sub _has_chain {
    my ($name) = @_;
    my $text = sub { my ($type, $value) = @_; my $body = "$value\0"; return pack('SS', 4 + length $body, $type) . $body . "\0" x (-length($body) % 4) };
    my $body = pack('CCn', NFPROTO_INET, 0, 0) . $text->(NFTA_CHAIN_TABLE, 'bulkhead' . OWN) . $text->(NFTA_CHAIN_NAME, $name);
    my $found = 0;
    my $request = pack('LSSLL', 16 + length $body, NFT_MSG_GETCHAIN, REQUEST, 1, 0) . $body;
    _talk($request, sub { $found = 1 if $_[0] == NFT_MSG_NEWCHAIN }, NETLINK_NETFILTER);
    return $found;
}

# Interfaces of the present namespace: { index, name, mac, peer, master, namespace }, the last three where they have one.
sub links {
    my @links;
    _talk(pack('LSSLL', 32, RTM_GETLINK, DUMP, 1, 0) . pack('x16'), sub {
        my ($type, $body) = @_;
        return unless $type == RTM_NEWLINK;
        my $index = unpack 'x4 l', $body;
        my $attributes = _attributes(substr $body, 16);
        push @links, {
            index => $index,
            name => unpack('Z*', $attributes->{ +IFLA_IFNAME } // ''),
            mac => join(':', map { sprintf '%02x', $_ } unpack 'C*', $attributes->{ +IFLA_ADDRESS } // ''),
            peer => _number('L', $attributes->{ +IFLA_LINK }),
            master => _number('L', $attributes->{ +IFLA_MASTER }),
            namespace => _number('l', $attributes->{ +IFLA_LINK_NETNSID }),
        };
    });
    return \@links;
}

# Drops what waits in the present namespace for a neighbour to answer: it was sent before the rules that are there now, and
# would leave as soon as the neighbour does.
sub drop_waiting {
    my @waiting;
    _talk(pack('LSSLL', 28, RTM_GETNEIGH, DUMP, 1, 0) . pack('x12'), sub {
        my ($type, $body) = @_;
        return unless $type == RTM_NEWNEIGH && (unpack 'x8 S', $body)[0] & NUD_INCOMPLETE;
        my $address = _attributes(substr $body, 12)->{ +NDA_DST } // return;
        push @waiting, substr($body, 0, 12) . pack('SS', 4 + length $address, NDA_DST) . $address;
    });
    for my $body (@waiting) {
        _talk(pack('LSSLL', 16 + length $body, RTM_DELNEIGH, ACKNOWLEDGED, 1, 0) . $body, sub { });
    }
}

# What the present namespace calls another; -1 when it has no name for it.
sub namespace_id {
    my ($handle) = @_;
    my $id = -1;
    my $attribute = pack 'SSL', 8, NETNSA_FD, fileno $handle;
    _talk(pack('LSSLL', 28, RTM_GETNSID, REQUEST, 1, 0) . pack('x4') . $attribute, sub {
        my ($type, $body) = @_;
        $id = _number('l', _attributes(substr $body, 4)->{ +NETNSA_NSID }) // -1 if $type == RTM_NEWNSID;
    });
    return $id;
}

sub _number { return defined $_[1] ? unpack $_[0], $_[1] : undef }

# Sends one request; calls `$hear->(type, body)` for each message of the answer.
sub _talk {
    my ($request, $hear, $protocol) = @_;
    socket(my $netlink, AF_NETLINK, SOCK_RAW, $protocol // 0) or die "no netlink: $!\n";
    send $netlink, $request, 0;
    my $multi = (unpack 'x6 S', $request)[0] == DUMP;
    MESSAGES: while (1) {
        my $count = sysread $netlink, my $buffer, 262_144;
        last unless $count;
        while (length $buffer >= 16) {
            my ($length, $type) = unpack 'LS', $buffer;
            last MESSAGES if $type == NLMSG_DONE || $type == NLMSG_ERROR || $length < 16;
            $hear->($type, substr $buffer, 16, $length - 16);
            last MESSAGES unless $multi;
            substr $buffer, 0, ($length + 3) & ~3, '';
        }
    }
    close $netlink;
}

sub _attributes {
    my ($rest) = @_;
    my %found;
    while (length $rest >= 4) {
        my ($length, $type) = unpack 'SS', $rest;
        last if $length < 4;
        $found{ $type & 0x3fff } = substr $rest, 4, $length - 4;
        substr $rest, 0, ($length + 3) & ~3, '';
    }
    return \%found;
}

1;
