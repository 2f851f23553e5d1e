/** Worlds nobody hand-picked, from a seed. */
import * as fc from 'fast-check';
import { ADDRESSES } from '../engines/namespace.ts';
import type { ContainerPlan, NetworkPlan, WorldPlan } from './plan.ts';

export interface GenerateOptions {
  readonly seed: number;
  readonly count: number;
  /** Major version of the engine: settings it does not know are not generated. */
  readonly major: number;
}

/** The same seed and options give the same worlds. */
export function generateWorlds({ seed, count, major }: GenerateOptions): readonly WorldPlan[] {
  return fc.sample(worldArbitrary(major), { seed, numRuns: count });
}

interface Draft {
  readonly place: number;
  readonly nets: readonly number[];
  readonly join: number;
  readonly publish: readonly { readonly host: number; readonly port: number; readonly udp: boolean }[];
  readonly expose: readonly number[];
  readonly link: number | null;
  readonly state: number;
}

function worldArbitrary(major: number): fc.Arbitrary<WorldPlan> {
  const networks = fc.array(networkArbitrary(major), { minLength: 1, maxLength: 4 });
  const draft: fc.Arbitrary<Draft> = fc.record({
    place: fc.nat(99),
    nets: fc.uniqueArray(fc.nat(3), { minLength: 1, maxLength: 3 }),
    join: fc.nat(9),
    publish: fc.array(fc.record({ host: fc.nat(9), port: fc.integer({ min: 80, max: 84 }), udp: fc.boolean() }), {
      maxLength: 2,
    }),
    expose: fc.uniqueArray(fc.integer({ min: 90, max: 93 }), { maxLength: 2 }),
    link: fc.option(fc.nat(9), { freq: 3 }),
    state: fc.nat(19),
  });
  return fc
    .tuple(networks, fc.array(draft, { minLength: 3, maxLength: 7 }))
    .map(([nets, drafts]) => worldOf(nets, drafts));
}

function networkArbitrary(major: number): fc.Arbitrary<NetworkPlan> {
  const mode = fc.constantFrom('nat', 'nat', 'nat', 'nat', 'routed', 'nat-unprotected');
  return fc
    .record({
      internal: fc.nat(4).map((n) => n === 0),
      ipv6: fc.boolean(),
      icc: fc.nat(4).map((n) => n > 0),
      masquerade: fc.nat(7).map((n) => n > 0),
      mode4: mode,
      mode6: mode,
    })
    .map(({ internal, ipv6, icc, masquerade, mode4, mode6 }) => {
      const options: Record<string, string> = {};
      if (!icc) options['enable_icc'] = 'false';
      if (!masquerade) options['enable_ip_masquerade'] = 'false';
      if (major >= 28 && !internal) {
        if (mode4 !== 'nat') options['gateway_mode_ipv4'] = mode4;
        if (ipv6 && mode6 !== 'nat') options['gateway_mode_ipv6'] = mode6;
      }
      return {
        ...(internal && { internal }),
        ...(ipv6 && { ipv6 }),
        ...(Object.keys(options).length > 0 && { options }),
      };
    });
}

const NETWORKS = ['n1', 'n2', 'n3', 'n4'];

function worldOf(nets: readonly NetworkPlan[], drafts: readonly Draft[]): WorldPlan {
  const networks = Object.fromEntries(nets.map((net, index) => [NETWORKS[index] ?? '', net] as const));
  const containers: Record<string, ContainerPlan> = {};
  let hostPort = 8000;
  drafts.forEach((draft, index) => {
    const earlier = Object.entries(containers);
    const on = placeOf(draft, nets.length, earlier);
    const own = !on.startsWith('container:') && on !== 'none';
    const publish = own
      ? draft.publish.map(({ host, port, udp }) => {
          const address = addressOf(host, on, nets);
          return `${address}${String((hostPort += 1))}:${String(port)}${udp ? '/udp' : ''}`;
        })
      : [];
    const links = linkOf(draft, on, earlier);
    containers[`c${String(index + 1)}`] = {
      on,
      ...(publish.length > 0 && { publish }),
      ...(own && draft.expose.length > 0 && { expose: draft.expose.map(String) }),
      ...(links.length > 0 && { links }),
      ...stateOf(draft.state, own),
    };
  });
  return { networks, containers };
}

function placeOf({ place, nets, join }: Draft, count: number, earlier: readonly [string, ContainerPlan][]): string {
  if (place < 8) return 'host';
  if (place < 12) return 'none';
  if (place < 27) return 'bridge';
  const hosts = earlier.filter(
    ([, { on, state }]) => !on.startsWith('container:') && (state ?? 'running') !== 'exited',
  );
  const target = hosts[join % Math.max(1, hosts.length)];
  if (place < 37 && target) return `container:${target[0]}`;
  return [...new Set(nets.map((net) => NETWORKS[net % count] ?? ''))].join(' ');
}

/** Where a port is bound; a gateway only of an ordinary network of the world. */
function addressOf(choice: number, on: string, nets: readonly NetworkPlan[]): string {
  const plain = nets.findIndex(({ internal }) => internal !== true);
  const choices = ['', '', '', '', '0.0.0.0:', '127.0.0.1:', `${ADDRESSES.host}:`, '[::]:', `[${ADDRESSES.host6}]:`];
  if (choice < choices.length) return choices[choice] ?? '';
  return plain < 0 || on === 'host' ? '' : `@${NETWORKS[plain] ?? ''}:`;
}

/** A legacy link on the default bridge, or one on a network both are on. */
function linkOf({ link }: Draft, on: string, earlier: readonly [string, ContainerPlan][]): readonly string[] {
  if (link === null || on === 'host' || on === 'none' || on.startsWith('container:')) return [];
  const nets = on.split(' ');
  const targets = earlier.filter(
    ([, other]) => (other.state ?? 'running') === 'running' && other.on.split(' ').includes(nets[0] ?? ''),
  );
  const target = targets[link % Math.max(1, targets.length)];
  return target ? [`${target[0]}:friend`] : [];
}

function stateOf(choice: number, own: boolean): Pick<ContainerPlan, 'state'> {
  if (choice === 0) return { state: 'exited' };
  if (choice === 1) return { state: 'paused' };
  return choice === 2 && own ? { state: 'restarted' } : {};
}
