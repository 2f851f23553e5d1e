/** What explains in the open posture that a packet came through: the moments after which the guard has to react. */
import { request } from 'node:http';
import { createInterface } from 'node:readline';
import type { Arrival } from './arrivals.ts';
import { reactionsTo, type Away, type Cause, type Reactions } from './reactions.ts';

/** The engine's own word on who was started or got a new way into a network, followed across its restarts. */
export class Causes {
  readonly all: Cause[] = [];
  readonly #names = new Map<string, string>();
  readonly #away: Away[] = [];
  #closed = false;
  #stop: (() => void) | null = null;

  constructor(socket: string) {
    this.#follow(socket, Math.floor(Date.now() / 1000));
  }

  /** The test itself took something of the guard away. */
  taken(): void {
    this.all.push({ at: Date.now() / 1000, who: null });
  }

  /** A running container is about to join a network: the engine tells of it only when the way has been there for a while. */
  joining(name: string): void {
    this.all.push({ at: Date.now() / 1000, who: name });
  }

  /** No app runs while this does. */
  async whileAway(work: () => Promise<void>): Promise<void> {
    const from = Date.now() / 1000;
    try {
      await work();
    } finally {
      this.#away.push({ from, to: Date.now() / 1000 });
    }
  }

  /** How the guard reacted, by what came through and should not have. */
  reactions(bad: readonly Arrival[]): Reactions {
    return reactionsTo(
      this.all.map(({ at, who }) => ({ at, who: who === null ? null : (this.#names.get(who) ?? who) })),
      this.#away,
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
