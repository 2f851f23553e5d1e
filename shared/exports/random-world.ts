/** Topologies and policies drawn at random, for tests of what is made of both. */
import type { Policy, PolicyRule } from '../policy/model.ts';
import { sketch, type ContainerSketch } from '../reachability/fixtures.ts';
import type { Topology } from '../topology/model.ts';

export interface World {
  readonly topology: Topology;
  readonly policy: Policy;
}

/** How many numbers `worldFrom` takes at most. */
export const DRAWS = 160;

const NAMES = ['a', 'b', 'c', 'd', 'e'] as const;
const NETWORKS = ['front', 'back', 'deep', 'quiet', 'bridge'] as const;
const SELECTORS = [
  ...NAMES.map((name) => `container:${name}`),
  'shop/web',
  'shop/db',
  'project:shop',
  'network:front',
  'network:deep',
  'all',
] as const;
const ZONES = ['host', 'lan', 'internet'] as const;
const PORTS = ['tcp/80', 'tcp/5432', 'tcp', 'udp/53', 'udp', 'icmp', 'tcp/1-1023'] as const;
const PUBLISHED = ['8080:80', '127.0.0.1:9000:90', '[::]:5000:53/udp', '0.0.0.0:5433:5432'] as const;

/** @param numbers at random, from 0 on; the same ones give the same world. */
export function worldFrom(numbers: readonly number[]): World {
  return new Draw(numbers).world();
}

class Draw {
  readonly #numbers: readonly number[];
  #at = 0;

  constructor(numbers: readonly number[]) {
    this.#numbers = numbers;
  }

  world(): World {
    const containers = NAMES.map((name, at): [string, ContainerSketch] => [name, this.#container(at)]);
    const ipv6 = this.#isOneIn(2);
    const topology = sketch({
      networks: {
        front: { ipv6 },
        back: {},
        deep: { internal: true, ipv6 },
        quiet: this.#isOneIn(2) ? {} : { options: { enable_icc: 'false' } },
        bridge: {},
      },
      containers: Object.fromEntries(containers),
    });
    return { topology, policy: this.#policy() };
  }

  #container(at: number): ContainerSketch {
    const kind = this.#below(10);
    if (kind === 0) return { on: this.#of(['host', 'none']) };
    if (kind === 1 && at > 0) return { joins: this.#of(NAMES.slice(0, at)) };
    const service = this.#of(['', '', 'web', 'db']);
    return {
      on: this.#some(NETWORKS, 1, 3).join(' '),
      // Two cannot have one port of the machine.
      publish: this.#some(PUBLISHED, 0, 2).map((text) => text.replace(/(\d{3})\d:/, `$1${String(at)}:`)),
      state: this.#of(['running', 'running', 'running', 'exited', 'paused']),
      service,
      project: service === '' ? '' : 'shop',
    };
  }

  #policy(): Policy {
    return {
      version: 1,
      posture: this.#isOneIn(4) ? 'guarded' : 'open',
      guarded: this.#some(['network:front', 'project:shop'], 0, 1),
      isolated: this.#some(['container:a', 'shop/web'], 0, 1),
      offline: this.#some(['container:b', 'shop/db'], 0, 1),
      rules: Array.from({ length: this.#below(6) }, () => this.#rule()),
    };
  }

  #rule(): PolicyRule {
    const side = (): string => (this.#isOneIn(6) ? this.#of(ZONES) : this.#of(SELECTORS));
    const rule = { from: side(), to: side(), action: this.#of(['deny', 'deny', 'allow'] as const) };
    return this.#isOneIn(2) ? rule : { ...rule, ports: this.#some(PORTS, 1, 2) };
  }

  #below(count: number): number {
    const number = this.#numbers[this.#at % Math.max(1, this.#numbers.length)] ?? 0;
    this.#at += 1;
    return number % count;
  }

  #isOneIn(count: number): boolean {
    return this.#below(count) === 1;
  }

  #of<T>(values: readonly T[]): T {
    const value = values[this.#below(values.length)];
    if (value === undefined) throw new Error('Nothing to choose from.');
    return value;
  }

  #some<T>(values: readonly T[], least: number, most: number): readonly T[] {
    const count = least + this.#below(most - least + 1);
    return [...new Set(Array.from({ length: count }, () => this.#of(values)))];
  }
}
