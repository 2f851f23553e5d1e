# Whether what one container writes another can read: leaves a file in every mount of everybody, looks for all of them from
# everybody, and takes them away again.  Shares nothing with the product: the tests need a second opinion.
#
#   perl data.pl < lines of
#     container ID PID
#     place ID PATH        where that container has something mounted, or where a mount of another one meets it
#   prints "read READER WRITER" once for each pair of which the one found what the other had written.
use strict;
use warnings;
use Fcntl qw(O_WRONLY O_APPEND O_CREAT O_EXCL);
use POSIX ();

my %SETNS = (x86_64 => 308, aarch64 => 268, riscv64 => 268);
my $SETNS = $SETNS{ (POSIX::uname())[4] } or die "unsupported architecture\n";
# A larger tree is nobody's volume but a part of the machine: there only the places that were named are used.
use constant { CLONE_NEWNS => 0x00020000, FOLDERS => 48, PREFIX => '.bulkhead-from-' };

$| = 1;
my (%pid, %places, @order);
while (<STDIN>) {
    chomp;
    my ($word, $id, $rest) = split ' ', $_, 3;
    if ($word eq 'container') { $pid{$id} = $rest; push @order, $id }
    elsif ($word eq 'place') { push @{ $places{$id} }, $rest }
    else { die "what is $word?\n" }
}
my @writers = map { inside($_, \&write_all) } @order;
my %file;
for my $writer (@writers) {
    while (defined(my $line = readline $writer->{told})) {
        chomp $line;
        last if $line eq 'done';
        # A file that is mounted itself: opened for writing there, and left as it is.
        push @{ $file{$line} }, $writer->{id};
    }
}
my %seen;
for my $id (@order) {
    my $reader = inside($id, \&read_all);
    while (defined(my $line = readline $reader->{told})) {
        chomp $line;
        last if $line eq 'done';
        my ($what, $which) = split ' ', $line, 2;
        $seen{"$id $_"} = 1 for $what eq 'file' ? @{ $file{$which} // [] } : $which;
    }
    leave($reader);
}
leave($_) for @writers;
print "read $_\n" for sort keys %seen;

# Runs a part in the container's mount namespace; it ends with "done", and what comes after it waits for `leave`.
sub inside {
    my ($id, $part) = @_;
    pipe my $told, my $tell or die "pipe: $!";
    pipe my $wait, my $go or die "pipe: $!";
    my $child = fork // die "fork: $!";
    if (!$child) {
        close $told;
        close $go;
        eval {
            open my $handle, '<', "/proc/$pid{$id}/ns/mnt" or die "cannot open its namespace: $!\n";
            syscall($SETNS, fileno $handle, CLONE_NEWNS) == 0 or die "cannot enter its namespace: $!\n";
            my @left = $part->($id, sub { syswrite $tell, "$_[0]\n" });
            syswrite $tell, "done\n";
            sysread $wait, my $word, 1;
            unlink @left;
            1;
        } or do { print STDERR "$id: $@"; POSIX::_exit(1) };
        POSIX::_exit(0);
    }
    close $tell;
    close $wait;
    return { id => $id, child => $child, told => $told, go => $go };
}

sub leave {
    my ($one) = @_;
    # A word and no mere end: those who were started later hold this pipe as well.
    syswrite $one->{go}, '.';
    waitpid $one->{child}, 0;
    die "$one->{id} could not be entered\n" if $?;
}

# The folders of a container's places, with all below them where that is not much; and the files that are places.
sub everywhere {
    my ($id) = @_;
    my (%folders, %files);
    for my $place (@{ $places{$id} // [] }) {
        if (-d $place) { $folders{$_} = 1 for below($place) }
        elsif (-f $place) { $files{$place} = 1 }
    }
    return [sort keys %folders], [sort keys %files];
}

sub below {
    my ($top) = @_;
    my @all = ($top);
    for (my $at = 0; $at < @all; $at += 1) {
        opendir my $folder, $all[$at] or next;
        for my $name (sort readdir $folder) {
            next if $name =~ /^\.\.?$/;
            my $path = $all[$at] eq '/' ? "/$name" : "$all[$at]/$name";
            push @all, $path if !-l $path && -d _;
            return $top if @all > FOLDERS;
        }
    }
    return @all;
}

sub write_all {
    my ($id, $tell) = @_;
    my ($folders, $files) = everywhere($id);
    my @made;
    for my $folder (@$folders) {
        my $path = "$folder/" . PREFIX . $id;
        sysopen my $file, $path, O_WRONLY | O_CREAT | O_EXCL or next;
        push @made, $path;
        syswrite $file, "$id\n";
    }
    for my $path (@$files) {
        sysopen my $file, $path, O_WRONLY | O_APPEND or next;
        $tell->(join ':', (stat $file)[0, 1]);
    }
    return @made;
}

sub read_all {
    my ($id, $tell) = @_;
    my ($folders, $files) = everywhere($id);
    for my $folder (@$folders) {
        opendir my $entries, $folder or next;
        for my $name (grep { index($_, PREFIX) == 0 } readdir $entries) {
            open my $file, '<', "$folder/$name" or next;
            chomp(my $writer = <$file> // '');
            $tell->("from $writer") if $writer ne '';
        }
    }
    for my $path (@$files) { $tell->('file ' . join ':', (stat $path)[0, 1]) }
    return ();
}
