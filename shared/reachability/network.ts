/** Networks and engines, reduced to the traits that decide. */
import { bridgeName } from '../firewall/own.ts';
import { GATEWAY_BRIDGE, type EngineFacts, type Network, type Topology } from '../topology/model.ts';
import type { RuleId } from './reasons.ts';
import { contains, covers } from './subnet.ts';

export type Family = 4 | 6;

/**
 * What a bridge's gateway is in one family.
 *
 * `nat`: the usual.  `unprotected`: the usual, but the engine lets outsiders who have a route in (nat-unprotected).
 * `routed`: addresses are kept, published ports are open at the container's own address.  `isolated`: an internal
 * network on which the machine has no address.  `inhibited`: the engine gives the machine no address, though containers
 * are told one (inhibit_ipv4).  `unsure`: not known (R805).
 */
export type GatewayMode = 'nat' | 'unprotected' | 'routed' | 'isolated' | 'inhibited' | 'unsure';

/** A network, reduced to what decides. */
export interface Net {
  readonly index: number;
  readonly id: string;
  readonly name: string;
  /** Its interface on the machine, where it is a bridge. */
  readonly bridge: string;
  readonly driver: string;
  /**
   * `lan`: macvlan or ipvlan.  `ingress`: the routing mesh's own overlay.  `opaque`: a driver this version does not judge;
   * `rule` says so.
   */
  readonly kind: 'bridge' | 'overlay' | 'ingress' | 'lan' | 'opaque';
  /** For `lan`. */
  readonly lan: LanTraits | null;
  /** For `opaque`: the rule that says why. */
  readonly rule: RuleId;
  readonly isDefault: boolean;
  /** The bridge on which the engine hangs what is on overlay networks only. */
  readonly isGatewayBridge: boolean;
  /** Whether an overlay encrypts between nodes. */
  readonly encrypted: boolean;
  readonly internal: boolean;
  readonly icc: boolean;
  readonly masquerade: boolean;
  readonly mode4: GatewayMode;
  readonly mode6: GatewayMode;
  readonly trustsOutside: boolean;
  /** The machine's addresses on this bridge. */
  readonly gateways4: readonly string[];
  readonly gateways6: readonly string[];
  /** Whom it keeps from addresses of the network outside, because its own subnet lies over them (SPEC R535). */
  readonly hides4: Hiding;
  readonly hides6: Hiding;
  /** Subnets outside that the machine may take for the nearer way to addresses of this bridge (SPEC R306). */
  readonly rivals: readonly string[];
}

/**
 * `its own`: containers on it, to whom all of its subnet is next door.  `everybody`: the machine too, whose nearest route
 * to those addresses is the one to this network.
 */
export type Hiding = 'nobody' | 'its own' | 'everybody';

/** What decides on a macvlan or ipvlan network. */
export interface LanTraits {
  /**
   * `together`: its containers reach each other.  `apart`: never.  `outside`: only if the switch or router outside sends
   * their packets back (vepa, passthru).  `routed` (ipvlan l3): together, but the LAN must be told routes.
   */
  readonly inside: 'together' | 'apart' | 'outside' | 'routed';
  /** The machine's interface; `''` for none, which leads nowhere. */
  readonly parent: string;
  readonly subnets: readonly string[];
  /**
   * Where the machine's addresses in the network's subnet are, per family.  `parent`: on the parent alone, which its own
   * children cannot reach.  `none`.  `unsure`: on another interface, or not measured.
   */
  readonly machine4: 'parent' | 'none' | 'unsure';
  readonly machine6: 'parent' | 'none' | 'unsure';
}

/** One stack on one network. */
export interface Leg {
  readonly net: Net;
  readonly v4: string | null;
  readonly v6: string | null;
  /** Of its way out among those of several legs: the highest wins. */
  readonly priority: number;
}

/** The address of a leg in one family, `null` when it has none. */
export function addressOf(leg: Leg, family: Family): string | null {
  return family === 4 ? leg.v4 : leg.v6;
}

/** Engine traits the rules depend on. */
export interface Traits {
  /** 0 when the version cannot be read. */
  readonly major: number;
  readonly podman: boolean;
  readonly rootless: boolean;
  /** Whether the engine's IPv6 firewall is on; null: not known. */
  readonly filtersIpv6: boolean | null;
  readonly userlandProxy: boolean;
  /** Whether the kernel may have IPVS; known not to: virtual addresses and the routing mesh lead nowhere. */
  readonly ipvs: boolean;
  /** Whether this node manages its Swarm, and so knows its services; `null` where there is no Swarm. */
  readonly manager: boolean | null;
  /** Addresses of the Swarm's other nodes, as far as known; one without any has `''`. */
  readonly nodeAddresses: readonly string[];
  /** Whether containers on internal networks only still get a default route (SPEC R111, R304). */
  readonly internalRoutes: boolean;
  /** Whether a read-only bind leaves the file systems mounted below its folder as they are (SPEC R614). */
  readonly shallowReadOnly: boolean;
  /** Whether the embedded DNS looks for an IPv6 address beyond the first network that knows the name. */
  readonly searchesOn: boolean;
  /** Whether `trusted_host_interfaces` means anything to the engine. */
  readonly trustsInterfaces: boolean;
  /** `bridge-nf-call-iptables` is known to be off. */
  readonly bridgeUnfiltered: boolean;
  readonly hostAddresses4: readonly string[];
  readonly hostAddresses6: readonly string[];
  readonly interfaces: EngineFacts['hostInterfaces'] | null;
  /** Subnets of networks outside to which the machine has routes; empty when not measured. */
  readonly outsideSubnets: readonly string[];
}

