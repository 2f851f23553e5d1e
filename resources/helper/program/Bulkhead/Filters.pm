package Bulkhead::Filters;

# Everybody's packet filter rules in a network namespace, as the tools print them; and the news that they have changed.
# Run in a worker: it changes namespace.

use strict;
use warnings;
use Exporter 'import';
use Bulkhead::Firewall qw(nft run);
use Bulkhead::Kernel qw(slurp now_ms place_handle same_namespace enter_handle filter_news OWN);

our @EXPORT_OK = qw(filters watch);

use constant {
    # Beyond this, sets are left out; what is still longer is not passed on.
    TEXT_LIMIT => 4 * 1024 * 1024,
    # A program that changes its rules makes many steps.
    SETTLE_MS => 120,
};

# iptables of both kinds; where it is missing, nft's own list has to do.
use constant {
    NFT_KIND    => 'xtables-nft-multi',
    LEGACY_KIND => 'xtables-legacy-multi',
};

# The texts of one place; undef when a container has no namespace of its own.
sub filters {
    my ($place) = @_;
    my $handle = place_handle($place);
    return undef if $place->{place} ne 'host' && same_namespace($handle);
    enter_handle($handle);
    my %found = (nft => '', terse => 0, save4 => '', save6 => '', legacy4 => '', legacy6 => '', unread => []);
    my ($code, $text, $error) = nft('', '-j', '-s', 'list', 'ruleset');
    if ($code == 0 && length $text > TEXT_LIMIT) {
        ($code, $text, $error) = nft('', '-j', '-s', '-t', 'list', 'ruleset');
        $found{terse} = 1;
    }
    if ($code != 0) { push @{ $found{unread} }, "nftables: $error" }
    elsif (length $text > TEXT_LIMIT) { push @{ $found{unread} }, 'nftables: too many rules' }
    else { $found{nft} = _by_plain_names($text) }
    # What iptables made, nft only names in part.
    if (_has_foreign_xt($found{nft})) {
        $found{save4} = _save(NFT_KIND, 'iptables-save');
        $found{save6} = _save(NFT_KIND, 'ip6tables-save');
    }
    for my $family (4, 6) {
        my $list = slurp('/proc/self/net/' . ($family == 4 ? 'ip' : 'ip6') . '_tables_names') // '';
        my @tables = grep { /^[a-z]{1,16}\z/ } split /\n/, $list;
        $found{"legacyTables$family"} = \@tables;
        $found{"legacy$family"} = _save(LEGACY_KIND, $family == 4 ? 'iptables-save' : 'ip6tables-save') if @tables;
    }
    return \%found;
}

# Own tables under the names that they go by everywhere else, which another Bulkhead's must not have.
sub _by_plain_names {
    my ($text) = @_;
    return $text if OWN eq '';
    $text =~ s/"(bulkhead(?:_gate)?)"/"$1_local"/g;
    $text =~ s/"(bulkhead(?:_gate)?)\Q@{[OWN]}\E"/"$1"/g;
    return $text;
}

# Whether there are extensions of iptables among rules that are not those of the engine's name server in a container.
sub _has_foreign_xt {
    my ($text) = @_;
    return 0 if index($text, '"xt"') < 0;
    while ($text =~ /\{"rule": \{"family": "\w+", "table": "([^"]*)", "chain": "([^"]*)"/g) {
        return 1 unless $1 eq 'nat' && $2 =~ /^(?:OUTPUT|POSTROUTING|DOCKER_OUTPUT|DOCKER_POSTROUTING)\z/;
    }
    return 0;
}

sub _save {
    my ($program, $name) = @_;
    my ($code, $text) = run('', $program, $name);
    return $code == 0 && length $text <= TEXT_LIMIT ? $text : '';
}

# Calls `$tell` with the places whose rules have changed, for as long as this worker lives.
sub watch {
    my ($places, $tell) = @_;
    my %news;
    for my $place (@$places) {
        # One that has ended meanwhile has no more news.
        eval {
            enter_handle(place_handle($place));
            $news{ $place->{place} } = filter_news();
        };
    }
    my %changed;
    while (1) {
        my $bits = '';
        vec($bits, fileno $_, 1) = 1 for values %news;
        my $count = select $bits, undef, undef, %changed ? SETTLE_MS / 1000 : undef;
        next if $count < 0;
        if ($count == 0) {
            $tell->([sort keys %changed]);
            %changed = ();
            next;
        }
        for my $name (grep { vec $bits, fileno $news{$_}, 1 } keys %news) {
            # Too much news at once is an error of this socket, and news all the same.
            sysread $news{$name}, my $buffer, 65536;
            $changed{$name} = 1;
        }
    }
}

1;
