/**
 * Keeps the wire equal to the policy, as containers and rules come and go.
 *
 * Past 400 lines: one state machine, whose steps share what they know of the wire.
 */
import type { GuardState, Pause } from '../../shared/contract/schemas.ts';
import { BulkheadError, toErrorShape, type ErrorShape } from '../../shared/errors.ts';
import type { Policy } from '../../shared/policy/model.ts';
import type { Denial } from '../../shared/reachability/model.ts';
import type { EngineDriver, Place, Wire, WireProgress } from '../engine/driver.ts';
import { backoffMs } from '../lib/backoff.ts';
import { cancelled, unlessAborted } from '../lib/abort.ts';
import { createSignal, type ReadableSignal } from '../lib/signal.ts';
import {
  denialsFor,
  differenceOf,
  placedAfterLook,
  placedNow,
  standingAside,
  stateOf,
  wantedFor,
  type Difference,
  type Placed,
  type Wanted,
} from './enforcement.ts';
import { createKeeping } from './keeping.ts';
import type { PairTraffic } from './counting.ts';
import { createDrift } from './drift.ts';
import { createTraffic, type Hit } from './traffic.ts';
import { closeWire, leaseWire, type Lease } from './wire-lease.ts';

export interface GuardOptions {
  readonly driver: EngineDriver;
  readonly policy: ReadableSignal<Policy>;
  /** While it holds a pause, nothing is wanted on the wire (ADR 16); absent: never. */
  readonly pause?: ReadableSignal<Pause | null>;
  /** Keep the wire true from now on (an app), or act only when asked (one command).  Default true. */
  readonly follow?: boolean;
  /** For tests: how often to look whether somebody else changed our tables (ms). */
  readonly lookEveryMs?: number;
}

export interface Guard {
  denials(): readonly Denial[];
  state(): GuardState;
  onChange(listener: () => void): () => void;
  /**
   * Resolves when the wire is what the policy wants.
   *
   * @throws BulkheadError `HELPER_FAILED` (or what the engine said) when it cannot be made so; `CANCELLED`.
   */
  ensure(signal?: AbortSignal, onProgress?: (progress: WireProgress) => void): Promise<void>;
  /**
   * Looks what is on the wire and changes nothing.  Never rejects: a failure shows in `state()`, and so does a table
   * that no rule wants.
   */
  observe(): Promise<void>;
  /**
   * Reads what our tables in these endpoints' places (all: `null`) and the machine's have counted.  Does nothing where there
   * are none.  Never rejects: what could not be read stays as it was.
   */
  count(endpoints: readonly string[] | null): Promise<void>;
  /** What was counted of a pair by the last `count`; null where nothing of ours is there to count. */
  traffic(from: string, to: string): PairTraffic | null;
  /** Pairs that were being refused at the last `count`, by the ids of all who share their stacks. */
  hits(): readonly Hit[];
  /** Removes our table from every namespace of the engine, whoever put it there, and ends the helper. */
  clear(options?: { readonly own?: boolean }): Promise<void>;
  close(): Promise<void>;
}

const LOOK_EVERY_MS = 30_000;
const BACKOFF = { firstMs: 500, capMs: 30_000 };
/** Topology and policy may change while loading; more rounds than this mean that they do all the time. */
const ROUNDS = 8;

