/** The wire of a real engine: `Wire` spoken to one helper. */
import * as z from 'zod';
import { toErrorShape } from '../../../shared/errors.ts';
import type { Counted } from '../../../shared/policy/counted.ts';
import type { NamespaceTable } from '../../../shared/policy/model.ts';
import type {
  LoadResult,
  Place,
  PlacedTable,
  ProbeOutcome,
  ProbeRequest,
  Wire,
  WireCapabilities,
} from '../../engine/driver.ts';
import { mapLimited } from '../../lib/limit.ts';
import { fingerprintOf } from '../../engine/fingerprint.ts';
import { readFilters, watchFilters } from './filters.ts';
import { chunks } from './chunks.ts';
import { GONE } from './gone.ts';
import type { OwnAddresses } from './own-addresses.ts';
import type { HelperSession } from './session.ts';

/** Namespaces worked on at once: each is a process of the helper for some milliseconds. */
const AT_ONCE = 6;
const READ_BATCH = 16;
/** Probes of one request. Its processes are bounded by the namespaces among them, not by this. */
const PROBE_BATCH = 256;
const PROBE_TIMEOUT_MS = 130_000;

const count = { packets: z.number(), bytes: z.number() };
const counted = z.object({
  /** Seconds since 1970. */
  since: z.number().optional(),
  rules: z.array(z.object({ chain: z.string(), rule: z.string(), verdict: z.enum(['drop', 'accept']), ...count })),
  elements: z.array(z.object({ set: z.string(), element: z.string(), ...count })),
});
const loadAnswer = z.object({
  sum: z.string().optional(),
  fingerprint: z.string().optional(),
  generation: z.string(),
  before: counted.optional(),
});
const readAnswer = z.object({
  tables: z.array(
    z.object({
      place: z.string(),
      generation: z.string().optional(),
      unchanged: z.boolean().optional(),
      fingerprint: z.string().optional(),
      sum: z.string().optional(),
      error: z.string().optional(),
    }),
  ),
});
const countersAnswer = z.object({
  places: z.array(z.union([counted.extend({ place: z.string() }), z.object({ place: z.string(), error: z.string() })])),
});
const listeningAnswer = z.object({ ports: z.array(z.number()) });
const probeEvent = z.object({
  i: z.number(),
  measured: z.enum(['open', 'blocked', 'error']),
  ms: z.number(),
  detail: z.string(),
  port: z.number().optional(),
});

/** Without a sum: no table of ours, or one of our loading that was not read yet. */
interface Seen {
  readonly generation?: string | undefined;
  readonly fingerprint?: string | undefined;
  readonly sum?: string | undefined;
  readonly unread?: boolean;
}

interface Job {
  readonly place: string;
  readonly run: () => Promise<void>;
}

export interface WireParts {
  readonly session: HelperSession;
  readonly capabilities: WireCapabilities;
  readonly machine: Wire['machine'];
  /** Of the addresses an interface holds, those that are the machine's own. */
  readonly own: OwnAddresses;
  /** Resolves when the helper's container is gone. */
  readonly gone: () => Promise<void>;
}

