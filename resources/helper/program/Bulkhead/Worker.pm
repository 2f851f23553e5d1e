package Bulkhead::Worker;

# Forked workers that talk to their parent in lines of JSON.

use strict;
use warnings;
use Exporter 'import';
use Bulkhead::Json qw(encode decode);
use Bulkhead::Kernel qw(die_with_parent leave);

our @EXPORT_OK = qw(start stop say lines);

# The parent's ends of living workers. A later worker inherits them and must let go, or no end would ever be seen closed.
my %ends;

# Forks `$work`, called with the worker's own end: `{ in, out }`. Returns the parent's end: `{ pid, in, out, buffer }`.
sub start {
    my ($work) = @_;
    pipe my $up_read, my $up_write or die "pipe: $!\n";
    pipe my $down_read, my $down_write or die "pipe: $!\n";
    my $parent = $$;
    my $pid = fork // die "fork: $!\n";
    if ($pid == 0) {
        die_with_parent($parent);
        close $up_read;
        close $down_write;
        for my $other (values %ends) { close $_ for grep { defined } @$other{qw(in out)} }
        %ends = ();
        my $own = { in => $down_read, out => $up_write, buffer => '' };
        eval { $work->($own); 1 } or do {
            my $why = $@ || 'unknown failure';
            $why =~ s/\s+\z//;
            eval { say($own, { failed => $why }) };
        };
        # Not exit: nothing of the parent's may be flushed or destroyed twice.
        leave(0);
    }
    close $up_write;
    close $down_read;
    return $ends{$pid} = { pid => $pid, in => $up_read, out => $down_write, buffer => '' };
}

# Closes the parent's ends and waits for the worker, which ends when its `in` does.
sub stop {
    my ($worker) = @_;
    delete $ends{ $worker->{pid} };
    close $worker->{out};
    close $worker->{in};
    waitpid $worker->{pid}, 0;
}

sub say {
    my ($end, $message) = @_;
    my $line = encode($message) . "\n";
    my $at = 0;
    while ($at < length $line) {
        my $count = syswrite $end->{out}, $line, length($line) - $at, $at;
        die "the other side is gone\n" unless defined $count;
        $at += $count;
    }
}

# Reads once; returns (still open, decoded lines that are complete now).
sub lines {
    my ($end) = @_;
    my $count = sysread $end->{in}, $end->{buffer}, 65536, length $end->{buffer};
    my @messages;
    push @messages, decode($1) while $end->{buffer} =~ s/^([^\n]*)\n//;
    return ($count ? 1 : 0, @messages);
}

1;
