/** What the worlds of a seed are made of; that they agree with the wire is `random.test.ts`'s. */
import { describe, expect, it } from 'vitest';
import { generateWorlds, isOrdinary } from './generate.ts';
import { containersOf, networksOf, words, type ContainerPlan, type NetworkPlan, type WorldPlan } from './plan.ts';
import { needsOf } from './realise.ts';
import { smallerThan } from './shrink.ts';

const SEED = 7;
const COUNT = 200;
const worldsFor = (major: number): readonly WorldPlan[] => generateWorlds({ seed: SEED, count: COUNT, major });

type Seen = (plan: WorldPlan) => boolean;

const net =
  (holds: (net: NetworkPlan) => boolean): Seen =>
  (plan) =>
    networksOf(plan).some(([, one]) => holds(one));
const container =
  (holds: (container: ContainerPlan) => boolean): Seen =>
  (plan) =>
    containersOf(plan).some(([, one]) => holds(one));
const option = (name: string, value?: string): Seen =>
  net(({ options = {} }) => name in options && (value === undefined || options[name] === value));
const state = (wanted: ContainerPlan['state']): Seen => container((one) => one.state === wanted);

/** Whether two containers of a plan have the same of something. */
const twice =
  (of: (container: ContainerPlan) => readonly string[]): Seen =>
  (plan) => {
    const all = containersOf(plan).flatMap(([, one]) => [...new Set(of(one))]);
    return new Set(all).size < all.length;
  };
const sources = ({ mounts = [] }: ContainerPlan): readonly string[] => mounts.map((mount) => mount.split(':')[0] ?? '');

const FEATURES: Readonly<Record<string, Seen>> = {
  'a volume that two mount': twice((one) => sources(one).filter((source) => !source.startsWith('/'))),
  'a folder that two mount': twice((one) => sources(one).filter((source) => source.startsWith('/'))),
  'a folder within the folder of another': (plan) => {
    const all = containersOf(plan).map(([, one]) => sources(one).filter((source) => source.startsWith('/')));
    return all.some((mine, i) =>
      all.some((others, j) => i !== j && mine.some((a) => others.some((b) => b.startsWith(`${a}/`)))),
    );
  },
  'a mount that is read only': container(({ mounts = [] }) => mounts.some((mount) => mount.endsWith(':ro'))),
  'an alias': container(({ aliases = [] }) => aliases.length > 0),
  'an alias that two have': twice(({ aliases = [] }) => aliases),
  inhibit_ipv4: option('inhibit_ipv4'),
  'ports bound to loopback unless told otherwise': option('host_binding_ipv4', '127.0.0.1'),
  'ports bound to one address unless told otherwise': option('host_binding_ipv4'),
  macvlan: net(({ driver, uplink }) => driver === 'macvlan' && uplink === true),
  'macvlan that keeps neighbours apart': option('macvlan_mode', 'private'),
  'macvlan that needs a switch': option('macvlan_mode', 'vepa'),
  'process ids of the machine': container(({ pid }) => pid === 'host'),
  'process ids of another': container(({ pid = '' }) => pid.startsWith('container:')),
  'memory of the machine': container(({ ipc }) => ipc === 'host'),
  'memory of another': container(({ ipc = '' }) => ipc.startsWith('container:')),
  NET_ADMIN: container(({ capAdd = [] }) => capAdd.includes('NET_ADMIN')),
  NET_RAW: container(({ capAdd = [] }) => capAdd.includes('NET_RAW')),
  'one that stopped': state('exited'),
  'one that is paused': state('paused'),
  'one that never started': state('created'),
  'one that started again': state('restarted'),
  'one that is taken off its network': state('unplugged'),
  'one that ends again and again': state('restarting'),
  'two in the stack of a third': twice(({ on }) => (on.startsWith('container:') ? [on] : [])),
};
const OF_26: Readonly<Record<string, Seen>> = { privileged: container(({ privileged }) => privileged === true) };
const OF_28: Readonly<Record<string, Seen>> = {
  'gateway_mode_ipv4 isolated': option('gateway_mode_ipv4', 'isolated'),
  'gateway_mode_ipv6 isolated': option('gateway_mode_ipv6', 'isolated'),
  'gateway_mode_ipv4 routed': option('gateway_mode_ipv4', 'routed'),
};

describe.each([
  { major: 28, has: { ...FEATURES, ...OF_26, ...OF_28 }, lacks: {} },
  { major: 26, has: { ...FEATURES, ...OF_26 }, lacks: OF_28 },
  { major: 20, has: FEATURES, lacks: { ...OF_26, ...OF_28 } },
])('200 worlds for an engine of version $major', ({ major, has, lacks }) => {
  const worlds = worldsFor(major);

  it.each(Object.entries(has))('hold %s', (_, seen) => {
    expect(worlds.some(seen)).toBe(true);
  });

  it('hold nothing that the engine does not know', () => {
    expect(Object.keys(lacks).filter((name) => worlds.some(lacks[name] ?? (() => false)))).toEqual([]);
  });

  it('are ordinary ones, for the most part', () => {
    expect(worlds.filter(isOrdinary).length / COUNT).toBeGreaterThan(0.8);
  });

  it('can be brought up', () => {
    for (const plan of worlds.flatMap((world) => [world, ...smallerThan(world)])) expect(faultsOf(plan)).toEqual([]);
  });
});

it('are the same for the same seed, and others for another', () => {
  expect(worldsFor(28)).toEqual(worldsFor(28));
  expect(generateWorlds({ seed: SEED + 1, count: COUNT, major: 28 })).not.toEqual(worldsFor(28));
});

/** What an engine would refuse, or the rig could not wait for. */
function faultsOf(plan: WorldPlan): readonly string[] {
  const containers = containersOf(plan);
  const networks = new Map(networksOf(plan));
  const known = new Map<string, ContainerPlan>();
  const faults: string[] = [];
  if ([...networks.values()].filter(({ driver }) => driver === 'macvlan').length > 1) faults.push('two on one parent');
  for (const [name, one] of containers) {
    for (const needed of needsOf(one)) {
      const other = known.get(needed);
      if (!other) faults.push(`${name} needs ${needed}, which is not there before it`);
      else if (other.state === 'created' || other.state === 'restarting') faults.push(`${name} needs ${needed} to run`);
    }
    const lender = one.ipc?.startsWith('container:') ? known.get(one.ipc.slice(10)) : undefined;
    if (lender && lender.ipc !== 'shareable') faults.push(`${name} cannot have the memory of its lender`);
    if (one.state === 'unplugged' && !networks.has(one.on)) faults.push(`${name} has no network to be taken off`);
    if (one.aliases && words(one.on).some((word) => !networks.has(word))) faults.push(`${name} has aliases nowhere`);
    for (const text of one.publish ?? []) {
      const gateway = /^@([^:]+)/.exec(text)?.[1];
      const at = gateway === undefined ? undefined : networks.get(gateway);
      if (at && (at.driver !== undefined || at.options?.['inhibit_ipv4'] !== undefined)) {
        faults.push(`${name} publishes where the machine is not`);
      }
    }
    known.set(name, one);
  }
  return faults;
}
