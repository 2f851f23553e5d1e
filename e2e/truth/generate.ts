/** Worlds nobody hand-picked, from a seed. */
import * as fc from 'fast-check';
import { ADDRESSES } from '../engines/namespace.ts';
import { draftArbitrary, networkArbitrary, type Draft } from './generate-parts.ts';
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

/** Whether all its networks are bridges: of such worlds the product claims to know nearly everything. */
export function isOrdinary({ networks = {} }: WorldPlan): boolean {
  return Object.values(networks).every(({ driver = 'bridge' }) => driver === 'bridge');
}

function worldArbitrary(major: number): fc.Arbitrary<WorldPlan> {
  const networks = fc.array(networkArbitrary(major), { minLength: 1, maxLength: 4 });
  const drafts = fc.array(draftArbitrary(), { minLength: 3, maxLength: 7 });
  return fc
    .tuple(networks, drafts, macvlan, fc.nat(9))
    .map(([nets, containers, lan, choice]) =>
      worldOf(choice === 0 ? [...nets.slice(0, 3), lan] : nets, containers, major),
    );
}

/** Beside the machine on its uplink, which carries one such network: engines before 27 make no second. */
const macvlan: fc.Arbitrary<NetworkPlan> = fc.record({ ipv6: fc.boolean(), mode: fc.nat(7) }).map(({ ipv6, mode }) => ({
  driver: 'macvlan',
  uplink: true,
  ...(ipv6 && { ipv6 }),
  options: {
    parent: 'uplink',
    ...(mode === 0 && { macvlan_mode: 'private' }),
    ...(mode === 1 && { macvlan_mode: 'vepa' }),
  },
}));

const NETWORKS = ['n1', 'n2', 'n3', 'n4'];
/** Folders of the rig's own, some above others: what they hold is gone with the engine. */
const FOLDERS = ['/opt/truth', '/opt/truth/a', '/opt/truth/a/b', '/opt/truth/c'];
const VOLUMES = ['v1', 'v2'];
const ALIASES = ['pool', 'store', 'queue'];

type Named = readonly [name: string, container: ContainerPlan];

function worldOf(nets: readonly NetworkPlan[], drafts: readonly Draft[], major: number): WorldPlan {
  const networks = Object.fromEntries(nets.map((net, index) => [NETWORKS[index] ?? '', net] as const));
  const containers: Record<string, ContainerPlan> = {};
  let hostPort = 8000;
  drafts.forEach((draft, index) => {
    const earlier = Object.entries(containers);
    const on = placeOf(draft, nets.length, earlier);
    const own = !on.startsWith('container:') && on !== 'none';
    const named = own && on !== 'host' && on !== 'bridge';
    const publish = own
      ? draft.publish.map(({ host, port, udp }) => {
          const address = addressOf(host, on, nets);
          return `${address}${String((hostPort += 1))}:${String(port)}${udp ? '/udp' : ''}`;
        })
      : [];
    const links = linkOf(draft, on, earlier);
    const ipc = ipcOf(draft, earlier);
    // The engine lends only what its owner said it would.
    for (const [name, lender] of earlier) {
      if (ipc === `container:${name}`) containers[name] = { ...lender, ipc: 'shareable' };
    }
    const pid = pidOf(draft, earlier);
    containers[`c${String(index + 1)}`] = {
      on,
      ...(publish.length > 0 && { publish }),
      ...(own && draft.expose.length > 0 && { expose: draft.expose.map(String) }),
      ...(links.length > 0 && { links }),
      ...(named && draft.aliases.length > 0 && { aliases: draft.aliases.map((at) => ALIASES[at] ?? '') }),
      ...(draft.mounts.length > 0 && { mounts: draft.mounts.map(mountOf) }),
      ...rightsOf(draft, major),
      ...(pid !== null && { pid }),
      ...(ipc !== null && { ipc }),
      ...stateOf(draft, { own, single: named && !on.includes(' '), earlier }),
    };
  });
  return { networks, containers };
}