export function createGuard(options: GuardOptions): Guard {
  const {
    driver,
    policy,
    pause = createSignal<Pause | null>(null),
    follow = true,
    lookEveryMs = LOOK_EVERY_MS,
  } = options;
  const listeners = new Set<() => void>();
  const progress = new Set<(step: WireProgress) => void>();
  let placed: Placed = new Map();
  // Whether every namespace has been looked at since the wire was last lost: nothing unknown of ours is anywhere.
  let looked = false;
  // Namespaces that could not be looked at, with why: as if `looked` were false for these alone.
  let unseen: ReadonlyMap<string, string> = new Map();
  const drift = createDrift();
  // Whether Bulkhead was on this engine before: then tables may be anywhere, also where no rule is.  Null: not asked yet.
  let traced: boolean | null = null;
  const keeping = createKeeping();
  let lease: Lease | null = null;
  let error: ErrorShape | null = null;
  let attempt = 0;
  let working = false;
  let waiting = false;
  let closed = false;
  let chain: Promise<void> = Promise.resolve();
  let retryTimer: NodeJS.Timeout | undefined;
  let wantedMemo: Wanted | null = null;
  let told: { wanted: Wanted; placed: Placed; coming: boolean; denials: readonly Denial[] } | null = null;

  const changed = (): void => {
    if (closed) return;
    for (const listener of [...listeners]) listener();
  };

  const wanted = (): Wanted => {
    const topology = driver.topology();
    const present = policy.get();
    const paused = pause.get() !== null;
    if (wantedMemo?.topology !== topology || wantedMemo.policy !== present || (wantedMemo.paused ?? false) !== paused) {
      const whole = wantedFor(present, topology);
      wantedMemo = paused ? standingAside(whole) : whole;
    }
    return wantedMemo;
  };

  /** The same list for as long as nothing has changed: whoever goes by it need not look at thousands of pairs again. */
  const denials = (): readonly Denial[] => {
    const now = wanted();
    const there = placedNow(now, placed);
    const coming = error === null && (follow || working || waiting);
    if (told?.wanted !== now || told.placed !== there || told.coming !== coming) {
      const list = denialsFor(now, there, coming ? 'pending' : 'failed');
      told = { wanted: now, placed: there, coming, denials: list };
    }
    return told.denials;
  };

  /** A rule whose container does not run yet: the wire must be there the moment it starts. */
  const mayNeedWire = ({ pairs, waits, paused }: Wanted): boolean =>
    follow && !paused && (waits || pairs.some(({ possible }) => possible));

  const openWire = async (): Promise<Wire> => {
    if (lease) return lease.wire;
    const opened = await leaseWire(driver, { onProgress: (step) => progress.forEach((listener) => listener(step)) });
    lease = opened;
    void opened.wire.closed.then(() => {
      if (lease !== opened) return;
      lease = null;
      looked = false;
      keeping.doubt();
      opened.release();
      if (follow && placed.size > 0) retrySoon();
    });
    return opened.wire;
  };

  const traffic = createTraffic({
    topology: () => driver.topology(),
    openWire,
    places: () => [...wanted().places.values()].filter(({ place }) => placed.has(place)),
  });

  const look = async (wire: Wire, places: readonly Place[]): Promise<void> => {
    const now = wanted();
    const before = placedNow(now, placed);
    const found = await wire.read(places);
    placed = placedAfterLook(now, placed, places, found);
    const next = new Map(unseen);
    for (const { place } of places) next.delete(place);
    for (const { place, error: why } of found) if (why !== undefined) next.set(place, why);
    unseen = next;
    drift.looked(places, before, placed, unseen);
    changed();
  };

  const nameIn = ({ topology }: Wanted, id: string): string =>
    topology.endpoints.find((endpoint) => endpoint.id === id)?.name ?? id;

  /** Places still there that could not be looked at. */
  const unseenIn = ({ places }: Wanted): Place[] => [...places.values()].filter(({ place }) => unseen.has(place));

  const apply = async (wire: Wire, now: Wanted, { load, remove, places }: Difference): Promise<string[]> => {
    const results = await wire.load(load, places, remove);
    traffic.carry(results);
    const next = new Map(placed);
    const failures: string[] = [];
    const failed = new Map(results.flatMap(({ place, error: why }) => (why === null ? [] : [[place, why]])));
    for (const { place } of [...load, ...remove]) {
      const why = failed.get(place);
      const fingerprint = now.tables.get(place)?.fingerprint;
      if (why === undefined) drift.loaded(place, fingerprint !== undefined);
      if (why !== undefined) failures.push(`${nameIn(now, place)}: ${why}`);
      else if (fingerprint === undefined) next.delete(place);
      else next.set(place, { pid: now.places.get(place)?.pid ?? 0, fingerprint, prints: now.prints });
    }
    placed = next;
    changed();
    return failures;
  };

  /** @param fresh a look was had just now: what could not be seen then is left for another time. */
  const toLook = (now: Wanted, fresh: boolean): Place[] =>
    looked ? (fresh ? [] : unseenIn(now)) : [...now.places.values()];

  const mayHaveLeftovers = async (): Promise<boolean> => (traced ??= (await driver.hasTrace?.()) ?? false);

  /** @param asked look at every namespace first, also when nothing is wanted: leftovers may be there. */
  const reconcile = async (asked: boolean): Promise<void> => {
    const thorough = asked || (follow && !looked && (await mayHaveLeftovers()));
    let failures: string[] = [];
    let fresh = false;
    for (let round = 0; round < ROUNDS && !closed; round += 1) {
      const now = wanted();
      placed = placedNow(now, placed);
      const nothing = now.tables.size === 0 && placed.size === 0;
      if (nothing && (!thorough || toLook(now, fresh).length === 0) && (lease || !mayNeedWire(now))) {
        if (lease) await keeping.hold(lease.wire, now);
        return;
      }
      const wire = await openWire();
      const places = toLook(now, fresh);
      if (places.length > 0) {
        await look(wire, places);
        looked = fresh = true;
        continue;
      }
      const difference = differenceOf(now, placed);
      if (difference.load.length + difference.remove.length === 0) {
        drift.settled();
        return keeping.hold(wire, now);
      }
      failures = await apply(wire, now, difference);
      // A container may have stopped under our hands, and the news be on its way.
      if (failures.length > 0 && !(await isOutdated(now))) break;
    }
    if (failures.length === 0 || closed) return;
    throw new BulkheadError({
      code: 'HELPER_FAILED',
      message: `Rules could not be put in place. ${failures.join('; ')}`,
      hint: 'Bulkhead tries again by itself. "bulkhead doctor" says what this engine allows.',
    });
  };

  const isOutdated = async (now: Wanted): Promise<boolean> => {
    await driver.refresh();
    return wanted() !== now;
  };

  /** Runs one piece of work at a time, and keeps the books on how it went. */
  const enqueue = (work: () => Promise<void>): Promise<void> => {
    const turn = chain.then(async () => {
      if (closed) throw cancelled();
      working = true;
      changed();
      try {
        await work();
        error = null;
        attempt = 0;
        // A wire that was lost at the very end has set it.
        if (lease || placed.size === 0) clearTimeout(retryTimer);
        if (placed.size === 0 && lease && !mayNeedWire(wanted())) {
          // Nothing to keep: the helper goes soon, unless somebody else needs it.
          lease.release();
          lease = null;
        }
      } catch (thrown) {
        error = toErrorShape(thrown);
        if (follow) retrySoon();
        throw thrown;
      } finally {
        working = false;
        changed();
      }
    });
    chain = turn.catch(() => undefined);
    return turn;
  };

  /** Something may have changed: at once when idle, else once more behind the present run. */
  const kick = (): void => {
    if (!waiting && !closed) {
      waiting = true;
      enqueue(() => {
        waiting = false;
        return reconcile(false);
      }).catch(() => (waiting = false));
    }
    changed();
  };

  const retrySoon = (): void => {
    if (closed) return;
    attempt += 1;
    clearTimeout(retryTimer);
    retryTimer = setTimeout(kick, backoffMs(attempt, BACKOFF));
    retryTimer.unref();
  };

  // Where somebody, perhaps we ourselves, has changed rules since the last look.
  const stirred = new Set<string>();

  /** A table of ours that somebody took away is put back at once, not at the next patrol. */
  const onRules = (places: readonly string[]): void => {
    const first = stirred.size === 0;
    for (const place of places) if (placed.has(place)) stirred.add(place);
    if (!first || stirred.size === 0 || closed) return;
    enqueue(async () => {
      const now = wanted();
      const some = [...now.places.values()].filter(({ place }) => stirred.has(place));
      stirred.clear();
      if (!lease || some.length === 0) return;
      await look(lease.wire, some);
      await reconcile(false);
    }).catch(() => undefined);
  };

  const patrol = (): void => {
    if (working || waiting || error !== null || placed.size === 0) return;
    enqueue(async () => {
      const now = wanted();
      const places = [...now.places.values()].filter(({ place }) => placed.has(place) || now.tables.has(place));
      await look(await openWire(), places);
      keeping.doubt();
      await reconcile(false);
    }).catch(() => undefined);
  };

  const stops = follow
    ? [
        driver.onTopology(kick),
        driver.onRules?.(onRules) ?? ((): void => undefined),
        policy.subscribe(kick),
        pause.subscribe(kick),
        driver.onHealth(({ phase }) => {
          if (phase === 'connected' && error !== null) kick();
        }),
      ]
    : [driver.onTopology(changed), policy.subscribe(changed), pause.subscribe(changed)];
  const patrolTimer = follow ? setInterval(patrol, lookEveryMs) : undefined;
  patrolTimer?.unref();
  if (follow) kick();

  return {
    denials,
    state: () =>
      stateOf({
        denials: denials(),
        error,
        repaired: drift.repaired(),
        pause: pause.get(),
        isPlaced: placedNow(wanted(), placed).size > 0,
      }),
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    ensure: async (signal, onProgress) => {
      const tell = (step: WireProgress): void => onProgress?.(step);
      progress.add(tell);
      try {
        await unlessAborted(
          enqueue(() => reconcile(true)),
          signal,
        );
      } finally {
        progress.delete(tell);
      }
    },
    observe: () =>
      enqueue(async () => {
        const now = wanted();
        if (now.tables.size === 0 && !(await mayHaveLeftovers())) return;
        await look(await openWire(), [...now.places.values()]);
        looked = true;
        const strays = differenceOf(now, placed).remove.map(({ place }) => nameIn(now, place));
        if (strays.length > 0) throw leftovers(strays);
      }).catch(() => undefined),
    count: (endpoints) => (closed || placed.size === 0 ? Promise.resolve() : traffic.count(endpoints)),
    traffic: traffic.of,
    hits: traffic.hits,
    clear: ({ own = false } = {}) =>
      enqueue(async () => {
        // Who shares an engine may have put tables where no rule of ours is: all places are looked at.
        await driver.refresh();
        const wire = await openWire();
        const places = [...wanted().places.values()];
        await look(wire, places);
        const held = places.filter(({ place }) => placed.has(place));
        // Another Bulkhead's tables do not show in what is read of our own.
        const all = own ? undefined : wire.sweep?.(places);
        const removed = await (all ?? wire.load([], [], held));
        const failed = removed.filter(({ place, error: why }) => why !== null && placed.has(place));
        await look(wire, places);
        // What stopped meanwhile took its tables with it; what still runs and was not seen may hold one.
        await driver.refresh();
        const now = wanted();
        placed = placedNow(now, placed);
        const blind = unseenIn(now).map(({ place }) => `${nameIn(now, place)}: ${unseen.get(place) ?? ''}`);
        if (placed.size > 0 || blind.length > 0) {
          const reasons = failed.map(({ place, error: why }) => `${nameIn(now, place)}: ${why ?? ''}`);
          throw new BulkheadError({
            code: 'HELPER_FAILED',
            message: `Rules could not be removed everywhere. ${[...reasons, ...blind].join('; ')}`,
            hint: 'Try again; restarting a container removes the rules inside it.',
          });
        }
        lease?.release();
        lease = null;
        await closeWire(driver);
      }),
    close: async () => {
      if (closed) return;
      for (const stop of stops) stop();
      clearInterval(patrolTimer);
      clearTimeout(retryTimer);
      closed = true;
      listeners.clear();
      await chain;
      lease?.release();
      lease = null;
      await closeWire(driver);
    },
  };
}

function leftovers(names: readonly string[]): BulkheadError {
  return new BulkheadError({
    code: 'HELPER_FAILED',
    message: `Rules that your policy does not hold any more are still in force in: ${names.join(', ')}.`,
    hint: 'The app removes them when it starts; "bulkhead clear" removes everything of Bulkhead.',
  });
}
