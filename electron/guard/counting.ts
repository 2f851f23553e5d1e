/**
 * What our tables have refused and let pass, by ordered pair, added up over the tables that come and go: each load begins
 * at nought, and what a meter met is forgotten by the kernel after a while.  Rules K2, K3, K5 of shared/policy/SPEC.md.
 */
import { pairCounts, type Counted, type PairCount } from '../../shared/policy/counted.ts';
import { pairKey } from '../../shared/policy/resolve.ts';
import type { Topology } from '../../shared/topology/model.ts';

export interface Flow {
  readonly packets: number;
  readonly bytes: number;
  /** Over the last 5 to 10 seconds, or since the look before if that is longer ago; 0 before there were two looks. */
  readonly packetsPerSecond: number;
  readonly bytesPerSecond: number;
}

export interface PairTraffic {
  readonly refused: Flow;
  /** By what a list of allowed ports or sides let pass, answers included. */
  readonly passed: Flow;
  /** From when on every packet is in it (ms since 1970); null where that is not known. */
  readonly since: number | null;
}

export interface Counting {
  /** Adds what was read at one time (ms since 1970).  Tables may be others than at the last look. */
  note(topology: Topology, counted: readonly Counted[], at: number): void;
  /** Of two owners of stacks, services or zones; null where no place of either was looked at yet. */
  of(from: string, to: string, places: readonly string[]): PairTraffic | null;
  /** Pairs that were being refused at the last look. */
  hits(): readonly { readonly from: string; readonly to: string; readonly refused: Flow }[];
  /** Forgets places that are gone. */
  keep(places: ReadonlySet<string>): void;
}

type What = PairCount['what'];

interface At {
  /** Of the table that is there. */
  since: number | null;
  /** Of the first table that was seen there. */
  first: number | null;
  lookedAt: number;
  /** What each set's element and each rule had counted at the last look. */
  readonly last: Map<string, Amount>;
}

interface Amount {
  readonly packets: number;
  readonly bytes: number;
}

interface Line {
  readonly from: string;
  readonly to: string;
  readonly what: What;
  readonly place: string;
  flow: Flow;
  /** Looks to measure the rate from: the second takes the place of the first when it is old enough itself. */
  base: Stand;
  next: Stand;
}

interface Stand extends Amount {
  readonly at: number;
}

const NOTHING: Flow = { packets: 0, bytes: 0, packetsPerSecond: 0, bytesPerSecond: 0 };
/** Somebody who tries every other second is trying all the time: a rate is measured over at least so long (ms). */
const SPAN = 5_000;
/** Of two looks nearer to each other (ms) a rate is what it would be over so long. */
const LEAST_SPAN = 250;

