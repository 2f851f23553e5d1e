/** The name layer (SPEC R601–R609): by which names A knows B, whatever the firewall lets through. */
import type { ContainerEndpoint, Topology } from '../topology/model.ts';
import { isContainer, isUp } from '../topology/model.ts';
import { linkVariables } from './link-variables.ts';
import { linkTarget, namedLegs, ownNames, resolveInIpv6, resolveName } from './resolve.ts';
import { sceneOf, type Party, type Scene } from './scene.ts';
import type { SideWay } from './side-way.ts';

/** One name by which A knows B. */
export interface KnownName {
  /** Exactly as it is looked up, or the name of an environment variable. */
  readonly name: string;
  /** The network whose names answer, or the link's alias; `''` for a hosts entry that was asked for. */
  readonly via: string;
  readonly how: 'dns' | 'hosts' | 'env';
  /** The name stands for other containers too, and their addresses come with B's, in changing order. */
  readonly shared?: true;
  /** Only its IPv6 addresses there; what the name stands for in IPv4 is another's. */
  readonly only?: 6;
}

/**
 * Every name by which one endpoint knows another: what it can look up (each plain, and with its network's name behind
 * it), what its hosts file holds, and which variables of its environment tell of the other.  `fromId` and `toId` are
 * endpoint ids; unknown ones know nothing.
 */
export function namesFor(topology: Topology, fromId: string, toId: string): readonly KnownName[] {
  const scene = sceneOf(topology);
  const from = scene.party(fromId);
  const to = scene.party(toId);
  return from && to && from !== to ? knownNames(scene, from, to) : [];
}

function knownNames(scene: Scene, from: Party, to: Party): readonly KnownName[] {
  if (!isContainer(from.endpoint) || from.activity !== 'live' || to.activity === 'stopped') return [];
  return [
    ...lookedUp(scene, from, to).map(({ name, via, shared, only }): KnownName => ({
      name,
      via,
      how: 'dns',
      ...shared,
      ...(only ? { only } : {}),
    })),
    ...legacyLinks(scene, from, to).flatMap(({ alias, hosts, variables }) => [
      ...hosts.map((name): KnownName => ({ name, via: alias, how: 'hosts' })),
      ...variables.map((name): KnownName => ({ name, via: alias, how: 'env' })),
    ]),
    ...hostsEntries(scene, from, to).map((name): KnownName => ({ name, via: '', how: 'hosts' })),
  ];
}

/** The same as channels for one pair. */
export function nameWays(scene: Scene, from: Party, to: Party): readonly SideWay[] {
  if (!isContainer(from.endpoint) || from.activity !== 'live' || to.activity === 'stopped') return [];
  const entries = hostsEntries(scene, from, to);
  return [
    ...dnsWays(scene, from, to),
    ...legacyLinks(scene, from, to).flatMap(({ alias, hosts, variables }): SideWay[] => [
      { layer: 'name', kind: 'link', rule: 'R602', via: alias, names: hosts },
      ...(variables.length > 0
        ? [{ layer: 'name', kind: 'link-variables', rule: 'R603', via: alias, names: variables } as const]
        : []),
    ]),
    ...(entries.length > 0
      ? [{ layer: 'name', kind: 'hosts-entry', rule: 'R606', via: '', names: entries } as const]
      : []),
  ];
}

interface LookedUp {
  readonly name: string;
  readonly via: string;
  readonly shared: { readonly shared?: true };
  readonly only?: 6;
  readonly byLink: boolean;
  /** With the network's name behind it. */
  readonly long: boolean;
}

