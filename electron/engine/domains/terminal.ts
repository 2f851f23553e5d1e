/** Interactive programs in containers. */
import type { Cancellable } from './containers.ts';

export interface TerminalSize {
  readonly cols: number;
  readonly rows: number;
}

export interface TerminalOptions extends Cancellable, TerminalSize {
  readonly kind: 'shell' | 'attach';
}

/** An open one; whoever opened it closes it. */
export interface TerminalLine {
  /** `bash`; `''` for a container's main process. */
  readonly program: string;
  readonly isTerminal: boolean;
  readonly takesInput: boolean;
  /** What it writes, hostile.  What is not asked for makes the program wait.  Ends with the program, or when it is closed. */
  readonly output: AsyncIterable<string>;
  /** Resolves when there is room for more. */
  write(text: string): Promise<void>;
  resize(size: TerminalSize): Promise<void>;
  /** After the end of the output: how it ended, null where that is not known.  Rejects when it was not the program that ended. */
  exitCode(): Promise<number | null>;
  /** Hangs up, as a terminal does that is closed: the shell and what runs in it get SIGHUP. */
  close(): void;
}

export interface TerminalDomain {
  /** @throws BulkheadError `NOT_FOUND` for a container without any shell, or none at all */
  open(ref: string, options: TerminalOptions): Promise<TerminalLine>;
}
