/** What explains in the open posture that a packet came through: the moments after which the guard has to react. */
import { request } from 'node:http';
import { createInterface } from 'node:readline';
import type { Arrival } from './arrivals.ts';

/** When (Unix time, seconds), and whom alone it concerns; null: everybody. */
export interface Cause {
  readonly at: number;
  readonly who: string | null;
}

/** How long a cause explains what comes through (seconds). */
const REACTION_LIMIT = 10;

/** The engine's own word on who was started or got a new way into a network, followed across its restarts. */
export class Causes {
  readonly all: Cause[] = [];
  readonly #names = new Map<string, string>();
  #closed = false;
  #stop: (() => void) | null = null;

  constructor(socket: string) {
    this.#follow(socket, Math.floor(Date.now() / 1000));
  }

  /** The test itself took something of the guard away. */
  taken(): void {
    this.all.push({ at: Date.now() / 1000, who: null });
  }

  /** How the guard reacted, by what came through and should not have. */
  reactions(bad: readonly Arrival[]): Reactions {
    return reactionsTo(
      this.all.map(({ at, who }) => ({ at, who: who === null ? null : (this.#names.get(who) ?? who) })),
      bad,
    );
  }

  close(): void {
    this.#closed = true;
    this.#stop?.();
  }

  #follow(socket: string, since: number): void {
    if (this.#closed) return;
    let latest = since;
    const filters = JSON.stringify({ event: ['start', 'connect'] });
    const path = `/events?since=${String(since)}&filters=${encodeURIComponent(filters)}`;
    const asked = request({ socketPath: socket, path, agent: false }, (answer) => {
      const lines = createInterface({ input: answer });
      // The engine went away in the middle of a line.
      lines.on('error', () => undefined);
      lines.on('line', (line) => {
        const { time, timeNano, Actor } = JSON.parse(line) as EngineEvent;
        latest = time;
        // A network's event names the container by its id, a container's by its name.
        const { container, name = null } = Actor.Attributes;
        if (container === undefined && name !== null) this.#names.set(Actor.ID, name);
        this.all.push({ at: timeNano / 1e9, who: container ?? name });
      });
    });
    asked.on('error', () => undefined);
    // The engine is being started anew: its socket is back before long.
    asked.on('close', () => setTimeout(() => this.#follow(socket, latest), 200).unref());
    asked.end();
    this.#stop = () => asked.destroy();
  }
}

interface EngineEvent {
  readonly time: number;
  readonly timeNano: number;
  readonly Actor: {
    readonly ID: string;
    readonly Attributes: { readonly container?: string; readonly name?: string };
  };
}

/** How the guard reacted. */
export interface Reactions {
  /** From a cause to the last packet that came through before the reaction (ms), shortest first; one for each that let any through. */
  readonly spans: readonly number[];
  /** What no cause explains. */
  readonly unexplained: readonly Arrival[];
}

function reactionsTo(causes: readonly Cause[], bad: readonly Arrival[]): Reactions {
  const sorted = [...causes].sort((a, b) => a.at - b.at);
  const last = new Map<Cause, number>();
  const unexplained: Arrival[] = [];
  for (const one of bad) {
    const cause = sorted.findLast(
      ({ at, who }) => at <= one.at && (who === null || who === one.from || who === one.to),
    );
    if (!cause || one.at - cause.at > REACTION_LIMIT) unexplained.push(one);
    else last.set(cause, Math.max(last.get(cause) ?? 0, one.at - cause.at));
  }
  return { spans: [...last.values()].map((span) => 1000 * span).sort((a, b) => a - b), unexplained };
}
