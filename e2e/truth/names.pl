# By which names containers know others: asks the embedded DNS (127.0.0.11) from inside many network namespaces, and reads
# hosts files and environments.  Shares nothing with the product: the tests need a second opinion.
#
#   perl names.pl < lines of
#     name NAME            to be looked up, IPv4 and IPv6
#     ask ID PID NAME…     by one of that process's network namespace; first for what is surely replied to: its own names
#     read ID PID          whose hosts file and environment are told
#   prints "dns ID NAME ADDRESS…" for each that was answered with addresses, "hosts ID ADDRESS NAME…", "env ID VARIABLE"; and
#   "hosts - ADDRESS NAME…" for the machine's own file.
use strict;
use warnings;
use POSIX ();
use Socket qw(AF_INET AF_INET6 SOCK_DGRAM inet_aton inet_ntop sockaddr_in);
use Time::HiRes qw(time);

my %SETNS = (x86_64 => 308, aarch64 => 268, riscv64 => 268);
my $SETNS = $SETNS{ (POSIX::uname())[4] } or die "unsupported architecture\n";
use constant { CLONE_NEWNET => 0x40000000, AT_ONCE => 24, BURST => 64, PATIENCE_S => 1, ROUNDS => 10, A => 1, AAAA => 28 };
# Numbers of questions: of the one behind a burst, and what stands for each that is waited for.
use constant { MARK => 0xffff, ANY => 0x10000 };

$| = 1;
my (@names, @askers, @readers);
while (<STDIN>) {
    my ($word, @rest) = split ' ';
    if ($word eq 'name') { push @names, $rest[0] }
    elsif ($word eq 'ask') { push @askers, [@rest] }
    elsif ($word eq 'read') { push @readers, [@rest] }
    else { die "what is $word?\n" }
}
hosts('-', '/etc/hosts');
for (@readers) {
    my ($id, $pid) = @$_;
    hosts($id, "/proc/$pid/root/etc/hosts");
    print map { /^([^=]+)=/ ? "env $id $1\n" : () } split /\0/, content("/proc/$pid/environ");
}
my ($running, $failed) = (0, 0);
for (@askers) {
    finish() if $running >= AT_ONCE;
    my ($id, $pid, @own) = @$_;
    my $child = fork // die "fork: $!";
    if (!$child) {
        eval { ask($id, $pid, @own); 1 } or do { print STDERR "$id: $@"; POSIX::_exit(1) };
        POSIX::_exit(0);
    }
    $running += 1;
}
finish() while $running;
die "somebody could not be asked\n" if $failed;

sub finish { wait; $failed = 1 if $?; $running -= 1 }

sub content {
    my ($path) = @_;
    open my $file, '<', $path or die "cannot open $path: $!\n";
    local $/;
    return <$file> // '';
}

sub hosts {
    my ($id, $path) = @_;
    for (split /\n/, -e $path ? content($path) : '') {
        s/#.*//;
        my @words = split ' ';
        print "hosts $id @words\n" if @words > 1;
    }
}

sub ask {
    my ($id, $pid, @own) = @_;
    # Who is told of another server asks that one.
    return if content("/proc/$pid/root/etc/resolv.conf") !~ /^nameserver\s+127\.0\.0\.11\s*$/m;
    open my $handle, '<', "/proc/$pid/ns/net" or die "cannot open its namespace: $!\n";
    syscall($SETNS, fileno $handle, CLONE_NEWNET) == 0 or die "cannot enter its namespace: $!\n";
    my $found = answers(@own);
    print map { "dns $id $_ @{ $found->{$_} }\n" } sort keys %$found;
}

sub question {
    my ($number, $name, $type) = @_;
    my $labels = join '', map { pack('C/a*', $_) } split /\./, $name;
    return pack('n6', $number, 0x0100, 1, 0, 0, 0) . $labels . "\0" . pack('n2', $type, 1);
}

# Past a name, which ends in a zero or in a pointer.
sub skip_name {
    my ($packet, $at) = @_;
    while (1) {
        my $length = unpack 'C', substr($packet, $at, 1);
        return $at + 1 if $length == 0;
        return $at + 2 if $length >= 0xc0;
        $at += 1 + $length;
    }
}

sub addresses {
    my ($packet) = @_;
    my ($questions, $answers) = unpack 'x4 n2', $packet;
    my $at = 12;
    $at = skip_name($packet, $at) + 4 for 1 .. $questions;
    my @found;
    for (1 .. $answers) {
        $at = skip_name($packet, $at);
        my ($type, $length) = unpack 'n x6 n', substr($packet, $at, 10);
        my $data = substr($packet, $at + 10, $length);
        push @found, inet_ntop(AF_INET, $data) if $type == A and $length == 4;
        push @found, inet_ntop(AF_INET6, $data) if $type == AAAA and $length == 16;
        $at += 10 + $length;
    }
    return @found;
}

# Addresses by name; nothing where nobody serves names.  What was not replied to is asked again in further rounds, until one
# of them brings nothing new: 20.10 does not reply at all where it knows nothing, and a busy engine replies late.
sub answers {
    my %own = map { $_ => 1 } @_;
    socket(my $socket, AF_INET, SOCK_DGRAM, 0) or die "socket: $!";
    # Connected, so that a refusal is told.
    connect($socket, sockaddr_in(53, inet_aton('127.0.0.11'))) or return {};
    my @first = ((grep { $own{$_} } @names), grep { !$own{$_} } @names);
    my @asked = map { my $name = $_; map { { name => $name, type => $_ } } A, AAAA } @first;
    die "too many names\n" if @asked >= MARK;
    my (%found, $surely);
    # Whether a reply came within so many seconds; of a place that refuses, undef.
    my $hear = sub {
        my ($patience, $number) = @_;
        my $until = time + $patience;
        while ((my $left = $until - time) > 0) {
            my $read = '';
            vec($read, fileno $socket, 1) = 1;
            next if select($read, undef, undef, $left) <= 0;
            # Refused: a port nobody listens on.
            defined recv($socket, my $packet, 1500, 0) or return undef;
            next if length $packet < 12;
            my $id = unpack 'n', $packet;
            return 1 if $id == $number;
            my $ask = $asked[$id] or next;
            $surely //= $ask;
            next if $ask->{heard}++;
            my @addresses = addresses($packet);
            push @{ $found{ $ask->{name} } }, @addresses if @addresses;
            return 1 if $number == ANY;
        }
        return 0;
    };
    my $ask = sub {
        my ($id, $what) = @_;
        return defined send($socket, question($id, $what->{name}, $what->{type}), 0);
    };
    for my $round (1 .. ROUNDS) {
        my @left = grep { !$asked[$_]{heard} } 0 .. $#asked or last;
        my $known = keys %found;
        while (my @burst = splice @left, 0, BURST) {
            $ask->($_, $asked[$_]) or return {} for @burst;
            # No more than the socket on the other side can hold: the server has read all of it once it replies to a question
            # that came last and is one of those it replies to.
            $ask->(MARK, $surely) or return {} if $surely;
            defined $hear->(PATIENCE_S, $surely ? MARK : ANY) or return {};
        }
        while (grep { !$_->{heard} } @asked) {
            ($hear->(PATIENCE_S, ANY) // return {}) or last;
        }
        last if $round >= 3 and keys %found == $known;
    }
    return \%found;
}
