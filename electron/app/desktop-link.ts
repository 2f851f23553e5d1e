/** Between the page and the desktop app around it, neither of which knows the other. */
import { BulkheadError } from '../../shared/errors.ts';
import type { ActionId } from '../../shared/actions/registry.ts';
import type { Language } from '../../shared/contract/desktop.ts';
import { createSignal } from '../lib/signal.ts';

export interface Asked {
  readonly action: ActionId;
}

export interface DesktopLink {
  /** Asks the page to do something; a page that is only being opened is told when it is there. */
  ask(action: ActionId): void;
  /** What waits for a page, which takes it: it is done once. */
  take(): Asked | null;
  onAsk(listener: (asked: Asked) => void): () => void;
  /** Null until a page has said it. */
  language(): Language | null;
  speak(language: Language): void;
  onLanguage(listener: () => void): () => void;
  /** Who shows the folder with settings and policies; null: nobody here can. */
  setFolderOpener(open: (() => Promise<string>) | null): void;
  canOpenFolder(): boolean;
  /** @throws BulkheadError `BAD_INPUT` where nobody can, or it was refused */
  openFolder(): Promise<void>;
}

export function createDesktopLink(): DesktopLink {
  const language = createSignal<Language | null>(null);
  const pages = new Set<(asked: Asked) => void>();
  let waiting: Asked | null = null;
  let opener: (() => Promise<string>) | null = null;
  return {
    ask: (action) => {
      // The page that came last is the one in the window.
      const page = [...pages].at(-1);
      if (page) page({ action });
      else waiting = { action };
    },
    take: () => {
      const taken = waiting;
      waiting = null;
      return taken;
    },
    onAsk: (listener) => {
      const page = (asked: Asked): void => listener(asked);
      pages.add(page);
      return () => pages.delete(page);
    },
    language: () => language.get(),
    speak: (spoken) => language.set(spoken),
    onLanguage: (listener) => language.subscribe(listener),
    setFolderOpener: (open) => void (opener = open),
    canOpenFolder: () => opener !== null,
    openFolder: async () => {
      const why = opener ? await opener() : 'Only the desktop app shows folders.';
      if (why !== '') throw new BulkheadError({ code: 'BAD_INPUT', message: why, hint: 'Its path can be copied.' });
    },
  };
}
