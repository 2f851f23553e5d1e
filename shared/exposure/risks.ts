/** What of the containers that run deserves a second look, the gravest first, with what would take it away. */
import { POWERS, type Power } from '../methods/model.ts';
import { hasPower, socketsOf } from '../methods/powers.ts';
import {
  isContainer,
  isUp,
  SWARM_SERVICE_ID_LABEL,
  type ContainerEndpoint,
  type PublishedPort,
  type Topology,
} from '../topology/model.ts';
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
  | { readonly kind: 'isolate' | 'offline'; readonly name: string }
  /** Run the container again without it.  `not`: why that cannot be offered. */
  | { readonly kind: 'rerun'; readonly name: string; readonly without: Power; readonly not?: 'swarm' };

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

/** What it was given.  It can be taken away; and cutting it off leaves what it is, and takes away who could make use of it. */
function own(container: ContainerEndpoint): Risk[] {
  const { id, name, networkMode, labels } = container;
  const cut: readonly Remedy[] =
    networkMode.kind === 'own'
      ? [
          { kind: 'offline', name: id },
          { kind: 'isolate', name: id },
        ]
      : [];
  // Swarm would make it as the service says.
  const not = labels[SWARM_SERVICE_ID_LABEL] === undefined ? {} : ({ not: 'swarm' } as const);
  return POWERS.filter((power) => hasPower(container, power) && !goesWithoutSaying(container, power)).map((power) => ({
    kind: power,
    id,
    name,
    params: power === 'engine-socket' ? { path: socketsOf(container)[0]?.source ?? '' } : {},
    remedies: [{ kind: 'rerun', name: id, without: power, ...not }, ...cut],
  }));
}

/** What a greater one includes. */
function goesWithoutSaying({ privileged, networkMode }: ContainerEndpoint, power: Power): boolean {
  if (power === 'host-processes') return privileged;
  return power === 'net-admin' && networkMode.kind === 'host';
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
