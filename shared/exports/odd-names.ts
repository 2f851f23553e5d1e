/** For tests: names that some reader of YAML takes for something else than a text, or refuses. */
export const ODD_NAMES: readonly string[] = [
  ...['no', 'on', 'off', 'y', 'n', 'Yes', 'TRUE', 'null', '~', 'Null'],
  ...['1_000', '0b11', '0o17', '017', '0x1f', '1e3', '.5', '1.5', '.inf', '.nan', '-', '12:30:45', '2024-01-01'],
  ...['=', '<<', '? a', 'a: b', '# a', '!x', '&a', '*a', '%a', '@a', '`a`', '"', "'", '{}', '[a]', 'a\\u0041'],
  ...[
    'next\u0085line',
    'a\u2028b',
    '\ufeffmark',
    'del\u007f',
    'bell\u0007',
    'turned\u202eback',
    'tab\t',
    '🐳',
    'naïve',
  ],
];
