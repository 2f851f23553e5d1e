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

/** Packs lines one by one, without an object for each: of what was written before there are hundreds of thousands. */
export interface LinePacker {
  readonly count: () => number;
  add(line: Omit<PackedLine, 'source'>, source: number, isCut: boolean): void;
  /** What was added since the last time. */
  take(): { readonly count: number; readonly packed: string; readonly cut: number[] };
}

export function createPacker(): LinePacker {
  let lines: string[] = [];
  let cut: number[] = [];
  return {
    count: () => lines.length,
    add: ({ stream, time, text }, source, isCut) => {
      if (isCut) cut.push(lines.length);
      lines.push(`${source} ${stream} ${time} ${text}`);
    },
    take: () => {
      const taken = { count: lines.length, packed: lines.join('\n'), cut };
      [lines, cut] = [[], []];
      return taken;
    },
  };
}

/** Calls back for each line, in order. */
export function unpackLines(packed: string, onLine: (line: PackedLine, index: number) => void): void {
  if (packed === '') return;
  for (let index = 0, at = 0; at <= packed.length; index += 1) {
    const found = packed.indexOf('\n', at);
    const end = found === -1 ? packed.length : found;
    const first = packed.indexOf(' ', at);
    const second = packed.indexOf(' ', first + 1);
    const third = packed.indexOf(' ', second + 1);
    onLine(
      {
        source: Number(packed.slice(at, first)),
        stream: Number(packed.slice(first + 1, second)),
        time: packed.slice(second + 1, third),
        text: packed.slice(third + 1, end),
      },
      index,
    );
    at = end + 1;
  }
}
