/** The matrix as comma-separated values (RFC 4180), a row for each who talks, a column for each who is talked to. */
import type { Diagram } from './model.ts';

export function toCsv({ endpoints, rows }: Diagram): string {
  const names = new Map(endpoints.map(({ key, name }) => [key, name]));
  const lines = rows.map(({ from, verdicts }) => csvLine([names.get(from) ?? from, ...verdicts]));
  return `${[csvLine(['from \\ to', ...endpoints.map(({ name }) => name)]), ...lines].join('\n')}\n`;
}

/** Half a character would not survive being written to a file. */
function wellFormed(text: string): string {
  return text.replaceAll(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '\uFFFD');
}

/** One line of CSV; a cell that a spreadsheet would run as a formula is made text. */
export function csvLine(cells: readonly string[]): string {
  return cells
    .map(wellFormed)
    .map((cell) => (/^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell))
    .map((cell) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell))
    .join(',');
}