/** What the embedded DNS answers `from` with an address of `to`. */
function lookedUp(scene: Scene, from: Party, to: Party): readonly LookedUp[] {
  const { podman } = scene.traits;
  const found: LookedUp[] = [];
  for (const { net } of namedLegs(from.stack)) {
    const met = namedLegs(to.stack).some((leg) => leg.net === net);
    const aliases = (from.stack.owner?.links ?? []).filter(({ networkId }) => networkId === net.id);
    const names = new Set([...(met ? ownNames(to.stack, net) : []), ...aliases.map(({ alias }) => alias)]);
    for (const plain of names) {
      for (const long of podman ? [false] : [false, true]) {
        const name = long ? `${plain}.${net.name}` : plain;
        for (const [answer, only] of [
          [resolveName(scene, from.stack, name), undefined],
          [resolveInIpv6(scene, from.stack, name), 6],
        ] as const) {
          if (answer?.net !== net || !answer.stacks.has(to.stack)) continue;
          const shared = answer.stacks.size > 1 ? ({ shared: true } as const) : {};
          found.push({ name, via: net.name, shared, byLink: answer.byLink, long, ...(only ? { only } : {}) });
        }
      }
    }
  }
  return found;
}

/** R601, R604, R605, R609: one channel per network and kind of name.  The long form is told only where it alone leads there. */
function dnsWays(scene: Scene, from: Party, to: Party): readonly SideWay[] {
  const all = lookedUp(scene, from, to);
  const plain = new Set(all.filter(({ long }) => !long).map(({ name, via }) => `${name}.${via}`));
  const told = all.filter(({ name, long }) => !long || !plain.has(name));
  const ways = new Map<string, SideWay & { readonly names: string[] }>();
  for (const { name, via, shared, byLink, long } of told) {
    const rule = byLink ? 'R604' : shared.shared ? 'R605' : long ? 'R609' : 'R601';
    const known = ways.get(`${rule} ${via}`);
    if (known) known.names.push(name);
    else ways.set(`${rule} ${via}`, { layer: 'name', kind: byLink ? 'link-alias' : 'dns', rule, via, names: [name] });
  }
  return [...ways.values()];
}

interface LegacyLink {
  readonly alias: string;
  readonly hosts: readonly string[];
  readonly variables: readonly string[];
}

/** R602, R603: a link on the default bridge.  Its hosts entries go while the target is stopped, and stay while it is paused. */
function legacyLinks(scene: Scene, from: Party, to: Party): readonly LegacyLink[] {
  const owner = hostsFileOwner(from);
  const onDefault = ({ stack }: Party): boolean => stack.legs.some(({ net }) => net.isDefault && net.kind === 'bridge');
  if (!owner || !onDefault(from) || !onDefault(to)) return [];
  return owner.links.flatMap((link): LegacyLink[] => {
    if (link.networkId !== undefined) return [];
    const target = linkTarget(scene, link.targetName);
    if (!target || !isUp(target) || scene.party(target.id)?.stack !== to.stack) return [];
    const hosts = [link.alias, target.hostname ?? '', target.name].filter((name) => name !== '');
    const injects = scene.traits.major < 29 && !scene.traits.podman && owner === from.endpoint;
    return [
      { alias: link.alias, hosts: [...new Set(hosts)], variables: injects ? linkVariables(link.alias, target) : [] },
    ];
  });
}

/** R606: lines of the hosts file that were asked for and lead to `to`. */
function hostsEntries(scene: Scene, from: Party, to: Party): readonly string[] {
  const entries = hostsFileOwner(from)?.extraHosts ?? [];
  if (entries.length === 0) return [];
  const addresses = new Set(to.stack.legs.flatMap(({ v4, v6 }) => [v4, v6]));
  const machine = to.stack.kind === 'host';
  const { hostAddresses4, hostAddresses6 } = scene.traits;
  const leads = (address: string): boolean =>
    addresses.has(address) ||
    (machine &&
      (address === 'host-gateway' ||
        scene.gateways.has(address) ||
        hostAddresses4.includes(address) ||
        hostAddresses6.includes(address)));
  return [...new Set(entries.filter(({ address }) => leads(address)).map(({ name }) => name))];
}

/** Whose hosts file a container reads: who joins a network stack, reads that of its owner. */
function hostsFileOwner({ endpoint, stack }: Party): ContainerEndpoint | null {
  if (!isContainer(endpoint)) return null;
  return endpoint.networkMode.kind === 'container' ? stack.owner : endpoint;
}
