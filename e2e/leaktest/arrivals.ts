/** What arrived in the leak test's world, as the peers and the captures write it down, and what of it should not have. */
import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Where something was seen:
 * `port` – given to the container's port by the machine, from the port's first moment on;
 * `interface` – at the container's interface, before any rule in its namespace;
 * `stack` – behind all of these rules, whether or not anything listens;
 * `socket` – by who listens.
 */
export type Place = 'port' | 'interface' | 'stack' | 'socket';
export const PLACES: readonly Place[] = ['port', 'interface', 'stack', 'socket'];

/** Packets of one kind that came within a hundredth of a second. */
export interface Arrival {
  /** The last one (Unix time, seconds). */
  readonly at: number;
  readonly count: number;
  /** Who sent them, by what they hold, their source port or the mark they carry; `relay`: who relays published ports; `answer`: see the way. */
  readonly from: string;
  /** E.g. `udp4/5433`, by name `tcp6@db/5432`; of what answers somebody else's connection `to-NAME`. */
  readonly way: string;
  readonly to: string;
  readonly place: Place;
}

/** Reads on in the log files of a folder. */
export class Arrivals {
  readonly #folder: string;
  readonly #offsets = new Map<string, number>();
  /** Whose each port of the machine's bridges is. */
  readonly #ports = new Map<string, string>();
  #dropped = 0;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Everything written since the last call, but for what somebody sent to itself. */
  async read(): Promise<readonly Arrival[]> {
    const files = await readdir(this.#folder);
    // The ports last: whose they are is in the others' logs.
    files.sort((a, b) => Number(a === 'ports') - Number(b === 'ports'));
    const found: Arrival[] = [];
    for (const file of files) {
      const to = file.replace(/\.seen$/, '');
      for (const line of await this.#lines(file)) {
        const one = file.endsWith('.seen') || file === 'ports' ? this.#captured(line, to) : heard(line, to);
        if (one) found.push(one);
      }
    }
    return found;
  }

  /** Packets that the captures were too slow for, as far as it was read, since the last call. */
  takeDropped(): number {
    const dropped = this.#dropped;
    this.#dropped = 0;
    return dropped;
  }

  /** Names the ports that were not known when something arrived at them. */
  named(one: Arrival): Arrival {
    const to = one.place === 'port' ? (this.#ports.get(one.to) ?? one.to) : one.to;
    return to === one.to ? one : { ...one, to };
  }

  #captured(line: string, file: string): Arrival | null {
    const [at, count, from, way, place] = line.split(' ');
    if (!at || !count || !from || !way || !place) return null;
    // `time 0 PORT iflink port`
    if (way === 'iflink') this.#ports.set(`port${from}`, file);
    else if (way === 'dropped') this.#dropped += Number(count);
    else {
      const common = { at: Number(at), count: Number(count), from, way };
      if (place.startsWith('port')) return this.named({ ...common, to: place, place: 'port' });
      if (place === 'interface' || place === 'stack') return { ...common, to: file, place };
    }
    return null;
  }

  /** The whole lines that a file has grown by. */
  async #lines(file: string): Promise<readonly string[]> {
    const handle = await open(join(this.#folder, file));
    try {
      const from = this.#offsets.get(file) ?? 0;
      const { size } = await handle.stat();
      const buffer = Buffer.alloc(size - from);
      await handle.read(buffer, 0, buffer.length, from);
      const end = buffer.lastIndexOf(10) + 1;
      this.#offsets.set(file, from + end);
      return end === 0 ? [] : buffer.toString('latin1', 0, end - 1).split('\n');
    } finally {
      await handle.close();
    }
  }
}

function heard(line: string, to: string): Arrival | null {
  const [at, from, way] = line.split(' ');
  return at && from && way ? { at: Number(at), count: 1, from, way, to, place: 'socket' } : null;
}

/** Who of several replicas does not matter. */
const service = (name: string): string => name.replace(/\..*/, '');

export const POLICIES = {
  guarded: `version: 1
guarded: [network:vault]
rules:
  - { from: container:web, to: container:db, ports: [tcp/5432], action: allow }
`,
  open: `version: 1
rules:
  - { from: container:intruder, to: container:db, action: deny }
`,
} as const;
export type Posture = keyof typeof POLICIES;

/** What the policy lets through, by every way that leads there. */
export const isWanted = ({ from, to, way }: Arrival): boolean =>
  from === 'web' && to === 'db' && /^tcp[46](?:@db)?\/(?:5432|15432)$/.test(way);

/**
 * Whether something may arrive where it was seen.
 *
 * In the guarded posture the machine's side lets nothing come as far as the port between two that nothing is allowed between; where
 * something is (`web` and `db`) it tells the two apart from everybody else, and which ports they may use is up to the rules behind
 * the interface. In the open posture all rules about who is on one bridge are there.
 */
export function isAllowed(posture: Posture, one: Arrival): boolean {
  const from = service(one.from);
  // Sent to itself: by a published port, or the other way round to its own address. Replicas are told apart.
  if (one.from === one.to || one.way === `to-${one.to}`) return true;
  const before = one.place === 'port' || one.place === 'interface';
  if (posture === 'open') return before || !(from === 'intruder' && one.to === 'db');
  if (!before) return isWanted(one);
  const two = ['web', 'db'];
  // A port that no container has told to be its own: it was gone before the container's first process ran.
  const unknown = one.place === 'port' && one.to.startsWith('port');
  // Whether it is for that container cannot be told; and a network that nobody guards floods what is for one who has left it.
  if (from === 'answer' && (unknown || one.to === 'outsider')) return true;
  return two.includes(from) && (two.includes(one.to) || unknown);
}
