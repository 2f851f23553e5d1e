/**
 * Lines of logs on their way to a page, as one text: a carrier looks at every value of a message several times, and of
 * these there are hundreds of thousands.
 */

export interface PackedLine {
  /** Which container, by its place in the request. */
  readonly source: number;
  /** 1: standard output, 2: standard error. */
  readonly stream: number;
  /** As the engine wrote it down; holds no space. */
  readonly time: string;
  /** Holds no line end. */
  readonly text: string;
}

export function packLines(lines: readonly PackedLine[]): string {
  return lines.map(({ source, stream, time, text }) => `${source} ${stream} ${time} ${text}`).join('\n');
}

/** Calls back for each line, in order. */
export function unpackLines(packed: string, onLine: (line: PackedLine, index: number) => void): void {
  if (packed === '') return;
  packed.split('\n').forEach((line, index) => {
    const first = line.indexOf(' ');
    const second = line.indexOf(' ', first + 1);
    const third = line.indexOf(' ', second + 1);
    onLine(
      {
        source: Number(line.slice(0, first)),
        stream: Number(line.slice(first + 1, second)),
        time: line.slice(second + 1, third),
        text: line.slice(third + 1),
      },
      index,
    );
  });
}