export function createWire({ session, capabilities, machine, own, gone }: WireParts): Wire {
  // What the kernel held after our own load, or at the first look: anything else later was not us.
  const sums = new Map<string, string>();
  // What was loaded or found last, and in which generation of the rules: as long as that lasts nothing else can be found.
  const seen = new Map<string, Seen>();
  const keyOf = ({ place, pid }: Place): string => `${place} ${pid}`;
  let probing: Promise<void> = Promise.resolve();

  const readBatch = async (places: readonly Place[]): Promise<PlacedTable[]> => {
    const asked = places.map((one) => {
      const last = seen.get(keyOf(one));
      return { ...one, generation: last?.unread ? '' : (last?.generation ?? '') };
    });
    const { tables } = readAnswer.parse(await session.call('read', { places: asked }));
    return tables.flatMap(({ place, error, unchanged, ...told }): PlacedTable[] => {
      if (error !== undefined) return GONE.test(error) ? [] : [{ place, fingerprint: '', error }];
      const key = keyOf(places.find((candidate) => candidate.place === place) ?? { place, pid: 0 });
      const last = seen.get(key);
      const found = unchanged ? last : told;
      if (found) seen.set(key, found);
      // The first look at what was loaded: it is ours when nobody has changed any rule since.
      if (last?.unread) sums.set(key, last.generation === told.generation && told.sum !== undefined ? told.sum : '');
      if (found?.sum === undefined) return [];
      const { fingerprint, sum } = found;
      const known = sums.get(key);
      if (known === undefined) sums.set(key, sum);
      const changed = known !== undefined && known !== sum;
      return [{ place, fingerprint: changed ? `${fingerprint ?? ''} changed` : (fingerprint ?? '') }];
    });
  };

  const probeBatch = async (
    batch: readonly ProbeRequest[],
    onOutcome: (index: number, outcome: ProbeOutcome) => void,
    signal: AbortSignal | undefined,
  ): Promise<void> => {
    const told = new Set<number>();
    try {
      await session.call(
        'probe',
        { requests: batch },
        {
          signal,
          timeoutMs: PROBE_TIMEOUT_MS,
          onEvent: (event) => {
            const { i, port, ...outcome } = probeEvent.parse(event);
            told.add(i);
            onOutcome(i, port === undefined ? outcome : { ...outcome, port });
          },
        },
      );
    } catch (thrown) {
      signal?.throwIfAborted();
      const detail = toErrorShape(thrown).message;
      for (const index of batch.keys()) {
        if (!told.has(index)) onOutcome(index, { measured: 'error', ms: 0, detail });
      }
    }
  };

  return {
    capabilities,
    machine,
    closed: session.closed,
    load: async (tables, places, remove) => {
      const byId = new Map(places.map((place) => [place.place, place]));
      const before = new Map<string, Counted>();
      const loading = ({ place, script, sever, admit }: NamespaceTable): Job => ({
        place,
        run: async (): Promise<void> => {
          const where = byId.get(place);
          if (!where) throw new Error('the container is not running');
          const fingerprint = fingerprintOf(script);
          // Only where a table of ours was loaded or seen can one be whose counts go on.
          const last = seen.get(keyOf(where));
          const carry = last !== undefined && (last.unread === true || last.fingerprint !== undefined);
          const { before: counts, ...loaded } = loadAnswer.parse(
            await session.call('load', { place: where, script, sever, fingerprint, admit, carry }),
          );
          if (loaded.sum === undefined) sums.delete(keyOf(where));
          else sums.set(keyOf(where), loaded.sum);
          seen.set(keyOf(where), { ...loaded, unread: loaded.sum === undefined });
          if (counts) before.set(place, countedAt(place, counts));
        },
      });
      const run = (jobs: readonly Job[]): Promise<LoadResult[]> =>
        mapLimited(jobs, AT_ONCE, async (job): Promise<LoadResult> => {
          const error = await failureOf(job.run());
          const counted = before.get(job.place);
          return { place: job.place, error, ...(counted ? { before: counted } : {}) };
        });
      const first = await run([
        ...tables.filter(({ admit }) => admit === undefined).map(loading),
        ...remove.map((where) => ({
          place: where.place,
          run: async (): Promise<void> => {
            await session.call('unload', { place: where });
            sums.delete(keyOf(where));
            seen.delete(keyOf(where));
          },
        })),
      ]);
      // Who is let through a guarded bridge has its own table by then; who has not, is not let through.
      const failed = new Set(first.flatMap(({ place, error }) => (error === null ? [] : [place])));
      const last = tables.flatMap((table) =>
        table.admit ? [{ ...table, admit: table.admit.filter(({ place }) => !failed.has(place)) }] : [],
      );
      return [...first, ...(await run(last.map(loading)))];
    },
    sweep: async (places) => {
      sums.clear();
      seen.clear();
      return mapLimited(places, AT_ONCE, async (where) => ({
        place: where.place,
        error: await failureOf(session.call('unload', { place: where, all: true })),
      }));
    },
    read: async (places) => (await mapLimited(chunks(places, READ_BATCH), AT_ONCE, readBatch)).flat(),
    counters: async (places) => {
      const batches = await mapLimited(chunks(places, READ_BATCH), AT_ONCE, async (batch) =>
        countersAnswer.parse(await session.call('counters', { places: batch })),
      );
      return batches
        .flatMap((batch) => batch.places)
        .flatMap((one) => ('error' in one ? [] : [countedAt(one.place, one)]));
    },
    filters: (places) => readFilters(session, places, own),
    watchFilters: (places, onChange, signal) => watchFilters(session, places, onChange, signal),
    listening: async (place) => listeningAnswer.parse(await session.call('listening', { place })).ports,
    probe: (requests, onOutcome, signal) => {
      // One after the other: a temporary listener of one batch must not look like a service to the next.
      const turn = probing.then(async () => {
        let offset = 0;
        for (const batch of chunks(requests, PROBE_BATCH)) {
          const base = offset;
          offset += batch.length;
          signal?.throwIfAborted();
          await probeBatch(batch, (index, outcome) => onOutcome(base + index, outcome), signal);
        }
      });
      probing = turn.catch(() => undefined);
      return turn;
    },
    // The helper lives exactly as long as its session, so `stopHelper` asks for nothing more.
    close: async () => {
      session.close();
      await gone();
    },
  };
}

/** The helper tells seconds. */
function countedAt(place: string, { since, rules, elements }: z.infer<typeof counted>): Counted {
  return { place, since: since === undefined ? null : since * 1000, rules, elements };
}

async function failureOf(work: Promise<unknown>): Promise<string | null> {
  try {
    await work;
    return null;
  } catch (thrown) {
    return toErrorShape(thrown).message;
  }
}