export function familyOf(address: string): Family {
  return address.includes(':') ? 6 : 4;
}

/** The machine's own addresses that are no container gateway, in one family. */
export function addressesOf(traits: Traits, family: Family): readonly string[] {
  return family === 4 ? traits.hostAddresses4 : traits.hostAddresses6;
}

export function gatewaysOf(net: Net, family: Family): readonly string[] {
  return family === 4 ? net.gateways4 : net.gateways6;
}

export function modeOf(net: Net, family: Family): GatewayMode {
  return family === 4 ? net.mode4 : net.mode6;
}

export function hidingOf(net: Net, family: Family): Hiding {
  return family === 4 ? net.hides4 : net.hides6;
}

export function traitsOf({ engine, networks }: Topology): Traits {
  const major = Number.parseInt(engine.version, 10) || 0;
  return {
    major,
    podman: engine.kind === 'podman',
    rootless: engine.rootless,
    filtersIpv6: engine.kind === 'podman' || major >= 27 ? true : (engine.ip6tables ?? null),
    // Podman redirects; its conmon only keeps the port taken.
    userlandProxy: engine.userlandProxy !== false && engine.kind !== 'podman',
    ipvs: engine.ipvs !== false,
    manager: engine.swarm ? engine.swarmManager === true : null,
    nodeAddresses: (engine.swarmNodes ?? []).flatMap(({ addresses }) => (addresses.length > 0 ? addresses : [''])),
    internalRoutes: major < 25 && engine.kind !== 'podman',
    shallowReadOnly: major > 0 && major < 25 && engine.kind !== 'podman',
    searchesOn: major > 0 && major < 27 && engine.kind !== 'podman',
    trustsInterfaces: major === 0 || major >= 28,
    bridgeUnfiltered: engine.bridgeNetfilter === false,
    hostAddresses4: engine.hostAddresses.filter((address) => familyOf(address) === 4 && !isLoopback(address)),
    hostAddresses6: engine.hostAddresses.filter((address) => familyOf(address) === 6 && !isLoopback(address)),
    interfaces: engine.hostInterfaces ?? null,
    outsideSubnets: outsideSubnets(engine, networks),
  };
}

/** What the machine's routes lead to besides networks of containers: those are told by their bridges, or its addresses there. */
function outsideSubnets(
  { hostRoutes = {}, hostInterfaces = {} }: EngineFacts,
  networks: Topology['networks'],
): string[] {
  const bridges = networks.filter(({ driver }) => driver === 'bridge');
  const names = new Set(bridges.map(bridgeName));
  const gateways = new Set(bridges.flatMap(({ subnets }) => subnets.map(({ gateway }) => gateway)));
  return Object.entries(hostRoutes)
    .filter(([name]) => !names.has(name) && !hostInterfaces[name]?.some((address) => gateways.has(address)))
    .flatMap(([, subnets]) => subnets);
}

function rivals({ subnets }: Network, { outsideSubnets }: Traits): readonly string[] {
  return outsideSubnets.filter((outside) => subnets.some(({ subnet }) => covers(subnet, outside)));
}

/** Only on a bridge or an overlay is what lies in the subnet not the network outside itself. */
function hiding({ subnets }: Network, kind: Net['kind'], family: Family, { outsideSubnets }: Traits): Hiding {
  if (kind !== 'bridge' && kind !== 'overlay') return 'nobody';
  const mine = subnets.map(({ subnet }) => subnet).filter((subnet) => familyOf(subnet) === family);
  if (kind === 'bridge' && mine.some((subnet) => outsideSubnets.some((outside) => covers(outside, subnet)))) {
    return 'everybody';
  }
  return mine.some((subnet) => outsideSubnets.some((outside) => covers(subnet, outside) || covers(outside, subnet)))
    ? 'its own'
    : 'nobody';
}

const OPTION = 'com.docker.network.bridge.';

