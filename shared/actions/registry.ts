/**
 * Every action that is not about one thing on screen: tray, native menus, command palette and shortcuts are made from this list.
 *
 * Pure descriptions.  Who shows them looks up the title (`action.ID`), and carries out what `deed` says.
 */
import type { Change, EngineState, Limit, Standing } from '../contract/schemas.ts';
import { offersForWhole } from './standing.ts';

/** What the app is at now, as far as actions go by it. */
export interface ActionContext {
  readonly phase: EngineState['phase'] | 'lost';
  readonly isDemo: boolean;
  /** Null before the first picture. */
  readonly standing: Standing | null;
  readonly limits: readonly Limit[];
  /** Whether the guard stands aside now. */
  readonly isPaused: boolean;
  /** Whether the journal holds a change that can be taken back. */
  readonly hasUndo: boolean;
}

/** What carrying an action out means. */
export type Deed =
  | { readonly kind: 'go'; readonly screen: string; readonly query?: Readonly<Record<string, string>> }
  /** One after the other; they are about everything, so whoever carries them out asks first. */
  | { readonly kind: 'change'; readonly changes: readonly Change[] }
  | { readonly kind: 'undo' }
  | { readonly kind: 'engine'; readonly what: 'retry' | 'demo' }
  /** Something the page does with itself. */
  | {
      readonly kind: 'page';
      readonly what: 'palette' | 'shortcuts' | 'light' | 'dark' | 'system-scheme' | 'english' | 'chinese';
    };

export interface Action {
  readonly id: ActionId;
  readonly group: 'go' | 'manage' | 'policy' | 'engine' | 'view' | 'help';
  /** `Mod+K`, `?`, or one key after the other: `g m`. */
  readonly keys?: string;
  /** For native menus, where keys of browsers are free. */
  readonly accelerator?: string;
  /** Null: it makes no sense now. */
  readonly deed: (context: ActionContext) => Deed | null;
}

export const ACTION_IDS = [
  'go-overview',
  'go-matrix',
  'go-containers',
  'go-compose',
  'go-images',
  'go-volumes',
  'go-networks',
  'go-services',
  'go-engine',
  'go-history',
  'go-guide',
  'go-settings',
  'run-container',
  'export-diagram',
  'compose-open',
  'image-pull',
  'image-build',
  'image-load',
  'image-prune',
  'network-create',
  'network-prune',
  'volume-create',
  'volume-prune',
  'isolate-all',
  'offline-all',
  'release-all',
  'guard-all',
  'unguard-all',
  'pause-5',
  'pause-30',
  'pause-open',
  'resume',
  'undo',
  'retry',
  'demo',
  'clear',
  'palette',
  'shortcuts',
  'light',
  'dark',
  'system-scheme',
  'english',
  'chinese',
] as const;
export type ActionId = (typeof ACTION_IDS)[number];

const connected = ({ phase }: ActionContext): boolean => phase === 'connected';

/** @param digit of its accelerator; 0 is that of the zoom. */
const go = (screen: string, key: string, digit?: number): Action => ({
  id: `go-${screen}` as ActionId,
  group: 'go',
  keys: `g ${key}`,
  ...(digit === undefined ? {} : { accelerator: `CmdOrCtrl+${digit}` }),
  deed: () => ({ kind: 'go', screen }),
});

/** A dialog of a list: what it makes or clears away, it asks first. */
const dialog = (id: ActionId, screen: string, kind: string): Action => ({
  id,
  group: 'manage',
  deed: (context) => (connected(context) ? { kind: 'go', screen, query: { do: kind } } : null),
});

const page = (id: Extract<Deed, { kind: 'page' }>['what'], group: Action['group'], keys?: string): Action => ({
  id,
  group,
  ...(keys === undefined ? {} : { keys }),
  deed: () => ({ kind: 'page', what: id }),
});

/** Of everything at once, where that is not so already and the engine can do it. */
const everything = (kind: 'isolate' | 'offline' | 'guard' | 'unguard'): Action => ({
  id: `${kind}-all`,
  group: 'policy',
  deed: ({ standing, limits, ...rest }) => {
    const what = kind === 'guard' ? 'guard' : 'firewall';
    if (!standing || !connected({ standing, limits, ...rest })) return null;
    if (kind !== 'unguard' && limits.some((limit) => limit.what === what)) return null;
    const offer = offersForWhole({ kind: 'everything' }, standing).find((one) => one.kind === kind);
    return offer ? { kind: 'change', changes: [offer.change] } : null;
  },
});

