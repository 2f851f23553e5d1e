/** What of the containers that run deserves a second look, the gravest first, with what would take it away. */
import { hasCapability } from '../reachability/capabilities.ts';
import { holdsSocket } from '../reachability/engine-socket.ts';
import { isContainer, isUp, type ContainerEndpoint, type PublishedPort, type Topology } from '../topology/model.ts';
import { databaseAt } from './databases.ts';
import type { Exposed, Outside } from './exposure.ts';

/** In the order of their weight. */
export const RISK_KINDS = [
  /** It can command the engine, and by that the machine. */
  'engine-socket',
  'privileged',
  /** A database that can be called from outside. */
  'database',
  /** It sees the machine's processes. */
  'host-processes',
  /** It listens where the machine listens. */
  'host-network',
  /** It can change packet filters in its own namespace. */
  'net-admin',
  /** Anything else that can be called from outside. */
  'published',
] as const;
export type RiskKind = (typeof RISK_KINDS)[number];

/** What Bulkhead can do about it at a click; what it cannot, the words of the kind say. */
export type Remedy =
  | { readonly kind: 'block'; readonly from: Outside; readonly to: string; readonly ports?: readonly string[] }
  | { readonly kind: 'isolate' | 'offline'; readonly name: string };

export interface Risk {
  readonly kind: RiskKind;
  /** Endpoint id. */
  readonly id: string;
  readonly name: string;
  /** For the sentence: `path`, `database`, `ports`. */
  readonly params: Readonly<Record<string, string>>;
  readonly remedies: readonly Remedy[];
}

/** By weight, then in the topology's order; one of each kind and container. */
export function risksIn({ endpoints }: Topology, exposed: readonly Exposed[]): readonly Risk[] {
  const outside = new Map(exposed.map((one) => [one.container.id, one]));
  const found = endpoints
    .filter(isContainer)
    .filter(isUp)
    .flatMap((container) => {
      return [...own(container), ...seenFromOutside(container, outside.get(container.id))];
    });
  return found
    .map((risk, at) => ({ risk, at }))
    .sort((a, b) => RISK_KINDS.indexOf(a.risk.kind) - RISK_KINDS.indexOf(b.risk.kind) || a.at - b.at)
    .map(({ risk }) => risk);
}

/** What it may do by itself. Cutting it off leaves what it is, and takes away who could make use of it. */
function own(container: ContainerEndpoint): Risk[] {
  const { id, name, mounts, privileged, pidMode, networkMode } = container;
  const isolate: Remedy[] =
    networkMode.kind === 'own'
      ? [
          { kind: 'offline', name: id },
          { kind: 'isolate', name: id },
        ]
      : [];
  const risk = (kind: RiskKind, params: Risk['params'] = {}, remedies: readonly Remedy[] = isolate): Risk => ({
    kind,
    id,
    name,
    params,
    remedies,
  });
  const socket = mounts.find(({ type, source }) => type === 'bind' && holdsSocket(source));
  return [
    ...(socket ? [risk('engine-socket', { path: socket.source })] : []),
    ...(privileged ? [risk('privileged')] : []),
    ...(pidMode === 'host' && !privileged ? [risk('host-processes')] : []),
    ...(networkMode.kind === 'host' ? [risk('host-network', {}, [])] : []),
    ...(!privileged && networkMode.kind !== 'host' && hasCapability(container, 'NET_ADMIN') ? [risk('net-admin')] : []),
  ];
}

function seenFromOutside(container: ContainerEndpoint, exposed: Exposed | undefined): Risk[] {
  // Whoever shares the machine's stack is told as that.
  if (!exposed || container.networkMode.kind === 'host') return [];
  const { id, name } = container;
  const databases = container.publishedPorts.flatMap((published) => {
    const database = published.protocol === 'tcp' ? databaseAt(container, published.port) : null;
    return database && isAmong(exposed, published) ? [database] : [];
  });
  const block = (ports?: readonly string[]): Remedy[] =>
    exposed.zones.map((from) => ({ kind: 'block', from, to: id, ...(ports ? { ports } : {}) }));
  const [first] = databases;
  if (first) {
    const ports = [...new Set(databases.map(({ port }) => `tcp/${String(port)}`))];
    return [
      { kind: 'database', id, name, params: { database: first.name, ports: ports.join(', ') }, remedies: block(ports) },
    ];
  }
  const ports = [...new Set(exposed.ways.flatMap((way) => way.ports ?? []))];
  return [{ kind: 'published', id, name, params: { ports: ports.join(', ') }, remedies: block() }];
}

function isAmong({ ways }: Exposed, { protocol, hostPort }: PublishedPort): boolean {
  return ways.some(({ ports }) => ports === null || ports.includes(`${protocol}/${String(hostPort)}`));
}
