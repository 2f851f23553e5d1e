/** Networks and engines, reduced to the traits that decide. */
import type { Network, Topology } from '../topology/model.ts';
import type { RuleId } from './reasons.ts';

export type Family = 4 | 6;

/** A network, reduced to what decides. */
export interface Net {
  readonly index: number;
  readonly name: string;
  readonly driver: string;
  /** `opaque`: a driver this version does not judge; `rule` says so. */
  readonly kind: 'bridge' | 'opaque';
  /** For `opaque`: the rule that says why. */
  readonly rule: RuleId;
  readonly isDefault: boolean;
  readonly internal: boolean;
  readonly icc: boolean;
  readonly masquerade: boolean;
  /** Gateway settings other than the usual, per family: ways across this network are not judged. */
  readonly odd4: boolean;
  readonly odd6: boolean;
  readonly trustsOutside: boolean;
  /** The machine's addresses on this bridge. */
  readonly gateways4: readonly string[];
  readonly gateways6: readonly string[];
}

/** Engine traits the rules depend on. */
export interface Traits {
  /** 0 when the version cannot be read. */
  readonly major: number;
  readonly podman: boolean;
  readonly rootless: boolean;
  /** Whether the engine's IPv6 firewall is known to be on. */
  readonly filtersIpv6: boolean;
  readonly userlandProxy: boolean;
  /** Whether containers on internal networks only still get a default route (SPEC R111, R304). */
  readonly internalRoutes: boolean;
  /** `bridge-nf-call-iptables` is known to be off. */
  readonly bridgeUnfiltered: boolean;
  readonly hostAddresses4: readonly string[];
  readonly hostAddresses6: readonly string[];
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

/** Whether ways across this network in this family are beyond this version (R805). */
export function isOdd(net: Net, family: Family): boolean {
  return family === 4 ? net.odd4 : net.odd6;
}

export function traitsOf({ engine }: Topology): Traits {
  const major = Number.parseInt(engine.version, 10) || 0;
  return {
    major,
    podman: engine.kind === 'podman',
    rootless: engine.rootless,
    filtersIpv6: major >= 27 || engine.ip6tables === true,
    userlandProxy: engine.userlandProxy !== false,
    internalRoutes: major < 25,
    bridgeUnfiltered: engine.bridgeNetfilter === false,
    hostAddresses4: engine.hostAddresses.filter((address) => familyOf(address) === 4 && !isLoopback(address)),
    hostAddresses6: engine.hostAddresses.filter((address) => familyOf(address) === 6 && !isLoopback(address)),
  };
}

const OPTION = 'com.docker.network.bridge.';

export function netOf(network: Network, index: number): Net {
  const option = (name: string): string => network.options[OPTION + name] ?? '';
  const odd = (family: Family): boolean => !['', 'nat'].includes(option(`gateway_mode_ipv${family}`));
  const gateways = network.subnets
    .map(({ gateway }) => gateway.split('/')[0] ?? '')
    .filter((gateway) => gateway !== '');
  const isDefault = option('default_bridge') === 'true' || network.name === 'bridge';
  return {
    index,
    name: network.name,
    driver: network.driver,
    kind: network.driver === 'bridge' ? 'bridge' : 'opaque',
    rule: opaqueRule(network),
    isDefault,
    internal: network.internal,
    icc: option('enable_icc') !== 'false',
    masquerade: option('enable_ip_masquerade') !== 'false',
    odd4: odd(4) || option('inhibit_ipv4') === 'true',
    odd6: odd(6),
    trustsOutside: option('trusted_host_interfaces') !== '',
    gateways4: gateways.filter((gateway) => familyOf(gateway) === 4),
    gateways6: gateways.filter((gateway) => familyOf(gateway) === 6),
  };
}

function opaqueRule({ driver, ingress }: Network): RuleId {
  if (driver === 'overlay' || ingress) return 'R802';
  return driver === 'macvlan' || driver === 'ipvlan' ? 'R803' : 'R801';
}

export function unknownNet(id: string, index: number): Net {
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
  return { ...netOf(network, index), rule: 'R804' };
}

export function isLoopback(address: string): boolean {
  return address.startsWith('127.') || address === '::1';
}
