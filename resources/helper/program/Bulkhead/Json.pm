package Bulkhead::Json;

# A small strict JSON codec on bytes: JSON::PP is not part of Debian's perl-base.
#
# Decoded: objects and arrays as references, strings as UTF-8 bytes, true/false as 1/0, null as undef.
# Encoded: plain scalars are always strings; a reference to a scalar is written as it is (\12, \'true').

use strict;
use warnings;
use Exporter 'import';

our @EXPORT_OK = qw(encode decode);

use constant MAX_DEPTH => 32;

my %ESCAPES = ('"' => '"', '\\' => '\\', '/' => '/', b => "\b", f => "\f", n => "\n", r => "\r", t => "\t");

sub encode {
    my ($value) = @_;
    return 'null' unless defined $value;
    my $kind = ref $value;
    return _quote($value) if $kind eq '';
    return "$$value" if $kind eq 'SCALAR';
    return '[' . join(',', map { encode($_) } @$value) . ']' if $kind eq 'ARRAY';
    return '{' . join(',', map { _quote($_) . ':' . encode($value->{$_}) } sort keys %$value) . '}';
}

sub _quote {
    my ($text) = @_;
    # Whatever a tool printed must not make our line unreadable: what is no UTF-8 becomes a question mark.
    my $copy = $text;
    $text =~ s/[\x80-\xff]/?/g unless utf8::decode($copy);
    $text =~ s/(["\\])/\\$1/g;
    $text =~ s/([\x00-\x1f\x7f])/sprintf('\\u%04x', ord $1)/ge;
    return "\"$text\"";
}

# Dies with a reason when the text is not exactly one JSON value.
sub decode {
    my ($text) = @_;
    pos($text) = 0;
    my $value = _value(\$text, 0);
    $text =~ /\G[ \t\r\n]*/gc;
    die "trailing text in JSON\n" if pos($text) != length $text;
    return $value;
}

sub _value {
    my ($text, $depth) = @_;
    die "JSON is nested too deep\n" if $depth > MAX_DEPTH;
    $$text =~ /\G[ \t\r\n]*/gc;
    return _string($text) if $$text =~ /\G"/gc;
    return _array($text, $depth) if $$text =~ /\G\[/gc;
    return _object($text, $depth) if $$text =~ /\G\{/gc;
    return 0 + $1 if $$text =~ /\G(-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?)/gc;
    return 1 if $$text =~ /\Gtrue/gc;
    return 0 if $$text =~ /\Gfalse/gc;
    return undef if $$text =~ /\Gnull/gc;
    die 'bad JSON at byte ' . (pos($$text) // 0) . "\n";
}

sub _string {
    my ($text) = @_;
    my $result = '';
    while (1) {
        if ($$text =~ /\G([^"\\\x00-\x1f]+)/gc) { $result .= $1 }
        elsif ($$text =~ /\G"/gc) { return $result }
        elsif ($$text =~ m{\G\\(["\\/bfnrt])}gc) { $result .= $ESCAPES{$1} }
        elsif ($$text =~ /\G\\u([0-9a-fA-F]{4})/gc) { $result .= _unicode($text, hex $1) }
        else { die "bad string in JSON\n" }
    }
}

sub _unicode {
    my ($text, $code) = @_;
    if ($code >= 0xd800 && $code <= 0xdbff && $$text =~ /\G\\u([dD][c-fC-F][0-9a-fA-F]{2})/gc) {
        $code = 0x10000 + (($code - 0xd800) << 10) + (hex($1) - 0xdc00);
    }
    $code = 0xfffd if $code >= 0xd800 && $code <= 0xdfff;
    my $character = chr $code;
    utf8::encode($character);
    return $character;
}

sub _array {
    my ($text, $depth) = @_;
    my @items;
    return \@items if $$text =~ /\G[ \t\r\n]*\]/gc;
    while (1) {
        push @items, _value($text, $depth + 1);
        next if $$text =~ /\G[ \t\r\n]*,/gc;
        return \@items if $$text =~ /\G[ \t\r\n]*\]/gc;
        die "bad array in JSON\n";
    }
}

sub _object {
    my ($text, $depth) = @_;
    my %members;
    return \%members if $$text =~ /\G[ \t\r\n]*\}/gc;
    while (1) {
        $$text =~ /\G[ \t\r\n]*"/gc or die "bad object in JSON\n";
        my $name = _string($text);
        $$text =~ /\G[ \t\r\n]*:/gc or die "bad object in JSON\n";
        $members{$name} = _value($text, $depth + 1);
        next if $$text =~ /\G[ \t\r\n]*,/gc;
        return \%members if $$text =~ /\G[ \t\r\n]*\}/gc;
        die "bad object in JSON\n";
    }
}

1;
