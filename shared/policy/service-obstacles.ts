/** What stands in the way of a block that has a Swarm service on a side. S4–S7, S12, W11, W12 of SPEC.md. */
import { ALL_PORTS, isEmpty, minus, type PortSet } from '../ports.ts';
import {
  assertNever,
  isContainer,
  isService,
  isUp,
  isZone,
  type ContainerEndpoint,
  type Endpoint,
  type ServiceEndpoint,
} from '../topology/model.ts';
import type { Obstacle } from './model.ts';
import { obstacle } from './obstacle-texts.ts';
import { leadsOutside, publishedOn, selfPower } from './powers.ts';
import { plain } from './selector.ts';
import { shareStack, type Index } from './stack.ts';
import { hiddenWay, isMeshed, tasksElsewhere, tasksHere } from './swarm.ts';

/**
 * What else the same policy decides.  A task of a Swarm service is kept from somebody only together with its service, and
 * the service only together with its tasks.
 */
export interface Decision {
  /** What is denied of a pair, by ids. */
  readonly denied: (from: string, to: string) => PortSet;
  /** Containers that let nothing in but what is allowed. */
  readonly closed: ReadonlySet<string>;
}

/** Two sides of which one at least is a service. */
export function serviceObstacles(
  index: Index,
  from: Endpoint,
  to: Endpoint,
  decision: Decision | null,
): readonly Obstacle[] {
  const stop =
    (isService(to) ? serviceStop(index, from, to) : null) ??
    (isService(from) ? senderStop(index, from, to, decision) : null) ??
    (decision ? partStop(index, from, to, decision) : null);
  if (stop) return [stop];
  const found: Obstacle[] = [];
  if (isContainer(from)) found.push(...selfPower(index, from, 'W9', ''));
  if (isService(to)) found.push(...publishedWarnings(index, from, to));
  if (isZone(to)) found.push(obstacle('W8', { name: plain(from.name), zone: to.name }));
  return found;
}

/** Why calling a service cannot be closed, whatever else is decided; `null` where it can. */
export function serviceStop(index: Index, from: Endpoint, to: ServiceEndpoint): Obstacle | null {
  const names = { from: plain(from.name), to: plain(to.name) };
  if (from.id === to.id) return obstacle('S2', { from: names.from });
  const stack = isContainer(from) ? index.stackOf(from) : null;
  if (stack?.kind === 'host') return obstacle('S4', names);
  if (stack?.kind === 'gone') return obstacle('S6', { name: names.from });
  if (isOnHost(index, to)) return obstacle('S5', names);
  if (isZone(from) && to.publishedPorts.length > 0 && leadsOutside(index.topology.engine)) {
    return obstacle('S1', { zone: from.name, name: names.to });
  }
  return null;
}

/** Whether its tasks are on the network of their machines. */
function isOnHost({ topology }: Index, { networks }: ServiceEndpoint): boolean {
  return networks.some(({ networkId }) =>
    topology.networks.some(({ id, driver }) => id === networkId && driver === 'host'),
  );
}

/** What a service's tasks on other nodes send is held only where it comes to a container here, and by its own address. */
function senderStop(index: Index, from: ServiceEndpoint, to: Endpoint, decision: Decision | null): Obstacle | null {
  const names = { from: plain(from.name), to: plain(to.name) };
  if (isOnHost(index, from)) return obstacle('S4', names);
  if (isContainer(to)) {
    const stack = index.stackOf(to);
    if (stack.kind === 'host') return obstacle('S5', names);
    if (stack.kind === 'gone') return obstacle('S6', { name: names.to });
  }
  if (tasksElsewhere(from, index.topology).length === 0) return null;
  if (isContainer(to)) {
    const isKept = decision?.closed.has(to.id) === true;
    const publishes = index.membersOf(to).some(({ publishedPorts }) => publishedPorts.length > 0);
    if (isKept || (!publishes && hiddenWay(index.topology, from, to) === null)) return null;
  }
  return obstacle('S7', { service: names.from, to: names.to });
}

/** S12: the service is more than its own address: what a task of it here does or suffers is part of the pair. */
function partStop(index: Index, from: Endpoint, to: Endpoint, decision: Decision): Obstacle | null {
  const asked = decision.denied(from.id, to.id);
  const ports = isEmpty(asked) ? ALL_PORTS : asked;
  for (const a of partsOf(index, from)) {
    for (const b of partsOf(index, to)) {
      if ((a === from && b === to) || a.id === b.id || areOne(index, a, b)) continue;
      if (!isEmpty(minus(ports, decision.denied(a.id, b.id)))) {
        return obstacle('S12', { from: plain(a.name), to: plain(b.name) });
      }
    }
  }
  return null;
}

/** An endpoint, and where it is a service its running tasks on this node. */
function partsOf({ topology }: Index, endpoint: Endpoint): readonly Endpoint[] {
  return isService(endpoint) ? [endpoint, ...tasksHere(endpoint, topology).filter(isUp)] : [endpoint];
}

/** Two containers in one stack, or a service and its own task: between these there is nothing to close. */
function areOne(index: Index, a: Endpoint, b: Endpoint): boolean {
  if (isContainer(a) && isContainer(b)) return shareStack(index.stackOf(a), index.stackOf(b));
  const [service, task] = isService(a) ? [a, b] : [b, a];
  return isService(service) && isContainer(task) && isTaskOf(index, service, task);
}

function isTaskOf({ topology }: Index, service: ServiceEndpoint, task: ContainerEndpoint): boolean {
  return tasksHere(service, topology).includes(task);
}

/** W6, W11, W12: what is published is more than what this machine sees of it. */
function publishedWarnings({ topology }: Index, from: Endpoint, to: ServiceEndpoint): readonly Obstacle[] {
  const { engine } = topology;
  const name = plain(to.name);
  const ports = publishedOn(to);
  if (ports === '') return [];
  const found: Obstacle[] = [];
  if (isContainer(from) && leadsOutside(engine)) {
    found.push(obstacle('W6', { name, ports, from: plain(from.name) }));
  }
  const away = new Set(tasksElsewhere(to, topology).map(({ nodeId }) => nodeId));
  const nodes = (engine.swarmNodes ?? []).filter(({ id }) => isMeshed(to) || away.has(id));
  if (nodes.length === 0) return found;
  const listed = nodes.map((node) => plain([node.name, ...node.addresses].join(' '))).join(', ');
  switch (from.kind) {
    case 'lan':
    case 'internet':
      found.push(obstacle('W12', { service: name, ports, nodes: listed, zone: from.name }));
      break;
    case 'container':
    case 'host':
    case 'service':
      found.push(obstacle('W11', { service: name, ports, nodes: listed, from: plain(from.name) }));
      break;
    default:
      assertNever(from);
  }
  return found;
}