export function netOf(network: Network, index: number, traits: Traits): Net {
  const option = (name: string): string => network.options[OPTION + name] ?? '';
  const mode4 = gatewayMode(network, 4, traits);
  const mode6 = gatewayMode(network, 6, traits);
  const gateways = network.subnets
    .map(({ gateway }) => gateway.split('/')[0] ?? '')
    .filter((gateway) => gateway !== '');
  const lan = lanTraits(network, traits);
  const kind = kindOf(network, lan);
  // An address that is only reserved, or told to containers, is nowhere on the machine; an overlay's is the driver's own.
  const held = (family: Family, mode: GatewayMode): readonly string[] =>
    kind !== 'bridge' || mode === 'isolated' || mode === 'inhibited'
      ? []
      : gateways.filter((gateway) => familyOf(gateway) === family);
  const isDefault = option('default_bridge') === 'true' || network.name === 'bridge';
  return {
    index,
    id: network.id,
    name: network.name,
    bridge: bridgeName(network),
    driver: network.driver,
    kind,
    lan,
    rule: opaqueRule(network),
    isDefault,
    isGatewayBridge: kind === 'bridge' && network.name === GATEWAY_BRIDGE,
    encrypted: network.encrypted === true,
    internal: network.internal,
    icc: option('enable_icc') !== 'false',
    masquerade: option('enable_ip_masquerade') !== 'false',
    mode4,
    mode6,
    trustsOutside: traits.trustsInterfaces && option('trusted_host_interfaces') !== '',
    gateways4: held(4, mode4),
    gateways6: held(6, mode6),
    hides4: hiding(network, kind, 4, traits),
    hides6: hiding(network, kind, 6, traits),
    rivals: kind === 'bridge' ? rivals(network, traits) : [],
  };
}

/** Modes by driver and option value; any other is not known (R803). */
const LAN_MODES: Readonly<Record<string, LanTraits['inside']>> = {
  'macvlan bridge': 'together',
  'macvlan private': 'apart',
  'macvlan vepa': 'outside',
  'macvlan passthru': 'outside',
  'ipvlan l2 bridge': 'together',
  'ipvlan l2 private': 'apart',
  'ipvlan l2 vepa': 'outside',
  'ipvlan l3 bridge': 'routed',
  'ipvlan l3s bridge': 'routed',
};

function lanTraits({ driver, options, subnets, internal }: Network, traits: Traits): LanTraits | null {
  const words =
    driver === 'macvlan'
      ? [driver, options['macvlan_mode'] ?? 'bridge']
      : [driver, options['ipvlan_mode'] ?? 'l2', options['ipvlan_flag'] ?? 'bridge'];
  const inside = driver === 'macvlan' || driver === 'ipvlan' ? LAN_MODES[words.join(' ')] : undefined;
  if (!inside) return null;
  const given = options['parent'] ?? '';
  // Without a parent the engine makes a dummy, which it may name.
  const parent = internal && /^d[mi]-[0-9a-f]+$/.test(given) ? '' : given;
  const machine = (family: Family): LanTraits['machine4'] => {
    if (parent === '') return 'none';
    if (!traits.interfaces) return 'unsure';
    const mine = subnets.filter(({ subnet }) => familyOf(subnet) === family);
    const holders = Object.entries(traits.interfaces)
      .filter(([, addresses]) => addresses.some((one) => mine.some(({ subnet }) => contains(subnet, one))))
      .map(([name]) => name);
    if (holders.length === 0) return 'none';
    return holders.every((name) => name === parent) ? 'parent' : 'unsure';
  };
  return { inside, parent, subnets: subnets.map(({ subnet }) => subnet), machine4: machine(4), machine6: machine(6) };
}

/** Where the machine's addresses in that network's subnet are. */
export function machineOn(lan: LanTraits, family: Family): LanTraits['machine4'] {
  return family === 4 ? lan.machine4 : lan.machine6;
}

/** Engines before 27 take `gateway_mode` and do nothing with it (measured on 20.10 and 26.1); 27 was not measured. */
function gatewayMode(network: Network, family: Family, { major, hostAddresses4 }: Traits): GatewayMode {
  const option = (name: string): string => network.options[OPTION + name] ?? '';
  if (family === 4 && option('inhibit_ipv4') === 'true') {
    const own = network.subnets.some(({ subnet }) => hostAddresses4.some((address) => contains(subnet, address)));
    // A bridge somebody else made, or an address somebody else gave it: what they are for is not known.
    return own || option('name') !== '' ? 'unsure' : 'inhibited';
  }
  const wish = option(`gateway_mode_ipv${String(family)}`);
  if (wish === '' || wish === 'nat' || (major > 0 && major < 27)) return 'nat';
  if (major < 28) return 'unsure';
  if (network.internal) return wish === 'isolated' ? 'isolated' : 'nat';
  if (wish === 'nat-unprotected') return 'unprotected';
  return wish === 'routed' ? 'routed' : 'unsure';
}

function kindOf({ driver, ingress }: Network, lan: LanTraits | null): Net['kind'] {
  if (driver === 'overlay') return ingress ? 'ingress' : 'overlay';
  if (driver === 'bridge') return 'bridge';
  return lan ? 'lan' : 'opaque';
}

function opaqueRule({ driver }: Network): RuleId {
  return driver === 'macvlan' || driver === 'ipvlan' ? 'R803' : 'R801';
}

export function unknownNet(id: string, index: number, traits: Traits): Net {
  const network: Network = {
    id,
    name: id.slice(0, 12),
    driver: '',
    scope: '',
    internal: false,
    ipv6: false,
    ingress: false,
    attachable: false,
    subnets: [],
    options: {},
    labels: {},
    project: '',
  };
  return { ...netOf(network, index, traits), rule: 'R804' };
}

export function isLoopback(address: string): boolean {
  return address.startsWith('127.') || address === '::1';
}
