/** The positive control: every kind of way that must be shut is seen open where it is looked for, without a policy. */
import { setTimeout as pause } from 'node:timers/promises';
import { isAllowed, isWanted, type Arrival, type Place, type Posture } from './arrivals.ts';
import type { World } from './world.ts';

const INSIDE: readonly Place[] = ['interface', 'stack'];
const EVERYWHERE: readonly Place[] = ['port', ...INSIDE];
const FAMILIES = ['4', '6'] as const;
const PROTOCOLS = ['tcp', 'udp', 'icmp'] as const;
/** Of these a socket is given what arrived, too. */
const PORTS = { tcp: '/5432', udp: '/5433', icmp: '' } as const;

const SEEN_WITHIN_MS = 180_000;

export interface Controlled {
  readonly posture: Posture;
  /** Whether docker-proxy serves published ports. */
  readonly proxy: boolean;
}

/** What has to be seen, as `FROM WAY PLACE`. */
function wanted({ posture, proxy }: Controlled): readonly string[] {
  const all: string[] = [];
  const add = (from: string, way: string, places: readonly Place[]): void => {
    for (const place of places) all.push(`${from} ${way} ${place}`);
  };
  for (const family of FAMILIES) {
    for (const protocol of PROTOCOLS) {
      for (const by of ['', '@db']) {
        add(
          'intruder',
          `${protocol}${family}${by}${PORTS[protocol]}`,
          protocol === 'tcp' && by ? ['socket'] : [...INSIDE, 'socket'],
        );
      }
    }
  }
  if (posture === 'open') return all;
  for (const family of FAMILIES) {
    for (const protocol of PROTOCOLS) {
      add('intruder', `${protocol}${family}${PORTS[protocol]}`, ['port']);
      for (const lie of ['', '-address', '-mac']) add('spoofer', `spoof${lie}-${protocol}${family}`, EVERYWHERE);
      add('worker', `${protocol}${family}${PORTS[protocol]}`, EVERYWHERE);
    }
    add('machine', `udp${family}/5433`, EVERYWHERE);
  }
  // Without docker-proxy the engine itself keeps bridges apart, published ports included (20.10).
  if (proxy) for (const from of ['outsider', 'task']) add(from, 'tcp4/15432', ['socket']);
  add('beyond', 'tcp4/15432', ['socket']);
  return all;
}

/** @returns how many different ways (who, how, to whom, where seen) were open. @throws Error with those that were not seen in time. */
export async function controlled(world: World, about: Controlled): Promise<number> {
  const seen = new Set<string>();
  const ways = new Set<string>();
  const until = Date.now() + SEEN_WITHIN_MS;
  for (;;) {
    for (const one of await world.arrivals.read()) {
      ways.add(`${one.from} ${one.way} ${one.to} ${one.place}`);
      if (one.to === 'db' || one.place === 'port') seen.add(keyOf(one));
    }
    const missing = wanted(about).filter((way) => !seen.has(way));
    if (missing.length === 0) return ways.size;
    if (Date.now() > until) {
      throw new Error(`Never open, so nothing would be shown by its being shut: ${missing.join(', ')}`);
    }
    await pause(500);
  }
}

const keyOf = ({ from, way, place }: Arrival): string => `${from.replace(/\..*/, '')} ${way} ${place}`;

/** What came since a moment, sorted into what may and what may not; asked again and again, it reads on. */
export class Ledger {
  readonly #world: World;
  readonly #posture: Posture;
  readonly #since: number;
  readonly #bad: Arrival[] = [];
  #wanted: Arrival[] = [];

  constructor(world: World, posture: Posture, since: number) {
    this.#world = world;
    this.#posture = posture;
    this.#since = since;
  }

  async read(): Promise<void> {
    for (const one of await this.#world.arrivals.read()) {
      if (one.at <= this.#since) continue;
      if (!isAllowed(this.#posture, one)) this.#bad.push(one);
      else if (isWanted(one)) this.#wanted.push(one);
    }
  }

  /** Should not have arrived. Whose a port is may have been told later than what came to it. */
  bad(): readonly Arrival[] {
    return this.#bad.map((one) => this.#world.arrivals.named(one)).filter((one) => !isAllowed(this.#posture, one));
  }

  /** Of the allowed pair, since the last call, by where it was seen. */
  takeWanted(): ReadonlyMap<Place, number> {
    const counts = new Map<Place, number>();
    for (const { place, count } of this.#wanted) counts.set(place, (counts.get(place) ?? 0) + count);
    this.#wanted = [];
    return counts;
  }
}
