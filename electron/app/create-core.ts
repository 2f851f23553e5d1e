/**
 * The composition root: builds the core out of engine, guard, store and prediction.  No Electron in it.
 */
import type { ContainerView } from '../../shared/contract/containers.ts';
import type { JournalEntryView } from '../../shared/contract/journal.ts';
import type { EngineState, MatrixFrame } from '../../shared/contract/schemas.ts';
import { BulkheadError, toErrorShape, type ErrorShape } from '../../shared/errors.ts';
import { createSignal } from '../lib/signal.ts';
import { createProjectStore } from '../store/compose-projects.ts';
import { createEngineList } from '../store/engine-list.ts';
import { createPolicyStore } from '../store/policy-store.ts';
import { createSettingsStore } from '../store/settings-store.ts';
import { cellView, planView } from './cells.ts';
import { mountsOf } from './container-detail.ts';
import { startCommit, startContainerAction, startRun } from './container-jobs.ts';
import type { Core } from './core.ts';
import { createDesktopLink } from './desktop-link.ts';
import { diagnose } from './doctor.ts';
import { compareView, diagramView, exportView } from './export/export-view.ts';
import { createCoreSettings } from './core-settings.ts';
import { createDownloads } from './downloads.ts';
import { createFleet } from './fleet.ts';
import { historyView } from './history.ts';
import { isolationsOf } from './isolation.ts';
import { createJobs } from './jobs.ts';
import { DEMO_ADDRESS, engineChoices, NoEngineError, openDriver } from './open-driver.ts';
import { createMachineUse } from './machine-use.ts';
import { overviewOf } from './overview.ts';
import { openSession, type Session, type Tally } from './session.ts';
import { lastCapabilities } from '../guard/wire-lease.ts';
import { limitsOf } from './limits.ts';
import { createTrafficWatch } from './traffic.ts';
import { createStatsHub } from './stats-hub.ts';
import { createUploads } from './uploads.ts';
import { containerList, engineView, matrixFrame, namesOf } from './views.ts';

export interface CoreOptions {
  readonly version: string;
  readonly configDir: string;
  /** Where the desktop app kept settings of its own once. */
  readonly desktopDir?: string | undefined;
  /** What `--engine` says; absent: discover, and fall back to the demo when nothing answers. */
  readonly engine?: string | undefined;
  /** Whether somebody is there to be asked which engine to open, at the first run. */
  readonly asks?: boolean;
}

/** Frames follow changes at most this often (ms): a burst of events is one picture. */
const FRAME_INTERVAL_MS = 80;
/** How long to wait before looking again for an engine that was asked for and not there (ms). */
const RETRY_MS = 5000;
/** So many changes a page shows. */
const HISTORY = 200;

/** Failures that pass by themselves: an engine that starts answers 500 or 503 for a while; a file may be corrected. */
const RETRYABLE: ReadonlySet<ErrorShape['code']> = new Set([
  'ENGINE_ABSENT',
  'ENGINE_UNREACHABLE',
  'ENGINE_PERMISSION',
  'ENGINE_REFUSED',
  'ENGINE_BUSY',
  'POLICY_FILE',
]);

