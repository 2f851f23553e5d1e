package Bulkhead::Kernel;

# What the kernel is asked without a tool: namespaces, clocks, addresses.

use strict;
use warnings;
use Exporter 'import';
use Socket qw(AF_INET AF_INET6 SOCK_RAW SOCK_DGRAM inet_pton inet_ntop);

our @EXPORT_OK = qw(
    ARCHITECTURE leave die_with_parent now_ms place_handle same_namespace enter_handle enter_place enter_new_namespace
    local_addresses addresses_by_interface routes_by_interface proxy_inodes userland_proxy address_key unmapped is_loopback slurp
    filter_news rules_generation HOST_NET OWN
);

use constant {
    CLONE_NEWNET    => 0x40000000,
    PR_SET_PDEATHSIG => 1,
    CLOCK_MONOTONIC => 1,
    AF_NETLINK      => 16,
    RTM_GETADDR     => 22,
    RTM_NEWADDR     => 20,
    RTM_GETROUTE    => 26,
    RTM_NEWROUTE    => 24,
    RTN_UNICAST     => 1,
    NETLINK_NETFILTER => 12,
    NFNLGRP_NFTABLES => 7,
    # Message types of nftables carry its number among netfilter's parts in their upper byte.
    NFT_MSG_NEWGEN  => 10 << 8 | 15,
    NFT_MSG_GETGEN  => 10 << 8 | 16,
    NLMSG_DONE      => 3,
    NLMSG_ERROR     => 2,
    DUMP_REQUEST    => 0x301,
    SIOCGIFNAME     => 0x8910,
};

my %CALLS = (
    x86_64  => { setns => 308, unshare => 272, prctl => 157, clock => 228, exit_group => 231 },
    aarch64 => { setns => 268, unshare => 97, prctl => 167, clock => 113, exit_group => 94 },
    riscv64 => { setns => 268, unshare => 97, prctl => 167, clock => 113, exit_group => 94 },
);
# As ELF numbers them: Perl's POSIX would tell too, and takes more memory than all else of this program.
my %ARCHITECTURES = (62 => 'x86_64', 183 => 'aarch64', 243 => 'riscv64');
my $ARCHITECTURE = _architecture();
my $CALL = $CALLS{$ARCHITECTURE} or die "unsupported architecture $ARCHITECTURE\n";
die "a 64-bit Perl is needed\n" unless length(pack 'J', 0) == 8;

# The machine's own namespace, as this program was started in it; children keep it whatever they enter.
open my $HOST, '<', '/proc/self/ns/net' or die "cannot open the own network namespace: $!\n";
my $MAIN = $$;

