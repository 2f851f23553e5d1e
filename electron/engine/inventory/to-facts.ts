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
  const filtering = root['BridgeNfIptables'];
  return {
    name: textOf(root['Name']),
    version: known.version || textOf(root['ServerVersion']),
    apiVersion: known.apiVersion,
    kind: known.kind,
    operatingSystem: textOf(root['OperatingSystem']),
    firewallBackend: textOf(objectOf(root['FirewallBackend'])['Driver']),
    swarm: textOf(objectOf(root['Swarm'])['LocalNodeState']) === 'active',
    rootless: textsOf(root['SecurityOptions']).some((option) => option.split(',').includes('name=rootless')),
    // Gone from API 1.51 on; the helper reads it from the kernel.
    bridgeNetfilter: typeof filtering === 'boolean' ? filtering : null,
    userlandProxy: null,
    hostAddresses: [],
  };
}

/** The engine's clock as `/info` tells it, as `/events?since=` wants it; null when it does not tell. */
export function engineTime(info: unknown): string | null {
  const time = Date.parse(textOf(objectOf(info)['SystemTime']));
  return Number.isNaN(time) ? null : (time / 1000).toFixed(3);
}
