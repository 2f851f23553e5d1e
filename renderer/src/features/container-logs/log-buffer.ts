/**
 * The lines that a page keeps: a ring, so that its memory is bounded whatever is written, and which of them are shown.
 *
 * Lines are numbered from the first that ever came.  What is shown is worked out in slices (`work`), so that neither a new
 * filter over all lines nor a burst of new ones holds up the page.
 */
import { levelOf, plainText, type LogLevel } from '../../../../shared/logs/level.ts';

/** At most so many lines, and so many characters of them (about 64 MB of a page's memory), whichever is reached first. */
export const MOST_LINES = 100_000;
export const MOST_CHARACTERS = 32_000_000;

export interface BufferedLine {
  /** Which container, by its place in the request. */
  readonly source: number;
  readonly time: string;
  readonly stream: number;
  /** With its colours. */
  readonly text: string;
  readonly isCut: boolean;
  readonly level: LogLevel;
}

/** Its level is found out when somebody asks: of most lines nobody does. */
class KeptLine implements BufferedLine {
  readonly source: number;
  readonly time: string;
  readonly stream: number;
  readonly text: string;
  readonly isCut: boolean;
  #level: LogLevel | null = null;

  constructor({ source, time, stream, text, isCut }: Omit<BufferedLine, 'level'>) {
    this.source = source;
    this.time = time;
    this.stream = stream;
    this.text = text;
    this.isCut = isCut;
  }

  get level(): LogLevel {
    return (this.#level ??= levelOf(this.text));
  }
}

export interface LogFilter {
  /** Null: all of them. */
  readonly levels: ReadonlySet<LogLevel> | null;
  /** Null: nothing is looked for. */
  readonly pattern: RegExp | null;
  /** Whether only lines that match are shown. */
  readonly onlyMatching: boolean;
}

export const NO_FILTER: LogFilter = { levels: null, pattern: null, onlyMatching: false };

/** A slice of work (lines): some milliseconds. */
const SLICE = 2000;

export class LogBuffer {
  readonly #mostLines: number;
  readonly #mostCharacters: number;
  readonly #ring: BufferedLine[] = [];
  #first = 0;
  #next = 0;
  #characters = 0;
  #filter = NO_FILTER;
  /** Lines before this number have been looked at. */
  #seen = 0;
  #shown: number[] = [];
  #matches: number[] = [];
  #forgotten = 0;

  constructor({ mostLines = MOST_LINES, mostCharacters = MOST_CHARACTERS } = {}) {
    this.#mostLines = mostLines;
    this.#mostCharacters = mostCharacters;
  }

  /** Number of the oldest line that is kept, and of the one after the newest. */
  get first(): number {
    return this.#first;
  }

  get next(): number {
    return this.#next;
  }

  /** Numbers of the lines that are shown, in order. */
  get shown(): readonly number[] {
    return this.#shown;
  }

  /** Numbers of those among them that match the pattern. */
  get matches(): readonly number[] {
    return this.#matches;
  }

  /** How many have gone from the beginning of `shown` since the filter was set: a view that stays where it is moves by them. */
  get forgotten(): number {
    return this.#forgotten;
  }

  at(number: number): BufferedLine | undefined {
    return number < this.#first || number >= this.#next ? undefined : this.#ring[number % this.#mostLines];
  }

  push(line: Omit<BufferedLine, 'level'>): void {
    if (this.#next - this.#first === this.#mostLines) this.#drop();
    this.#ring[this.#next % this.#mostLines] = new KeptLine(line);
    this.#next += 1;
    this.#characters += line.text.length;
    while (this.#characters > this.#mostCharacters && this.#next - this.#first > 1) this.#drop();
  }

  setFilter(filter: LogFilter): void {
    this.#filter = filter;
    this.#seen = this.#first;
    this.#shown = [];
    this.#matches = [];
    this.#forgotten = 0;
  }

  clear(): void {
    this.#first = this.#next;
    this.#characters = 0;
    this.#ring.length = 0;
    this.setFilter(this.#filter);
  }

  /**
   * Looks at lines that have not been looked at yet, until all have been or `isOver` says that it has been long enough.
   *
   * @returns whether all have been
   */
  work(isOver: () => boolean): boolean {
    this.#forget();
    this.#seen = Math.max(this.#seen, this.#first);
    const { levels, pattern, onlyMatching } = this.#filter;
    while (this.#seen < this.#next) {
      const until = Math.min(this.#seen + SLICE, this.#next);
      for (; this.#seen < until; this.#seen += 1) {
        const line = this.at(this.#seen);
        if (!line || (levels && !levels.has(line.level))) continue;
        const isMatch = pattern !== null && pattern.test(plainText(line.text));
        if (isMatch) this.#matches.push(this.#seen);
        if (isMatch || !onlyMatching || pattern === null) this.#shown.push(this.#seen);
      }
      if (isOver()) return this.#seen === this.#next;
    }
    return true;
  }

  #drop(): void {
    this.#characters -= this.at(this.#first)?.text.length ?? 0;
    this.#first += 1;
  }

  /** Takes out of what is shown those that are no longer kept. */
  #forget(): void {
    const gone = (numbers: readonly number[]): number => {
      let [low, high] = [0, numbers.length];
      while (low < high) {
        const middle = (low + high) >> 1;
        if ((numbers[middle] ?? 0) < this.#first) low = middle + 1;
        else high = middle;
      }
      return low;
    };
    const [shown, matches] = [gone(this.#shown), gone(this.#matches)];
    this.#forgotten += shown;
    if (shown > 0) this.#shown = this.#shown.slice(shown);
    if (matches > 0) this.#matches = this.#matches.slice(matches);
  }
}
