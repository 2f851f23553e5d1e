/**
 * What the tray shows: state at a glance, quick isolation, what was done lately, the app itself.
 *
 * Pure: whoever owns a real tray draws the items and carries out their deeds.
 */
import type { JournalEntryView } from '../contract/journal.ts';
import type { Change, EndpointView, EngineState, MatrixFrame } from '../contract/schemas.ts';
import { changeWords } from './change-words.ts';
import { offersFor } from './isolation.ts';
import { actionOf, PAUSES, type ActionContext, type ActionId, type Deed } from './registry.ts';
import type { Say } from './say.ts';
import { offersForWhole } from './standing.ts';

export interface TrayInput {
  readonly engine: EngineState;
  /** Null until an engine has been listed. */
  readonly frame: MatrixFrame | null;
  /** Newest first; null until it was read. */
  readonly journal: readonly JournalEntryView[] | null;
  /** A moment (ms since 1970) as a person reads it on a clock. */
  readonly clock: (at: number) => string;
  readonly settings: { readonly closeToTray: boolean; readonly startAtLogin: boolean };
}

export type TrayDeed =
  | Deed
  /** One change of one thing: done at the click, as the menu says which. */
  | { readonly kind: 'quick'; readonly change: Change; readonly about: string }
  | { readonly kind: 'shell'; readonly what: 'open' | 'quit' | 'close-to-tray' | 'start-at-login' };

export type TrayItem =
  | { readonly kind: 'separator' }
  /** Only to be read. */
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'menu'; readonly text: string; readonly items: readonly TrayItem[] }
  | {
      readonly kind: 'item';
      readonly text: string;
      readonly deed: TrayDeed;
      readonly enabled: boolean;
      /** Of settings: whether it is on. */
      readonly checked?: boolean;
      /** From the registry; absent for what is about one thing. */
      readonly action?: ActionId;
    };

export interface TrayModel {
  /** `away`: no engine. `alert`: a block is not held, or all are paused. `shut`: something is isolated. `calm`: the rest. */
  readonly mood: 'away' | 'alert' | 'shut' | 'calm';
  readonly tooltip: string;
  /** Blocks that are not held; 0: none. */
  readonly alerts: number;
  readonly items: readonly TrayItem[];
}

/** Menus longer than this are no longer quick; the app has the rest. */
const MOST_SUBJECTS = 40;
const MOST_RECENT = 8;

export function trayModel(input: TrayInput, say: Say): TrayModel {
  const { engine, frame, settings } = input;
  const isUp = engine.phase === 'connected';
  const alerts = isUp && frame ? unheld(frame) : 0;
  const isolated = frame ? isolatedOf(frame).length : 0;
  const status = statusLines(input, say);
  const context = contextOf(input);
  const act = (id: ActionId): TrayItem => {
    const deed = actionOf(id).deed(context);
    return { kind: 'item', text: `${say(`action.${id}`)}${ASKS.has(id) ? '…' : ''}`, ...orNone(deed), action: id };
  };
  const items: TrayItem[] = [
    ...status.map((text): TrayItem => ({ kind: 'text', text })),
    { kind: 'separator' },
    ...(isUp && frame ? subjectMenus(frame, say) : []),
    act('isolate-all'),
    act('release-all'),
    ...(context.isPaused
      ? [act('resume')]
      : [{ kind: 'menu', text: say('tray.pause'), items: PAUSES.map(({ id }) => act(id)) } as const]),
    { kind: 'separator' },
    { kind: 'menu', text: say('tray.recent'), items: recentItems(input, say) },
    act('export-diagram'),
    { kind: 'separator' },
    { kind: 'item', text: say('tray.open'), deed: { kind: 'shell', what: 'open' }, enabled: true },
    setting('close-to-tray', settings.closeToTray, say),
    setting('start-at-login', settings.startAtLogin, say),
    { kind: 'item', text: say('tray.quit'), deed: { kind: 'shell', what: 'quit' }, enabled: true },
  ];
  const mood = !isUp ? 'away' : alerts > 0 || context.isPaused ? 'alert' : isolated > 0 ? 'shut' : 'calm';
  return { mood, tooltip: ['Bulkhead', ...status].join('\n'), alerts, items };
}

const ASKS: ReadonlySet<ActionId> = new Set([
  'isolate-all',
  'release-all',
  'export-diagram',
  ...PAUSES.map(({ id }) => id),
]);

/** What actions of the registry go by. */
export function contextOf({ engine, frame, journal }: Omit<TrayInput, 'settings' | 'clock'>): ActionContext {
  return {
    phase: engine.phase,
    isDemo: 'engine' in engine && engine.engine.kind === 'demo',
    standing: frame?.standing ?? null,
    limits: frame?.limits ?? [],
    isPaused: frame?.guard.pause !== undefined,
    hasUndo: (journal ?? []).some(({ undoable, change }) => undoable && change.action !== 'undo'),
  };
}

/** An item that makes no sense now stays where it was and cannot be chosen. */
function orNone(deed: Deed | null): { readonly deed: TrayDeed; readonly enabled: boolean } {
  return deed ? { deed, enabled: true } : { deed: { kind: 'shell', what: 'open' }, enabled: false };
}

function setting(what: 'close-to-tray' | 'start-at-login', checked: boolean, say: Say): TrayItem {
  return { kind: 'item', text: say(`tray.${what}`), deed: { kind: 'shell', what }, enabled: true, checked };
}

