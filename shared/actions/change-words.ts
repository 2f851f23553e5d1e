/** Changes of the journal in words: for the history, the tray and notifications. */
import type { JournalEntryView, RecordedChange } from '../contract/journal.ts';
import type { Power } from '../methods/model.ts';
import { assertNever } from '../topology/model.ts';
import type { Say } from './say.ts';

type ChangeKind =
  | 'block'
  | 'block-network'
  | 'block-unlink'
  | 'allow'
  | 'ports'
  | 'isolate'
  | 'isolate-internet'
  | 'release'
  | 'release-internet'
  | 'guard'
  | 'guard-all'
  | 'unguard'
  | 'unguard-all'
  | 'undo'
  | 'edit'
  | 'replace'
  | 'clear'
  | 'pause'
  | 'pause-open'
  | 'resume'
  | `rerun-${Power}`;
export type ChangeKey = `history.change.${ChangeKind}`;

/** `Block shop/web → shop/db (tcp/5432)`; an undo says which change it took back, where that is still known. */
export function changeWords(
  say: Say<ChangeKey>,
  change: RecordedChange,
  entries: readonly Pick<JournalEntryView, 'id' | 'change'>[],
): string {
  switch (change.action) {
    case 'block':
    case 'allow': {
      const kind = change.action === 'block' && change.method ? (`block-${change.method}` as const) : change.action;
      const pair = say(`history.change.${kind}`, { from: change.from, to: change.to });
      return change.ports ? say('history.change.ports', { pair, ports: change.ports.join(', ') }) : pair;
    }
    case 'isolate':
    case 'release': {
      const kind = change.only === 'internet' ? (`${change.action}-internet` as const) : change.action;
      return say(`history.change.${kind}`, { name: change.name });
    }
    case 'guard':
    case 'unguard':
      return change.name === 'posture'
        ? say(`history.change.${change.action}-all`)
        : say(`history.change.${change.action}`, { name: change.name });
    case 'undo': {
      const undone = entries.find(({ id }) => id === change.entry);
      // One level is enough for a reader, and a journal that was tampered with cannot go on for ever.
      const what = undone && undone.change.action !== 'undo' ? changeWords(say, undone.change, []) : change.entry;
      return say('history.change.undo', { what });
    }
    case 'pause':
      return change.minutes === undefined
        ? say('history.change.pause-open')
        : say('history.change.pause', { count: change.minutes });
    case 'rerun':
      return say(`history.change.rerun-${change.without}`, { name: change.name });
    case 'replace':
      return say('history.change.replace', { name: change.name });
    case 'edit':
    case 'clear':
    case 'resume':
      return say(`history.change.${change.action}`);
    default:
      return assertNever(change);
  }
}