export function createCounting(): Counting {
  const places = new Map<string, At>();
  /** By pair, then by place and kind. */
  const lines = new Map<string, Map<string, Line>>();

  const lineOf = ({ from, to, what }: PairCount, place: string, at: number): Line => {
    const key = pairKey(from, to);
    let own = lines.get(key);
    if (!own) lines.set(key, (own = new Map<string, Line>()));
    const id = `${what} ${place}`;
    let line = own.get(id);
    const start = { at, packets: 0, bytes: 0 };
    if (!line) own.set(id, (line = { from, to, what, place, flow: NOTHING, base: start, next: start }));
    return line;
  };

  const noteOne = (topology: Topology, counted: Counted, at: number): void => {
    const { place, since } = counted;
    const known = places.get(place);
    const here: At = known ?? { since, first: since ?? at, lookedAt: at, last: new Map() };
    places.set(place, here);
    if (here.since !== since) here.last.clear();
    here.since = since;
    for (const count of pairCounts(topology, newIn(counted, here.last))) {
      // What is first seen now was not there at the look before.
      const line = lineOf(count, place, here.lookedAt);
      const { packets, bytes } = line.flow;
      line.flow = { ...line.flow, packets: packets + count.packets, bytes: bytes + count.bytes };
      // At the first look nobody knows when it came.
      if (!known) line.base = line.next = { at, packets: line.flow.packets, bytes: line.flow.bytes };
    }
    for (const own of lines.values()) for (const line of own.values()) if (line.place === place) measure(line, at);
    here.lookedAt = at;
  };

  const flowOf = (own: ReadonlyMap<string, Line>, what: What): Flow => {
    const flows = [...own.values()].filter((line) => line.what === what).map(({ flow }) => flow);
    // A packet is refused once, and passes every place on its way.
    return what === 'refused' ? flows.reduce(sum, NOTHING) : flows.reduce(larger, NOTHING);
  };

  return {
    note: (topology, counted, at) => {
      for (const one of counted) noteOne(topology, one, at);
    },
    of: (from, to, asked) => {
      const looked = asked.flatMap((place) => places.get(place) ?? []);
      if (looked.length === 0) return null;
      const own = lines.get(pairKey(from, to)) ?? new Map<string, Line>();
      const firsts = looked.map(({ first }) => first);
      const since = firsts.some((first) => first === null) ? null : Math.max(...firsts.map((first) => first ?? 0));
      return { refused: flowOf(own, 'refused'), passed: flowOf(own, 'passed'), since };
    },
    hits: () =>
      [...lines.values()].flatMap((own) => {
        const [line] = own.values();
        const refused = flowOf(own, 'refused');
        return line && refused.packetsPerSecond > 0 ? [{ from: line.from, to: line.to, refused }] : [];
      }),
    keep: (present) => {
      for (const place of places.keys()) if (!present.has(place)) places.delete(place);
      for (const [key, own] of lines) {
        for (const [at, { place }] of own) if (!present.has(place)) own.delete(at);
        if (own.size === 0) lines.delete(key);
      }
    },
  };
}

/** Brings the rate of a line up to a look. */
function measure(line: Line, at: number): void {
  const { packets, bytes } = line.flow;
  const span = at - line.base.at;
  const per = (now: number, then: number): number => ((now - then) * 1000) / Math.max(span, LEAST_SPAN);
  line.flow = {
    packets,
    bytes,
    packetsPerSecond: per(packets, line.base.packets),
    bytesPerSecond: per(bytes, line.base.bytes),
  };
  if (at - line.next.at < SPAN) return;
  line.base = line.next;
  line.next = { at, packets, bytes };
}

/** What came since the last look; remembers what was read.  What counts less than before was forgotten in between. */
function newIn({ place, since, rules, elements }: Counted, last: Map<string, Amount>): Counted {
  const seen = new Map<string, Amount>();
  const added = <T extends Amount>(one: T, key: string): T => {
    const before = last.get(key) ?? { packets: 0, bytes: 0 };
    const { packets, bytes } = one;
    seen.set(key, { packets, bytes });
    const grew = packets >= before.packets;
    return { ...one, packets: grew ? packets - before.packets : packets, bytes: grew ? bytes - before.bytes : bytes };
  };
  const fresh = {
    place,
    since,
    rules: rules.map((one) => added(one, `${one.chain} ${one.rule} ${one.verdict}`)).filter(isSome),
    elements: elements.map((one) => added(one, `${one.set} ${one.element}`)).filter(isSome),
  };
  last.clear();
  for (const [key, amount] of seen) last.set(key, amount);
  return fresh;
}

function isSome({ packets }: Amount): boolean {
  return packets > 0;
}

function sum(one: Flow, other: Flow): Flow {
  return {
    packets: one.packets + other.packets,
    bytes: one.bytes + other.bytes,
    packetsPerSecond: one.packetsPerSecond + other.packetsPerSecond,
    bytesPerSecond: one.bytesPerSecond + other.bytesPerSecond,
  };
}

function larger(one: Flow, other: Flow): Flow {
  return other.packets > one.packets ? other : one;
}
