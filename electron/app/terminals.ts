/** Terminals that pages have open.  Each lives as long as its reader. */
import { randomBytes } from 'node:crypto';
import { TERMINAL_WINDOW, type TerminalEvent, type TerminalRequest } from '../../shared/contract/terminal.ts';
import { BulkheadError, toErrorShape } from '../../shared/errors.ts';
import type { TerminalDomain, TerminalLine, TerminalSize } from '../engine/domains/terminal.ts';

export interface Terminals {
  /** Heeds the signal. */
  open(
    domain: TerminalDomain,
    request: TerminalRequest,
    signal: AbortSignal,
  ): AsyncGenerator<TerminalEvent, void, void>;
  write(id: string, text: string): Promise<void>;
  resize(id: string, size: TerminalSize): Promise<void>;
  /** The page has drawn so much: the program may go on. */
  drew(id: string, characters: number): void;
  /** For tests of what is left. */
  count(): number;
}

interface OpenTerminal {
  readonly line: TerminalLine;
  readonly drew: (characters: number) => void;
}

export function createTerminals(): Terminals {
  const all = new Map<string, OpenTerminal>();
  const find = (id: string): OpenTerminal => {
    const found = all.get(id);
    if (found) return found;
    throw new BulkheadError({ code: 'NOT_FOUND', message: 'This terminal has ended.', hint: 'Open another one.' });
  };

  async function* open(
    domain: TerminalDomain,
    { container, kind, cols, rows }: TerminalRequest,
    signal: AbortSignal,
  ): AsyncGenerator<TerminalEvent, void, void> {
    const line = await domain.open(container, { kind, cols, rows, signal });
    const id = randomBytes(16).toString('hex');
    const close = (): void => {
      if (!all.delete(id)) return;
      signal.removeEventListener('abort', close);
      wake();
      line.close();
    };
    /** Characters that the page has not drawn yet. */
    let ahead = 0;
    let waiting: (() => void) | null = null;
    const wake = (): void => {
      waiting?.();
      waiting = null;
    };
    const drew = (characters: number): void => {
      ahead = Math.max(0, ahead - characters);
      if (ahead < TERMINAL_WINDOW) wake();
    };
    all.set(id, { line, drew });
    if (signal.aborted) close();
    signal.addEventListener('abort', close, { once: true });
    try {
      yield { kind: 'opened', id, program: line.program, isTerminal: line.isTerminal, takesInput: line.takesInput };
      for await (const text of line.output) {
        yield { kind: 'data', text };
        ahead += text.length;
        while (ahead >= TERMINAL_WINDOW && !signal.aborted) await new Promise<void>((resolve) => (waiting = resolve));
        if (signal.aborted) return;
      }
      if (!signal.aborted) yield { kind: 'ended', code: await line.exitCode(), error: null };
    } catch (thrown) {
      if (!signal.aborted) yield { kind: 'ended', code: null, error: toErrorShape(thrown) };
    } finally {
      close();
    }
  }

  return {
    open,
    write: (id, text) => find(id).line.write(text),
    resize: (id, size) => find(id).line.resize(size),
    drew: (id, characters) => all.get(id)?.drew(characters),
    count: () => all.size,
  };
}