function placeOf({ place, nets, join }: Draft, count: number, earlier: readonly Named[]): string {
  if (place < 8) return 'host';
  if (place < 12) return 'none';
  if (place < 27) return 'bridge';
  const hosts = earlier.filter(([, { on, state }]) => !on.startsWith('container:') && isUp(state));
  const target = hosts[join % Math.max(1, hosts.length)];
  if (place < 37 && target) return `container:${target[0]}`;
  return [...new Set(nets.map((net) => NETWORKS[net % count] ?? ''))].join(' ');
}

/** Whether others can join it when they start: it is there by then, and has not stopped for good. */
function isUp(state: ContainerPlan['state']): boolean {
  return state !== 'exited' && state !== 'created' && state !== 'restarting';
}

/** Where a port is bound; a gateway only of a network of the world on which the machine has one. */
function addressOf(choice: number, on: string, nets: readonly NetworkPlan[]): string {
  const plain = nets.findIndex(
    ({ driver, internal, options }) => driver === undefined && internal !== true && !options?.['inhibit_ipv4'],
  );
  const choices = ['', '', '', '', '0.0.0.0:', '127.0.0.1:', `${ADDRESSES.host}:`, '[::]:', `[${ADDRESSES.host6}]:`];
  if (choice < choices.length) return choices[choice] ?? '';
  return plain < 0 || on === 'host' ? '' : `@${NETWORKS[plain] ?? ''}:`;
}

/** A legacy link on the default bridge, or one on a network both are on. */
function linkOf({ link }: Draft, on: string, earlier: readonly Named[]): readonly string[] {
  if (link === null || on === 'host' || on === 'none' || on.startsWith('container:')) return [];
  const nets = on.split(' ');
  const targets = running(earlier).filter(([, other]) => other.on.split(' ').includes(nets[0] ?? ''));
  const target = targets[link % Math.max(1, targets.length)];
  return target ? [`${target[0]}:friend`] : [];
}

function mountOf({ source, readOnly }: Draft['mounts'][number], index: number): string {
  const sources = [...VOLUMES, ...FOLDERS];
  return `${sources[source % sources.length] ?? ''}:/m${String(index + 1)}${readOnly ? ':ro' : ''}`;
}

/** 20.10 asks for capabilities by a list of its own, which a machine that lacks one of them refuses to the privileged. */
function rightsOf({ rights }: Draft, major: number): Pick<ContainerPlan, 'capAdd' | 'privileged'> {
  if (rights < 3) return { capAdd: ['NET_ADMIN'] };
  if (rights < 5) return { capAdd: ['NET_RAW'] };
  if (rights < 6) return { capAdd: ['NET_ADMIN', 'NET_RAW'] };
  return rights < 8 && major >= 26 ? { privileged: true } : {};
}

/** Whoever shares the process ids of one that ends, ends with it: only of those that stay. */
function pidOf({ pid, join }: Draft, earlier: readonly Named[]): string | null {
  if (pid < 2) return 'host';
  const targets = running(earlier);
  const target = targets[join % Math.max(1, targets.length)];
  return pid < 6 && target ? `container:${target[0]}` : null;
}

function ipcOf({ ipc, join }: Draft, earlier: readonly Named[]): string | null {
  if (ipc < 2) return 'host';
  const targets = running(earlier).filter(([, other]) => other.ipc === undefined || other.ipc === 'shareable');
  const target = targets[join % Math.max(1, targets.length)];
  return ipc < 6 && target ? `container:${target[0]}` : null;
}

function running(earlier: readonly Named[]): readonly Named[] {
  return earlier.filter(([, { state = 'running' }]) => state === 'running');
}

interface Circumstances {
  /** It has a stack of its own, or the machine's. */
  readonly own: boolean;
  /** It is on one network, off which it can be taken. */
  readonly single: boolean;
  readonly earlier: readonly Named[];
}

function stateOf({ state }: Draft, { own, single, earlier }: Circumstances): Pick<ContainerPlan, 'state'> {
  if (state < 2) return { state: 'exited' };
  if (state < 4) return { state: 'paused' };
  if (state === 4) return { state: 'created' };
  if (state < 7 && own) return { state: 'restarted' };
  if (state === 7 && single) return { state: 'unplugged' };
  const first = earlier.every(([, other]) => other.state !== 'restarting');
  return state === 8 && own && first ? { state: 'restarting' } : {};
}
