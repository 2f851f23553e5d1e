/** What the engine says of itself and its machine: `GET /info`, with what the connection already knows. */
import type { EngineFacts } from '../../../shared/topology/model.ts';
import { objectOf, textOf, textsOf } from './json.ts';

export interface KnownOfEngine {
  readonly apiVersion: string;
  readonly version: string;
  readonly kind: 'docker' | 'podman';
}

export function toFacts(info: unknown, known: KnownOfEngine): EngineFacts {
  const root = objectOf(info);
  const has = (name: string): boolean =>
    textsOf(root['SecurityOptions']).some((option) => option.split(',').includes(`name=${name}`));
  const filtering = root['BridgeNfIptables'];
  const version = known.version || textOf(root['ServerVersion']);
  const swarm = objectOf(root['Swarm']);
  const active = textOf(swarm['LocalNodeState']) === 'active';
  return {
    name: textOf(root['Name']),
    version,
    apiVersion: known.apiVersion,
    kind: known.kind,
    operatingSystem: textOf(root['OperatingSystem']),
    firewallBackend: textOf(objectOf(root['FirewallBackend'])['Driver']),
    swarm: active,
    ...(active ? { swarmManager: swarm['ControlAvailable'] === true } : {}),
    ...(active && textOf(swarm['NodeID']) !== '' ? { swarmNodeId: textOf(swarm['NodeID']) } : {}),
    rootless: has('rootless'),
    userNamespaces: has('userns'),
    // Gone from API 1.51 on; the helper reads it from the kernel.
    bridgeNetfilter: typeof filtering === 'boolean' ? filtering : null,
    userlandProxy: null,
    ip6tables: known.kind === 'docker' ? filtersIpv6(version, root['ExperimentalBuild']) : null,
    hostAddresses: [],
  };
}

/** Before 27 the engine's IPv6 firewall was an experiment: one that is not experimental has none, whatever it was told. */
function filtersIpv6(version: string, experimental: unknown): boolean | null {
  const major = Number.parseInt(version, 10);
  return major > 0 && major < 27 && experimental === false ? false : null;
}

/** The engine's clock as `/info` tells it, as `/events?since=` wants it; null when it does not tell. */
export function engineTime(info: unknown): string | null {
  const time = Date.parse(textOf(objectOf(info)['SystemTime']));
  return Number.isNaN(time) ? null : (time / 1000).toFixed(3);
}