/** Starts connecting at once and returns before it has: `engine.onState` tells how it goes. */
export function createCore(options: CoreOptions): Core {
  const store = createPolicyStore({ configDir: options.configDir });
  const settings = createSettingsStore(options);
  /** Null until the settings are known. */
  const waits = createSignal<boolean | null>(null);
  const state = createSignal<EngineState>({ phase: 'connecting', address: options.engine ?? '' });
  const frame = createSignal<MatrixFrame | null>(null);
  const list = createSignal<ContainerView[] | null>(null);
  const entries = createSignal<JournalEntryView[] | null>(null);
  const jobs = createJobs();
  const downloads = createDownloads();
  const stats = createStatsHub(() => connected().driver.manage.containers);
  const use = createMachineUse({
    running: () => (list.get() ?? []).filter((one) => one.state === 'running'),
    manage: () => connected().driver.manage,
  });
  const uploads = createUploads();
  const projects = createProjectStore(options.configDir, () => connected().driver.address);
  const fleet = createFleet({ list: createEngineList(settings) });
  const desktop = createDesktopLink();
  let session: Session | null = null;
  let wanted = options.engine;
  let attempt = new AbortController();
  let retryTimer: NodeJS.Timeout | undefined;
  let frameTimer: NodeJS.Timeout | undefined;
  let revision = 0;
  let closed = false;
  let moving: Promise<void> = Promise.resolve();

  const publish = (): void => {
    frameTimer = undefined;
    if (!session) return;
    const topology = session.topology();
    revision += 1;
    const policy = session.policy();
    const limits = limitsOf(lastCapabilities(session.driver), session.driver);
    frame.set(matrixFrame(revision, topology, session.matrix(), session.guardState(), policy, limits));
    list.set(containerList(topology, isolationsOf(policy, topology)));
  };
  /** Readings follow each other, so that an older one never replaces a newer; what cannot be read stays as it was. */
  let reading: Promise<void> = Promise.resolve();
  const readJournal = (): void => {
    const asked = session;
    reading = reading.then(async () => {
      const read = await asked?.journal().catch(() => null);
      if (read && session === asked) entries.set(historyView(read, HISTORY));
    });
  };
  const schedule = (): void => {
    frameTimer ??= setTimeout(publish, FRAME_INTERVAL_MS);
  };

  const showHealth = (current: Session): void => {
    const health = current.driver.health();
    const engine = engineView(current.driver);
    state.set(
      health.phase === 'connected'
        ? { phase: 'connected', engine }
        : { phase: 'reconnecting', engine, error: health.error, attempt: health.attempt },
    );
  };

  const leave = async (): Promise<void> => {
    clearTimeout(retryTimer);
    clearTimeout(frameTimer);
    frameTimer = undefined;
    attempt.abort();
    await jobs.close();
    jobs.tidy();
    downloads.clear();
    uploads.clear();
    const old = session;
    if (old) state.set({ phase: 'connecting', address: wanted ?? '' });
    session = null;
    frame.set(null);
    list.set(null);
    entries.set(null);
    await old?.close();
  };

  const enter = async (address = wanted, quiet = false): Promise<void> => {
    attempt = new AbortController();
    const { signal } = attempt;
    // A try of our own behind a failure that is on screen must not make the page flicker.
    if (!quiet) state.set({ phase: 'connecting', address: address ?? '' });
    try {
      const driver = await openDriver(address, { signal, configDir: options.configDir });
      const opened = await openSession({ driver, store, follow: true }).catch(async (thrown: unknown) => {
        await driver.close();
        throw thrown;
      });
      if (signal.aborted || closed) {
        await opened.close();
        return;
      }
      session = opened;
      opened.onChange(schedule);
      opened.onJournal(readJournal);
      driver.onHealth(() => showHealth(opened));
      driver.onTopology(() => showHealth(opened));
      showHealth(opened);
      publish();
      readJournal();
      void beginGuarded(opened, signal);
    } catch (thrown) {
      if (signal.aborted || closed) return;
      if (wanted === undefined && thrown instanceof NoEngineError && thrown.isNothingThere) {
        // Nothing is installed or running: the app is still worth opening.  Trying again looks for real ones first.
        await enter(DEMO_ADDRESS);
        return;
      }
      const error = toErrorShape(thrown);
      state.set({ phase: 'failed', error, tried: thrown instanceof NoEngineError ? [...thrown.tried] : [] });
      if (retryable(error)) retryTimer = setTimeout(() => void move(wanted, true), RETRY_MS);
    }
  };

  /** As the settings want engines that have no policy yet.  What fails is in the journal, as with any change. */
  const beginGuarded = async ({ driver, apply }: Session, signal: AbortSignal): Promise<void> => {
    if (settings.known.get().settings.guard.posture !== 'guarded') return;
    try {
      if (await store.has(driver.address)) return;
      await apply({ action: 'guard', name: 'posture' }, { signal });
    } catch {
      // Told by the journal and by the guard's own state.
    }
  };

  /** At the first run nothing is opened before a person has said which. */
  const begin = async (): Promise<void> => {
    await settings.ready;
    const { engines, start } = settings.known.get().settings;
    wanted ??= engines.open === '' ? undefined : engines.open;
    const isFirst = options.asks === true && wanted === undefined && !start.welcomed;
    waits.set(isFirst);
    if (!isFirst && !closed) await enter();
  };

  /** Leaves the present engine for another; moves never overlap. */
  const move = (address: string | undefined, quiet = false): Promise<void> => {
    attempt.abort();
    moving = moving.then(async () => {
      if (closed) return;
      waits.set(false);
      await leave();
      wanted = address;
      await enter(address, quiet);
    });
    return moving;
  };

  const connected = (): Session => {
    if (session) return session;
    throw new BulkheadError({
      code: 'ENGINE_UNREACHABLE',
      message: 'No engine is connected.',
      hint: 'Wait until it is, or choose another engine.',
    });
  };

  moving = begin();

  return {
    app: { info: () => ({ version: options.version, configDir: options.configDir }) },
    settings: createCoreSettings(settings, waits, options.configDir),
    engine: {
      state: () => state.get(),
      onState: (listener) => state.subscribe(listener),
      choices: () => engineChoices(settings.known.get().settings.engines.known),
      use: (address) => move(address),
      retry: () => move(wanted),
      doctor: () => diagnose(session, state.get()),
      discover: async (signal) => {
        const asked = connected();
        const { read, unread } = await asked.discover(signal);
        const names = namesOf(asked.topology());
        return { read, unread: unread.map(({ containerId, why }) => ({ name: names.get(containerId) ?? '', why })) };
      },
    },
    fleet,
    matrix: {
      frame: () => frame.get(),
      onFrame: (listener) => frame.subscribe((value) => value && listener(value)),
      explain: (from, to) => cellView(connected(), from, to),
    },
    diagram: {
      get: (scope) => diagramView(connected(), scope),
      export: (input) => exportView(connected(), input),
      compare: (input) => compareView(connected(), input),
    },
    traffic: createTrafficWatch(() => session),
    policy: {
      plan: async (change) => planView(await connected().plan(change)),
      apply: async (change, { signal, onEvent }, who) => {
        const tally = await connected().apply(change, {
          signal,
          who,
          onProgress: (step, detail) => onEvent({ kind: 'progress', step, detail }),
          onProbe: (probe) => onEvent({ kind: 'probe', probe }),
        });
        const { agree, disagree, errors, untried } = tally;
        const rest = untried ? { untried } : {};
        onEvent({ kind: 'done', holds: holds(tally), agree, disagree, errors, ...rest });
      },
    },
    journal: {
      list: async (limit = HISTORY) => historyView(await connected().journal(), limit),
      entries: () => entries.get(),
      onEntries: (listener) => entries.subscribe((value) => value && listener(value)),
    },
    verify: {
      run: async (scope, { signal, onEvent }) => {
        const tally = await connected().verify(scope, {
          signal,
          onProbe: (probe) => onEvent({ kind: 'probe', probe }),
          onCount: (done, total) => onEvent({ kind: 'progress', done, total }),
        });
        const { agree, disagree, errors, untried } = tally;
        onEvent({ kind: 'done', agree, disagree, errors, ...(untried ? { untried } : {}) });
      },
    },
    containers: {
      list: () => list.get(),
      onList: (listener) => list.subscribe((value) => value && listener(value)),
      act: (action) => {
        const { driver, topology } = connected();
        return startContainerAction(jobs, { manage: driver.manage, topology: topology() }, action);
      },
      run: (request) => {
        const { driver, replace } = connected();
        return startRun(jobs, { manage: driver.manage, replace }, request);
      },
      commit: (request) => startCommit(jobs, connected().driver.manage, request),
      mounts: (ref) => mountsOf(connected().topology(), ref),
      stats,
    },
    overview: {
      now: () => session && frame.get() && overviewOf(session),
      onChange: (listener) => frame.subscribe((value) => value && listener()),
      onUse: (listener) => use.watch(listener),
    },
    topology: {
      now: () => session?.topology() ?? null,
      known: () => connected().topology(),
      refresh: async () => void (await connected().driver.refresh()),
      // As often as frames are: a burst of events is one picture.
      onChange: (listener) => frame.subscribe((value) => value && session && listener(session.topology())),
    },
    projects,
    manage: () => connected().driver.manage,
    jobs,
    downloads,
    uploads,
    desktop,
    close: async () => {
      closed = true;
      settings.close();
      stats.close();
      use.close();
      attempt.abort();
      await moving;
      await leave();
    },
  };
}

/** Nothing that was wanted shut is open and nothing failed to be tried. */
export function holds({ disagree, errors, unheld = 0 }: Tally): boolean {
  return disagree === 0 && errors === 0 && unheld === 0;
}

/** Whether the same try may succeed later without the user doing anything in Bulkhead (a corrected file included). */
function retryable({ code }: ErrorShape): boolean {
  return RETRYABLE.has(code);
}
