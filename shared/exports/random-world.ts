/** Topologies and policies at random, for tests of what is made of both. */
import fc from 'fast-check';
import type { Policy, PolicyRule } from '../policy/model.ts';
import { sketch, type ContainerSketch } from '../reachability/fixtures.ts';
import type { Topology } from '../topology/model.ts';

export interface World {
  readonly topology: Topology;
  readonly policy: Policy;
}

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
const PORTS = ['tcp/80', 'tcp/5432', 'tcp', 'udp/53', 'udp', 'icmp', 'tcp/1-1023'] as const;

const container = (name: string, before: readonly string[]): fc.Arbitrary<ContainerSketch> =>
  fc.oneof(
    {
      weight: 8,
      arbitrary: fc
        .record({
          on: fc.subarray([...NETWORKS], { minLength: 1, maxLength: 3 }).map((names) => names.join(' ')),
          publish: fc.subarray(['8080:80', '127.0.0.1:9000:90', '[::]:5000:53/udp', '0.0.0.0:5433:5432'], {
            maxLength: 2,
          }),
          state: fc.constantFrom('running', 'running', 'running', 'exited', 'paused'),
          service: fc.constantFrom('', '', 'web', 'db'),
        })
        .map((one): ContainerSketch => ({
          ...one,
          project: one.service === '' ? '' : 'shop',
          publish: unique(one.publish, name),
        })),
    },
    { weight: 1, arbitrary: fc.constantFrom<ContainerSketch>({ on: 'host' }, { on: 'none' }) },
    ...(before.length > 0
      ? [{ weight: 1, arbitrary: fc.constantFrom(...before).map((joins): ContainerSketch => ({ joins })) }]
      : []),
  );

/** Two cannot have one port of the machine. */
function unique(ports: readonly string[], name: string): readonly string[] {
  return ports.map((text) =>
    text.replace(
      /(\d)(\d{3}):/,
      (_, first: string, rest: string) => `${first}${rest.slice(1)}${String(name.charCodeAt(0) % 10)}:`,
    ),
  );
}

const selector = fc.constantFrom<string>(...SELECTORS);
const side = fc.oneof({ weight: 5, arbitrary: selector }, fc.constantFrom('host', 'lan', 'internet'));

const rule: fc.Arbitrary<PolicyRule> = fc.record(
  {
    from: side,
    to: side,
    action: fc.constantFrom('deny', 'deny', 'allow'),
    ports: fc.uniqueArray(fc.constantFrom<string>(...PORTS), { minLength: 1, maxLength: 2 }),
  },
  { requiredKeys: ['from', 'to', 'action'] },
);

export const policies: fc.Arbitrary<Policy> = fc.record({
  version: fc.constant(1 as const),
  posture: fc.constantFrom('open', 'open', 'open', 'guarded'),
  guarded: fc.subarray(['network:front', 'project:shop'], { maxLength: 1 }),
  isolated: fc.subarray(['container:a', 'shop/web'], { maxLength: 1 }),
  offline: fc.subarray(['container:b', 'shop/db'], { maxLength: 1 }),
  rules: fc.array(rule, { maxLength: 5 }),
});

export const topologies: fc.Arbitrary<Topology> = fc
  .tuple(...NAMES.map((name, at) => container(name, NAMES.slice(0, at))), fc.boolean(), fc.boolean())
  .map((drawn) => {
    const [ipv6, icc] = drawn.slice(NAMES.length) as [boolean, boolean];
    return sketch({
      networks: {
        front: { ipv6 },
        back: {},
        deep: { internal: true, ipv6 },
        quiet: icc ? {} : { options: { enable_icc: 'false' } },
        bridge: {},
      },
      containers: Object.fromEntries(NAMES.map((name, at) => [name, drawn[at] as ContainerSketch])),
    });
  });

export const worlds: fc.Arbitrary<World> = fc.record({ topology: topologies, policy: policies });
