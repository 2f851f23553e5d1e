/** A core for tests of what stands on top of it: tests set its values, and count who listens. */
import { BulkheadError } from '../../shared/errors.ts';
import type { ContainerView } from '../../shared/contract/containers.ts';
import type { JournalEntryView } from '../../shared/contract/journal.ts';
import type { CellView, Change, EngineState, MatrixFrame } from '../../shared/contract/schemas.ts';
import type { SettingsView } from '../../shared/contract/settings.ts';
import { DEFAULT_SETTINGS, patched, type SettingsPatch } from '../../shared/settings.ts';
import { understand } from '../../shared/settings-schema.ts';
import type { Core, Running, Unsubscribe } from '../app/core.ts';
import { createDesktopLink } from '../app/desktop-link.ts';
import { createDownloads } from '../app/downloads.ts';
import { createJobs } from '../app/jobs.ts';
import { createUploads } from '../app/uploads.ts';

export interface FakeCore extends Core {
  /** Listeners and long calls that are alive. */
  readonly alive: () => number;
  readonly setFrame: (frame: MatrixFrame) => void;
  readonly setHistory: (entries: JournalEntryView[]) => void;
  readonly setState: (state: EngineState) => void;
  readonly setSettings: (patch: SettingsPatch) => void;
}

export interface FakeCoreOptions {
  /** What `verify.run` does; default: nothing until it is cancelled. */
  readonly verify?: (running: Parameters<Core['verify']['run']>[1]) => Promise<void>;
}

export function fakeCore({ verify = untilCancelled }: FakeCoreOptions = {}): FakeCore {
  let alive = 0;
  let frame: MatrixFrame | null = null;
  let state: EngineState = { phase: 'connecting', address: 'demo' };
  const frames = listeners<MatrixFrame>();
  const states = listeners<EngineState>();
  const histories = listeners<JournalEntryView[]>();
  let history: JournalEntryView[] | null = null;
  const lists = listeners<ContainerView[]>();
  const views = listeners<SettingsView>();
  let settings: SettingsView | null = null;
  const setSettings = (patch: SettingsPatch): void => {
    const raw = patched({ ...(settings?.settings ?? DEFAULT_SETTINGS) }, patch);
    const trouble = { aside: [], strange: [], error: null };
    settings = { settings: understand(raw).settings, trouble, firstRun: false };
    views.tell(settings);
  };
  const jobs = createJobs({ tellMs: 0 });

  const counted = async <Event>(running: Running<Event>, work: (running: Running<Event>) => Promise<void>) => {
    alive += 1;
    try {
      await work(running);
    } finally {
      alive -= 1;
    }
  };

  return {
    alive: () => alive + frames.size() + states.size() + lists.size() + histories.size(),
    setFrame: (next) => {
      frame = next;
      frames.tell(next);
    },
    setHistory: (next) => {
      history = next;
      histories.tell(next);
    },
    setState: (next) => {
      state = next;
      states.tell(next);
    },
    setSettings: (patch) => setSettings(patch),
    app: { info: () => ({ version: '1.2.3', configDir: '/config' }) },
    settings: {
      view: () => settings,
      onView: views.add,
      set: (patch) => Promise.resolve(setSettings(patch)),
      export: () => Promise.resolve('{}'),
      import: () => Promise.resolve(),
      where: () => ({ folder: '/config', file: '/config/settings.json' }),
      found: () => Promise.resolve([]),
    },
    engine: {
      state: () => state,
      onState: states.add,
      choices: () => Promise.resolve([{ address: 'demo', source: 'demo' }]),
      use: () => Promise.resolve(),
      retry: () => Promise.reject(new Error('a defect')),
      doctor: () => Promise.resolve({ version: 1, findings: [] }),
      discover: () => Promise.resolve({ read: 0, unread: [] }),
    },
    fleet: { onCards: () => () => undefined, add: () => Promise.resolve(), forget: () => Promise.resolve() },
    matrix: {
      frame: () => frame,
      onFrame: frames.add,
      explain: (from): CellView => {
        throw new BulkheadError({ code: 'NOT_FOUND', message: `There is no endpoint ${from}.`, hint: 'Look again.' });
      },
    },
    diagram: {
      get: () => ({
        engine: { name: '', version: '', kind: 'demo' },
        scope: '',
        nodes: [],
        compartments: [],
        edges: [],
        omitted: 0,
        masters: [],
      }),
      export: ({ format }) =>
        Promise.resolve({ name: format, mediaType: 'text/plain', encoding: 'text', content: '', notes: [] }),
      compare: () => Promise.resolve({ lines: [], svg: '', notes: [] }),
    },
    traffic: { onPair: () => () => undefined, onHits: () => () => undefined },
    policy: {
      plan: (change) => {
        const { from, to } = sidesOf(change);
        const nothing = { pairs: [], steps: [], obstacles: [], possible: true, ports: null };
        return Promise.resolve({ action: change.action, from, to, ...nothing });
      },
      apply: (_change, running) => counted(running, untilCancelled),
    },
    journal: { list: () => Promise.resolve(history ?? []), entries: () => history, onEntries: histories.add },
    verify: { run: (_scope, running) => counted(running, verify) },
    containers: {
      list: () => [],
      onList: lists.add,
      act: () => 'job',
      run: () => 'job',
      commit: () => 'job',
      mounts: () => [],
      stats: { watch: () => () => undefined },
    },
    overview: { now: () => null, onChange: () => () => undefined, onUse: () => () => undefined },
    topology: {
      now: () => null,
      known: () => {
        throw new BulkheadError({ code: 'ENGINE_UNREACHABLE', message: 'No engine is connected.', hint: '' });
      },
      refresh: () => Promise.resolve(),
      onChange: () => () => undefined,
    },
    projects: {
      list: () => Promise.resolve([]),
      remember: () => Promise.resolve(),
      forget: () => Promise.resolve(),
      onChange: () => () => undefined,
    },
    manage: () => {
      throw new BulkheadError({ code: 'ENGINE_UNREACHABLE', message: 'No engine is connected.', hint: '' });
    },
    jobs,
    downloads: createDownloads(),
    uploads: createUploads(),
    desktop: createDesktopLink(),
    close: () => Promise.resolve(),
  };
}

/** A frame that differs from others by its revision. */
export function frameOf(revision: number): MatrixFrame {
  return {
    revision,
    endpoints: [],
    networks: [],
    verdicts: '',
    flags: '',
    guard: { phase: 'idle', denied: 0, held: 0, impossible: 0, error: null },
    standing: { posture: 'open', guarded: [], isolated: [], offline: [] },
  };
}

function sidesOf(change: Change): { readonly from: string; readonly to: string } {
  if (change.action === 'undo') return { from: change.entry, to: '' };
  if (change.action === 'pause' || change.action === 'resume' || change.action === 'clear') return { from: '', to: '' };
  return 'name' in change ? { from: change.name, to: '' } : change;
}

function untilCancelled({ signal }: { readonly signal: AbortSignal }): Promise<void> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

function listeners<T>() {
  const all = new Set<(value: T) => void>();
  return {
    size: () => all.size,
    tell: (value: T) => all.forEach((listener) => listener(value)),
    add: (listener: (value: T) => void): Unsubscribe => {
      all.add(listener);
      return () => all.delete(listener);
    },
  };
}