/** Pairs that the policy denies, that a firewall could hold, and that are not held although nothing is under way. */
function unheld({ guard: { phase, denied, held, impossible } }: MatrixFrame): number {
  return phase === 'failing' ? Math.max(denied - held - impossible, 1) : 0;
}

function isolatedOf({ endpoints }: MatrixFrame): readonly EndpointView[] {
  return endpoints.filter(({ isolation }) => isolation !== undefined);
}

function statusLines({ engine, frame, clock }: TrayInput, say: Say): readonly string[] {
  if (engine.phase === 'failed') return [say('tray.engine.failed')];
  if (engine.phase === 'connecting') return [say('tray.engine.connecting')];
  const name = engine.engine.name || engine.engine.address;
  const head =
    engine.phase === 'reconnecting'
      ? say('tray.engine.reconnecting', { name })
      : say('tray.engine.connected', { name });
  if (!frame || engine.phase !== 'connected') return [head];
  const { guard } = frame;
  const isolated = isolatedOf(frame).length;
  const alerts = unheld(frame);
  return [
    head,
    ...(guard.pause ? [pausedLine(guard.pause.until, clock, say)] : []),
    isolated === 0 ? say('tray.isolated.none') : say('tray.isolated.some', { count: isolated }),
    ...(alerts > 0 ? [say('tray.alert.unheld', { count: alerts })] : []),
    ...(guard.repaired === undefined ? [] : [say('tray.alert.repaired', { count: guard.repaired })]),
  ];
}

/** What is open although the policy denies it must be seen at a glance. */
function pausedLine(until: number | null, clock: TrayInput['clock'], say: Say): string {
  return until === null ? say('tray.paused.open') : say('tray.paused.until', { time: clock(until) });
}

/** Running containers, then projects: those that are shut first, so that a release is near. */
function subjectMenus(frame: MatrixFrame, say: Say): readonly TrayItem[] {
  const { standing, limits = [] } = frame;
  const canShut = !limits.some(({ what }) => what === 'firewall');
  const running = frame.endpoints.filter(({ kind, state }) => kind === 'container' && state === 'running');
  const containers = byName(running.map((one) => ({ ...one, isShut: one.isolation !== undefined }))).map((one) => ({
    text: one.isolation ? `${one.name} – ${say(`isolation.badge.${one.isolation.from}`)}` : one.name,
    items: offersFor(one).map(({ kind, change, by }): TrayItem => {
      const text = by === null ? say(`isolation.offer.${kind}`) : say('isolation.offer.release-by', { by });
      return quick(text, change, by ?? one.name, kind === 'release' || canShut);
    }),
  }));
  const names = [...new Set(running.map(({ project }) => project).filter((project) => project !== ''))];
  const projects = byName(
    names.map((name) => {
      const offers = offersForWhole({ kind: 'project', name }, standing);
      return { name, offers, isShut: offers.some(({ kind }) => kind === 'release') };
    }),
  ).map(({ name, offers }) => ({
    text: name,
    items: offers
      .filter(({ kind }) => kind === 'isolate' || kind === 'offline' || kind === 'release')
      .map(({ kind, change }) => quick(say(`standing.offer.one.${kind}`), change, name, kind === 'release' || canShut)),
  }));
  return [...listed(say('tray.containers'), containers, say), ...listed(say('tray.projects'), projects, say)];
}

function quick(text: string, change: Change, about: string, enabled: boolean): TrayItem {
  return { kind: 'item', text, deed: { kind: 'quick', change, about }, enabled };
}

function byName<T extends { readonly name: string; readonly isShut: boolean }>(all: readonly T[]): readonly T[] {
  return all.toSorted((a, b) => Number(b.isShut) - Number(a.isShut) || (a.name < b.name ? -1 : 1));
}

function listed(
  text: string,
  subjects: readonly { readonly text: string; readonly items: readonly TrayItem[] }[],
  say: Say,
): readonly TrayItem[] {
  if (subjects.length === 0) return [];
  const shown = subjects.slice(0, MOST_SUBJECTS).map((one): TrayItem => ({ kind: 'menu', ...one }));
  const left = subjects.length - shown.length;
  const more: TrayItem[] =
    left > 0
      ? [
          { kind: 'separator' },
          {
            kind: 'item',
            text: say('tray.more', { count: left }),
            deed: { kind: 'go', screen: 'containers' },
            enabled: true,
          },
        ]
      : [];
  return [{ kind: 'menu', text, items: [...shown, ...more] }];
}

function recentItems({ engine, journal }: TrayInput, say: Say): readonly TrayItem[] {
  const entries = journal ?? [];
  const shown = entries.slice(0, MOST_RECENT).map((entry): TrayItem => {
    const text = changeWords(say, entry.change, entries);
    if (!entry.undoable || engine.phase !== 'connected') return { kind: 'text', text };
    const change: Change = { action: 'undo', entry: entry.id };
    return {
      kind: 'item',
      text: say('history.undo-this', { what: text }),
      deed: { kind: 'quick', change, about: text },
      enabled: true,
    };
  });
  return [
    ...(shown.length > 0 ? shown : [{ kind: 'text', text: say('tray.nothing') } as const]),
    { kind: 'separator' },
    {
      kind: 'item',
      text: say('action.go-history'),
      deed: { kind: 'go', screen: 'history' },
      enabled: true,
      action: 'go-history',
    },
  ];
}
