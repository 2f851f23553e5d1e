/** The shortcuts of the registry as key presses; pure, so that the whole keyboard is one table of tests. */
import { ACTIONS, type ActionId } from '../../../../shared/actions/registry.ts';

export interface KeyPress {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
  /** Milliseconds, by whatever clock. */
  readonly timeStamp: number;
}

/** The first key of two, when it was pressed. */
export interface Pending {
  readonly key: string;
  readonly at: number;
}

export interface KeyStep {
  readonly action: ActionId | null;
  readonly pending: Pending | null;
}

/** Whoever waits longer between two keys means them apart (ms). */
const PATIENCE_MS = 1500;

/** @param typing in a field: then single keys are letters, and only chords count */
export function keyStep(pending: Pending | null, press: KeyPress, { typing }: { readonly typing: boolean }): KeyStep {
  const isChord = press.ctrlKey || press.metaKey;
  if (press.altKey) return { action: null, pending: null };
  if (isChord) return { action: press.shiftKey ? null : named(`Mod+${press.key.toUpperCase()}`), pending: null };
  // A key that only changes others comes between two of them.
  if (press.key === 'Shift') return { action: null, pending };
  if (typing) return { action: null, pending: null };
  const isSecond = pending !== null && press.timeStamp - pending.at <= PATIENCE_MS;
  const action = named(isSecond ? `${pending.key} ${press.key}` : press.key) ?? (isSecond ? named(press.key) : null);
  if (action !== null) return { action, pending: null };
  return { action: null, pending: begins(press.key) ? { key: press.key, at: press.timeStamp } : null };
}

function named(keys: string): ActionId | null {
  return ACTIONS.find((action) => action.keys === keys)?.id ?? null;
}

function begins(key: string): boolean {
  return ACTIONS.some(({ keys }) => keys?.startsWith(`${key} `) === true);
}

/** Keys one by one as they are written on them: `Ctrl`, `K`; `g`, `m`. @param isMac `⌘` in place of `Ctrl` */
export function keyCaps(keys: string, isMac: boolean): readonly string[] {
  return keys
    .split(' ')
    .flatMap((press) => (press.length > 1 ? press.split('+') : [press]))
    .map((key) => (key === 'Mod' ? (isMac ? '⌘' : 'Ctrl') : key));
}