/** For how long the guard may be asked to stand aside; null: until it is resumed. */
export const PAUSES = [
  { id: 'pause-5', minutes: 5 },
  { id: 'pause-30', minutes: 30 },
  { id: 'pause-open', minutes: null },
] as const;

/** Where the engine takes no rules nothing is held that could be let go. */
const mayPause = (context: ActionContext): boolean =>
  connected(context) &&
  context.standing !== null &&
  !context.isPaused &&
  !context.limits.some(({ what }) => what === 'firewall');

/** In the order in which they are listed. */
export const ACTIONS: readonly Action[] = [
  go('overview', 'o', 1),
  go('matrix', 'm', 2),
  go('containers', 'c', 3),
  go('compose', 'p', 4),
  go('images', 'i', 5),
  go('volumes', 'v', 6),
  go('networks', 'n', 7),
  go('services', 's', 8),
  go('engine', 'e', 9),
  go('history', 'h'),
  go('guide', 'u'),
  go('settings', ','),
  {
    id: 'run-container',
    group: 'manage',
    deed: (context) => (connected(context) ? { kind: 'go', screen: 'containers', query: { run: '' } } : null),
  },
  {
    id: 'export-diagram',
    group: 'go',
    keys: 'g x',
    deed: (context) =>
      connected(context) ? { kind: 'go', screen: 'matrix', query: { view: 'diagram', export: '' } } : null,
  },
  dialog('compose-open', 'compose', 'open'),
  dialog('image-pull', 'images', 'pull'),
  dialog('image-build', 'images', 'build'),
  dialog('image-load', 'images', 'load'),
  dialog('image-prune', 'images', 'prune'),
  dialog('network-create', 'networks', 'create'),
  dialog('network-prune', 'networks', 'prune'),
  dialog('volume-create', 'volumes', 'create'),
  dialog('volume-prune', 'volumes', 'prune'),
  everything('isolate'),
  everything('offline'),
  {
    id: 'release-all',
    group: 'policy',
    deed: (context) => {
      const changes = connected(context) ? releases(context.standing) : [];
      return changes.length > 0 ? { kind: 'change', changes } : null;
    },
  },
  everything('guard'),
  everything('unguard'),
  ...PAUSES.map(({ id, minutes }): Action => ({
    id,
    group: 'policy',
    deed: (context) =>
      mayPause(context)
        ? { kind: 'change', changes: [{ action: 'pause', ...(minutes === null ? {} : { minutes }) }] }
        : null,
  })),
  {
    id: 'resume',
    group: 'policy',
    deed: (context) =>
      connected(context) && context.isPaused ? { kind: 'change', changes: [{ action: 'resume' }] } : null,
  },
  {
    id: 'undo',
    group: 'policy',
    deed: (context) => (connected(context) && context.hasUndo ? { kind: 'undo' } : null),
  },
  {
    id: 'retry',
    group: 'engine',
    deed: ({ phase }) => (phase === 'lost' ? null : { kind: 'engine', what: 'retry' }),
  },
  {
    id: 'demo',
    group: 'engine',
    deed: ({ phase, isDemo }) => (phase === 'lost' || isDemo ? null : { kind: 'engine', what: 'demo' }),
  },
  {
    id: 'clear',
    group: 'engine',
    deed: (context) =>
      connected(context) && context.standing !== null ? { kind: 'change', changes: [{ action: 'clear' }] } : null,
  },
  page('palette', 'help', 'Mod+K'),
  page('shortcuts', 'help', '?'),
  page('light', 'view'),
  page('dark', 'view'),
  page('system-scheme', 'view'),
  page('english', 'view'),
  page('chinese', 'view'),
];

/** Frees every name that is isolated or cut off, whichever names those are. */
function releases(standing: Standing | null): Change[] {
  const names = standing ? [...new Set([...standing.isolated, ...standing.offline])] : [];
  return names.map((name) => ({ action: 'release', name }));
}

/** @throws Error for an id that is none of `ACTION_IDS` (a defect). */
export function actionOf(id: ActionId): Action {
  const action = ACTIONS.find((one) => one.id === id);
  if (!action) throw new Error(`no action is called ${id}`);
  return action;
}
