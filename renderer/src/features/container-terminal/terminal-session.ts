/** One terminal: what is drawn, and the program at its other end. */
import { FitAddon } from '@xterm/addon-fit';
import { SearchAddon } from '@xterm/addon-search';
import { Terminal, type ITheme } from '@xterm/xterm';
import { TERMINAL_PART } from '../../../../shared/contract/sizes.ts';
import type { TerminalEvent, TerminalRequest } from '../../../../shared/contract/terminal.ts';
import type { ErrorShape } from '../../../../shared/errors.ts';
import type { Client } from '../../lib/client-context.tsx';
import { errorOf } from '../../lib/errors.ts';

export type SessionState =
  | { readonly phase: 'opening' }
  | { readonly phase: 'open'; readonly program: string; readonly takesInput: boolean }
  | { readonly phase: 'ended'; readonly code: number | null; readonly error: ErrorShape | null };

export interface TerminalSession {
  readonly kind: TerminalRequest['kind'];
  state(): SessionState;
  onState(listener: () => void): () => void;
  /** Draws into the element, at its size, until the returned function is called. */
  show(host: HTMLElement): () => void;
  setTheme(theme: ITheme): void;
  focus(): void;
  find(text: string, back: boolean): void;
  close(): void;
}

/** Lines that can be scrolled back to. */
const SCROLLBACK = 5000;
/** Told to the core that so much was drawn (characters): an eighth of what may be under way. */
const DREW_STEP = 64 * 1024;

export function openSession(
  client: Client,
  {
    container,
    kind,
    label,
  }: { readonly container: string; readonly kind: TerminalRequest['kind']; readonly label: string },
): TerminalSession {
  const terminal = new Terminal({
    scrollback: SCROLLBACK,
    fontSize: 13,
    fontFamily: getComputedStyle(document.documentElement).getPropertyValue('--mantine-font-family-monospace'),
    // What a program without a terminal writes ends its lines without a return.
    convertEol: kind === 'attach',
  });
  const fit = new FitAddon();
  const search = new SearchAddon();
  terminal.loadAddon(fit);
  terminal.loadAddon(search);
  const leaving = new AbortController();
  const listeners = new Set<() => void>();
  let state: SessionState = { phase: 'opening' };
  let id = '';
  let typed = '';
  let isSending = false;
  let drawn = 0;

  const become = (next: SessionState): void => {
    state = next;
    for (const listener of [...listeners]) listener();
  };
  // One call at a time: what is typed must arrive in the order in which it was.
  const send = async (): Promise<void> => {
    if (isSending || id === '') return;
    isSending = true;
    try {
      while (typed !== '') {
        const part = firstPart(typed);
        typed = typed.slice(part.length);
        await client.terminal.write({ id, text: part });
      }
    } catch {
      // That it has ended is told by the stream.
      typed = '';
    } finally {
      isSending = false;
    }
  };
  const drew = (characters: number): void => {
    drawn += characters;
    if (drawn < DREW_STEP) return;
    client.terminal.drew({ id, characters: drawn }).catch(() => undefined);
    drawn = 0;
  };
  const take = (event: TerminalEvent): void => {
    switch (event.kind) {
      case 'opened':
        id = event.id;
        become({ phase: 'open', program: event.program, takesInput: event.takesInput });
        void send();
        break;
      case 'data':
        terminal.write(event.text, () => drew(event.text.length));
        break;
      case 'ended':
        become({ phase: 'ended', code: event.code, error: event.error });
        break;
    }
  };
  const run = async (): Promise<void> => {
    const { signal } = leaving;
    try {
      const { cols, rows } = terminal;
      for await (const event of await client.terminal.open({ container, kind, cols, rows }, { signal })) take(event);
      if (state.phase !== 'ended') become({ phase: 'ended', code: null, error: null });
    } catch (thrown) {
      if (!signal.aborted) become({ phase: 'ended', code: null, error: errorOf(thrown) });
    }
  };
  terminal.onData((text) => {
    if (state.phase === 'ended') return;
    typed += text;
    void send();
  });
  terminal.onResize((size) => {
    if (id !== '' && state.phase === 'open') client.terminal.resize({ id, ...size }).catch(() => undefined);
  });
  let isBegun = false;

  return {
    kind,
    state: () => state,
    onState: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    show: (host) => {
      if (terminal.element) host.append(terminal.element);
      else terminal.open(host);
      terminal.textarea?.setAttribute('aria-label', label);
      const observer = new ResizeObserver(() => {
        // Of what is hidden there is no size.
        if (host.clientWidth > 0 && host.clientHeight > 0) fit.fit();
      });
      observer.observe(host);
      if (!isBegun) {
        isBegun = true;
        fit.fit();
        void run();
      }
      return () => observer.disconnect();
    },
    setTheme: (theme) => {
      terminal.options.theme = theme;
    },
    focus: () => terminal.focus(),
    find: (text, back) => void (back ? search.findPrevious(text) : search.findNext(text)),
    close: () => {
      leaving.abort();
      listeners.clear();
      terminal.dispose();
    },
  };
}

/** A pair of halves of one character stays together. */
function firstPart(text: string): string {
  const part = text.slice(0, TERMINAL_PART);
  const last = part.charCodeAt(part.length - 1);
  return part.length < text.length && last >= 0xd800 && last < 0xdc00 ? part.slice(0, -1) : part;
}