# Bulkheads on several machines may share an engine: each has tables of its own, so that none takes another's away and what
# any of them refuses is refused.  This ends their names; elsewhere in this program, and beyond it, they go without.
my $OWN = ($ENV{BULKHEAD_INSTANCE} // '') =~ /\A([0-9a-f]{4,16})\z/ ? "_$1" : '';
sub OWN () { return $OWN }

sub ARCHITECTURE { return $ARCHITECTURE }

sub _architecture {
    open my $own, '<:raw', '/proc/self/exe' or die "cannot read the own program: $!\n";
    sysread $own, my $head, 20;
    my $number = unpack 'x18 S', $head;
    return $ARCHITECTURES{$number} // $number;
}

# Ends this process at once: nothing is flushed or destroyed, which a forked one would do a second time.
sub leave { syscall($CALL->{exit_group}, $_[0] // 0) }

# A folder of /proc whose `net` is the machine's, also for a child that has entered another namespace.
sub HOST_NET { return "/proc/$MAIN/net" }

sub slurp {
    my ($path) = @_;
    open my $file, '<', $path or return undef;
    local $/;
    my $text = <$file>;
    close $file;
    return $text;
}

# A worker must not outlive this program, however that ends.
sub die_with_parent {
    my ($parent) = @_;
    syscall($CALL->{prctl}, PR_SET_PDEATHSIG, 9, 0, 0, 0);
    leave(0) if getppid() != $parent;
}

# Milliseconds of the monotonic clock, with fractions.
sub now_ms {
    my $time = pack 'qq', 0, 0;
    syscall($CALL->{clock}, CLOCK_MONOTONIC, $time) == 0 or die "no monotonic clock: $!\n";
    my ($seconds, $nanoseconds) = unpack 'qq', $time;
    return $seconds * 1000 + $nanoseconds / 1e6;
}

# A handle on the network namespace of `{ place, pid }`; dies when it is no longer that container's.
sub place_handle {
    my ($place) = @_;
    return $HOST if $place->{place} eq 'host';
    my $pid = int $place->{pid};
    die "the container is not running\n" if $pid <= 0;
    open my $handle, '<', "/proc/$pid/ns/net"
        or die $!{ENOENT} ? "the container's process is gone\n" : "cannot open the network namespace: $!\n";
    # The number may belong to another process by now. The handle is already open, so what this finds still holds after.
    my $cgroup = slurp("/proc/$pid/cgroup");
    die "the container's process is gone\n" unless defined $cgroup;
    if ($cgroup =~ /(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])/ && index($cgroup, $place->{place}) < 0) {
        die "process $pid belongs to another container now\n";
    }
    return $handle;
}

# Whether both handles are the same namespace; the second defaults to the machine's.
sub same_namespace {
    my ($one, $other) = @_;
    my @a = stat $one;
    my @b = stat($other // $HOST);
    return $a[0] == $b[0] && $a[1] == $b[1];
}

sub enter_handle {
    my ($handle) = @_;
    syscall($CALL->{setns}, fileno $handle, CLONE_NEWNET) == 0 or die "cannot enter the network namespace: $!\n";
}

sub enter_place { enter_handle(place_handle($_[0])) }

sub enter_new_namespace {
    syscall($CALL->{unshare}, CLONE_NEWNET) == 0 or die "cannot make a network namespace: $!\n";
}

# The bytes of an address; an IPv4 address mapped into IPv6 is the IPv4 address. undef when it is none.
sub address_key {
    my ($text) = @_;
    my $bytes = inet_pton(AF_INET, $text) // inet_pton(AF_INET6, $text);
    return defined $bytes ? unmapped($bytes) : undef;
}

sub unmapped {
    my ($bytes) = @_;
    return $bytes =~ /^\x00{10}\xff\xff(.{4})\z/s ? $1 : $bytes;
}

# Addresses of the present namespace that others can use: neither loopback nor link-local. Text, IPv4 first.
sub local_addresses {
    my @found = _addresses();
    return map { $_->[0] } @found;
}

# The same by interface: { name => [address, ...] }.  One whose name is gone by now is left out.
sub addresses_by_interface { return _by_interface(_addresses()) }

# Where the machine's routes lead, of every table but for the default ones: { name => [subnet, ...] }.
sub routes_by_interface {
    my @found;
    for my $message (_dump(RTM_GETROUTE, RTM_NEWROUTE)) {
        my ($family, $bits, undef, undef, undef, undef, undef, $type) = unpack 'C8', $message;
        next if $type != RTN_UNICAST || $bits == 0;
        my $attributes = _attributes(substr $message, 12);
        my ($bytes, $index) = @$attributes{ 1, 4 };
        next unless defined $bytes && defined $index;
        my $subnet = _text($family, $bytes) // next;
        # Neighbours by link are on every link alike.
        next if $subnet =~ /^(?:fe[89ab]|169\.254\.)/;
        push @found, ["$subnet/$bits", unpack 'L', $index];
    }
    return _by_interface(@found);
}

# One whose interface has no name any more is left out.
sub _by_interface {
    my %by;
    socket(my $any, AF_INET, SOCK_DGRAM, 0) or die "no socket: $!\n";
    for my $found (@_) {
        my ($text, $index) = @$found;
        my $request = pack 'x16 i x20', $index;
        next unless ioctl $any, SIOCGIFNAME, $request;
        push @{ $by{ unpack 'Z16', $request } }, $text;
    }
    close $any;
    return \%by;
}

# [address, index of its interface] for each, IPv4 first.
sub _addresses {
    my (@v4, @v6);
    for my $message (_dump(RTM_GETADDR, RTM_NEWADDR)) {
        my ($family, undef, undef, $scope, $index) = unpack 'CCCCL', $message;
        next if $scope >= 253;
        my $attributes = _attributes(substr $message, 8);
        my $text = _text($family, $attributes->{2} // $attributes->{1} // next) // next;
        push @{ $family == AF_INET ? \@v4 : \@v6 }, [$text, $index];
    }
    return (@v4, @v6);
}

# The messages of that type with which the kernel answers, without their heads; both families.
sub _dump {
    my ($request, $wanted) = @_;
    socket(my $netlink, AF_NETLINK, SOCK_RAW, 0) or die "no netlink: $!\n";
    my $body = pack 'Cx11', 0;
    send $netlink, pack('LSSLL', 16 + length $body, $request, DUMP_REQUEST, 1, 0) . $body, 0;
    my @messages;
    DUMP: while (1) {
        my $count = sysread $netlink, my $buffer, 65536;
        last unless $count;
        while (length $buffer >= 16) {
            my ($length, $type) = unpack 'LS', $buffer;
            last DUMP if $type == NLMSG_DONE || $type == NLMSG_ERROR || $length < 16;
            push @messages, substr $buffer, 16, $length - 16 if $type == $wanted;
            substr $buffer, 0, ($length + 3) & ~3, '';
        }
    }
    close $netlink;
    return @messages;
}

# { type => bytes }
sub _attributes {
    my ($rest) = @_;
    my %attributes;
    while (length $rest >= 4) {
        my ($length, $type) = unpack 'SS', $rest;
        last if $length < 4;
        $attributes{$type} = substr $rest, 4, $length - 4;
        substr $rest, 0, ($length + 3) & ~3, '';
    }
    return \%attributes;
}

sub _text {
    my ($family, $bytes) = @_;
    return inet_ntop($family, $bytes) if $family == AF_INET && length $bytes == 4;
    return inet_ntop($family, $bytes) if $family == AF_INET6 && length $bytes == 16;
    return undef;
}

# Tells one state of the nftables rules of the present namespace from every other: (the namespace's own number, how many
# changes there were).  Empty where the kernel does not say.
sub rules_generation {
    my @namespace = stat '/proc/self/ns/net' or return;
    socket(my $netlink, AF_NETLINK, SOCK_RAW, NETLINK_NETFILTER) or return;
    send $netlink, pack('LSSLL CCn', 20, NFT_MSG_GETGEN, 1, 1, 0, 0, 0, 0), 0 or return;
    return unless sysread $netlink, my $answer, 4096;
    my (undef, $type, undef, undef, undef, undef, $length, $attribute, $number) = unpack 'LSSLL L SS N', $answer;
    return unless $type == NFT_MSG_NEWGEN && $length == 8 && $attribute == 1;
    return ($namespace[1], $number);
}

# A socket that can be read whenever somebody has changed the nftables rules of the present namespace.
sub filter_news {
    socket(my $netlink, AF_NETLINK, SOCK_RAW, NETLINK_NETFILTER) or die "no netlink: $!\n";
    bind $netlink, pack('SxxLL', AF_NETLINK, 0, 1 << (NFNLGRP_NFTABLES - 1)) or die "cannot listen to nftables: $!\n";
    return $netlink;
}

sub is_loopback { return $_[0] =~ /^(?:\x7f...|\x00{15}\x01)\z/s }

# Sockets that the engine's port forwarders hold: they answer on the machine, but are not services of the machine.
sub proxy_inodes {
    my %inodes;
    opendir my $proc, '/proc' or return \%inodes;
    for my $pid (grep { /^\d+$/ } readdir $proc) {
        my $name = slurp("/proc/$pid/comm") // next;
        next unless $name =~ /^(?:docker-proxy|rootlessport|rootlesskit|conmon)/;
        opendir my $files, "/proc/$pid/fd" or next;
        for my $file (readdir $files) {
            my $link = readlink "/proc/$pid/fd/$file" // next;
            $inodes{$1} = 1 if $link =~ /^socket:\[(\d+)\]$/;
        }
    }
    return \%inodes;
}

# Whether the engine publishes ports through docker-proxy: as its own command line and settings say, 1 or 0. Where no
# engine of Docker's can be seen: 1 if a proxy runs, else undef.
sub userland_proxy {
    opendir my $proc, '/proc' or return undef;
    my @engines = grep { /^\d+$/ && (slurp("/proc/$_/comm") // '') eq "dockerd\n" } readdir $proc;
    if (@engines == 1) {
        my @words = split /\0/, slurp("/proc/$engines[0]/cmdline") // '';
        my $settings = '/etc/docker/daemon.json';
        my $told;
        for my $at (0 .. $#words) {
            if ($words[$at] =~ /^--userland-proxy(?:=(.*))?$/) { $told = ($1 // '') =~ /^(?:false|f|0)$/i ? 0 : 1 }
            $settings = $1 // $words[ $at + 1 ] // $settings if $words[$at] =~ /^--config-file(?:=(.*))?$/;
        }
        return $told if defined $told;
        my $text = slurp("/proc/$engines[0]/root$settings") // '';
        return $text =~ /"userland-proxy"\s*:\s*false/ ? 0 : 1;
    }
    return keys %{ proxy_inodes() } ? 1 : undef;
}

1;
