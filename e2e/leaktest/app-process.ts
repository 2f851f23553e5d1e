/** The app of the leak test, from outside: a process that is killed and started again. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import type { GuardState } from '../../shared/contract/schemas.ts';
import type { App } from './perturb.ts';

/** The first time the helper's image is made; the flood takes its share of the machine, too. */
const HOLDS_WITHIN_MS = 180_000;

type Told = GuardState & { readonly settled?: string };

/** The app as a process of its own; what it says of its guard can be waited for. */
export class AppProcess implements App {
  readonly #argv: readonly string[];
  #child: ChildProcess | null = null;
  #state: Told | null = null;
  #asked = 0;
  #settled = '';
  #heard: (() => void) | null = null;

  constructor(address: string, configDir: string) {
    this.#argv = [join(import.meta.dirname, 'app.ts'), address, configDir];
  }

  async kill(): Promise<void> {
    const child = this.#child;
    this.#child = null;
    this.#state = null;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }

  ensure(): Promise<void> {
    if (this.#child && this.#child.exitCode === null && this.#child.signalCode === null) return Promise.resolve();
    const child = spawn(process.execPath, ['--import', 'tsx', ...this.#argv], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#child = child;
    // Asked of one that is being killed: whoever asks hears no answer, and asks the next.
    child.stdin.on('error', () => undefined);
    const lines = createInterface({ input: child.stdout });
    lines.on('line', (line) => {
      if (this.#child !== child) return;
      this.#state = JSON.parse(line) as Told;
      if (this.#state.settled !== undefined) this.#settled = this.#state.settled;
      this.#heard?.();
    });
    return Promise.resolve();
  }

  /** Until the wire is true for what the engine says from now on. @throws Error when it does not in time. */
  async settled(phase: 'holding' | 'idle' = 'holding'): Promise<void> {
    const until = Date.now() + HOLDS_WITHIN_MS;
    let asked: ChildProcess | null = null;
    this.#asked += 1;
    const word = String(this.#asked);
    while (this.#settled !== word || this.#state?.phase !== phase) {
      if (Date.now() > until) throw new Error(`The guard is not ${phase}: ${JSON.stringify(this.#state)}`);
      await this.ensure();
      if (asked !== this.#child) {
        asked = this.#child;
        asked?.stdin?.write(`${word}\n`);
      }
      const heard = new Promise<void>((resolve) => (this.#heard = resolve));
      await Promise.race([heard, pause(1000)]);
      // It could not then: asked again.
      if (this.#state?.phase === 'failing') asked = null;
    }
  }
}
