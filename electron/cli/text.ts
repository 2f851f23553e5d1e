/** Plain text for a terminal.  Names come from an engine: control characters are made visible, never sent. */

/** Columns padded to their widest cell; the last one is not padded.  Ends with a newline. */
export function table(rows: readonly (readonly string[])[]): string {
  const clean = rows.map((row) => row.map(visible));
  const widths: number[] = [];
  for (const row of clean) row.forEach((cell, column) => (widths[column] = Math.max(widths[column] ?? 0, cell.length)));
  return clean
    .map(
      (row) =>
        `${row
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
}

export { csvLine } from '../../shared/diagram/csv.ts';

/** Escape sequences and line breaks of a hostile name would repaint the terminal. */
export function visible(text: string): string {
  // oxlint-disable-next-line no-control-regex -- control characters are what this is about
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, '\uFFFD');
}

/** The same for text of several lines, whose own line breaks stay. */
export function visibleLines(text: string): string {
  return text.split('\n').map(visible).join('\n');
}
