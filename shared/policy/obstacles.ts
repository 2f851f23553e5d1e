/** What stands in the way of a block: `S…` stops it, `W…` weakens it. Each is described in SPEC.md. */
import { ALL_PORTS, isEmpty, minus, NO_PORTS } from '../ports.ts';
import type { ContainerEndpoint, Endpoint, Mount, Topology, ZoneEndpoint } from '../topology/model.ts';
import { isContainer, isService, isZone } from '../topology/model.ts';
import type { Decided, Obstacle } from './model.ts';
import { obstacle } from './obstacle-texts.ts';
import { isEngineSocket, leadsOutside, publishedOn, selfPower } from './powers.ts';
import { pairKey } from './resolve.ts';
import { plain } from './selector.ts';
import { serviceObstacles, serviceStop, type Decision } from './service-obstacles.ts';
import { indexTopology, shareStack, type Index } from './stack.ts';
import { hiddenWay } from './swarm.ts';

export function decisionOf({ pairs, closed }: Decided): Decision {
  const ports = new Map(pairs.map((one) => [pairKey(one.from, one.to), one.ports]));
  return { denied: (from, to) => ports.get(pairKey(from, to)) ?? NO_PORTS, closed };
}

/** Everything that stops or weakens a block `from` → `to` (endpoint ids), alone. Empty for ids that are not there. */
export function obstaclesOf(topology: Topology, fromId: string, toId: string): readonly Obstacle[] {
  return obstaclesIn(indexTopology(topology), fromId, toId, null);
}

/** As `obstaclesOf`, for many pairs of one topology; with all that is decided together, or `null` for the pair alone. */
export function obstaclesIn(
  index: Index,
  fromId: string,
  toId: string,
  decision: Decision | null,
): readonly Obstacle[] {
  const find = (id: string): Endpoint | undefined =>
    index.container(id) ?? index.topology.endpoints.find((endpoint) => endpoint.id === id);
  const from = find(fromId);
  const to = find(toId);
  if (!from || !to) return [];
  if (isService(from) || isService(to)) return serviceObstacles(index, from, to, decision);
  if (isContainer(from) && isZone(to)) return zoneObstacles(index, from, to, 'to');
  if (isContainer(to) && isZone(from)) {
    const found = zoneObstacles(index, to, from, 'from');
    const hidden = isStopped(found) ? null : hiddenStop(index, from, to, decision);
    return hidden ? [hidden] : found;
  }
  if (!isContainer(from) || !isContainer(to)) return [];
  const stop = stopOf(index, from, to) ?? hiddenStop(index, from, to, decision);
  return stop ? [stop] : warningsOf(index, from, to);
}

function isStopped(found: readonly Obstacle[]): boolean {
  return found.some(({ severity }) => severity === 'stop');
}

/** S8: the way by the service whose task `to` is, unless that is denied too, or the task lets in nobody it does not know. */
function hiddenStop(index: Index, from: Endpoint, to: ContainerEndpoint, decision: Decision | null): Obstacle | null {
  const owner = (one: ContainerEndpoint): ContainerEndpoint => {
    const stack = index.stackOf(one);
    return stack.kind === 'own' ? stack.owner : one;
  };
  const way = hiddenWay(index.topology, isContainer(from) ? owner(from) : from, owner(to));
  if (!way || decision?.closed.has(to.id)) return null;
  if (way.service && decision) {
    const asked = decision.denied(from.id, to.id);
    const left = minus(isEmpty(asked) ? ALL_PORTS : asked, decision.denied(from.id, way.service.id));
    if (isEmpty(left) && serviceStop(index, from, way.service) === null) return null;
  }
  return obstacle('S8', { from: plain(from.name), to: plain(to.name), service: plain(way.name) });
}

function zoneObstacles(
  index: Index,
  container: ContainerEndpoint,
  zone: ZoneEndpoint,
  way: 'from' | 'to',
): readonly Obstacle[] {
  const name = plain(container.name);
  const stack = index.stackOf(container);
  if (stack.kind === 'host') {
    return [
      obstacle(way === 'to' ? 'S4' : 'S5', {
        from: way === 'to' ? name : zone.name,
        to: way === 'to' ? zone.name : name,
      }),
    ];
  }
  if (stack.kind === 'gone') return [obstacle('S6', { name })];
  const members = index.membersOf(container);
  const ports = members.map(publishedOn).filter((text) => text !== '');
  if (way === 'from' && ports.length > 0 && leadsOutside(index.topology.engine)) {
    return [obstacle('S1', { zone: zone.name, name })];
  }
  const found = [...selfPower(index, container, 'W9', '')];
  const { kind, userlandProxy } = index.topology.engine;
  if (way === 'from' && zone.kind === 'host') {
    if (kind === 'podman') found.push(obstacle('W13', { name }));
    else if (ports.length > 0 && userlandProxy !== false) {
      found.push(obstacle('W7', { name, ports: ports.join(', ') }));
    }
  }
  if (way === 'to') found.push(obstacle('W8', { name, zone: zone.name }));
  return found;
}

function stopOf(index: Index, from: ContainerEndpoint, to: ContainerEndpoint): Obstacle | null {
  const names = { from: plain(from.name), to: plain(to.name) };
  if (from.id === to.id) return obstacle('S2', { from: names.from });
  const source = index.stackOf(from);
  const target = index.stackOf(to);
  if (shareStack(source, target)) return obstacle('S3', names);
  if (source.kind === 'host') return obstacle('S4', names);
  if (target.kind === 'host') return obstacle('S5', names);
  if (source.kind === 'gone') return obstacle('S6', { name: names.from });
  if (target.kind === 'gone') return obstacle('S6', { name: names.to });
  return null;
}

function warningsOf(index: Index, from: ContainerEndpoint, to: ContainerEndpoint): readonly Obstacle[] {
  const found: Obstacle[] = [];
  for (const [one, other] of [
    [from, to],
    [to, from],
  ] as const) {
    found.push(...selfPower(index, one, 'W1', plain(other.name)));
  }
  if (leadsOutside(index.topology.engine)) {
    for (const member of index.membersOf(to)) {
      const ports = publishedOn(member);
      if (ports !== '') found.push(obstacle('W6', { name: plain(member.name), ports, from: plain(from.name) }));
    }
  }
  for (const source of sharedSources(from, to)) {
    found.push(obstacle('W4', { source: plain(source), from: plain(from.name) }));
  }
  return found;
}

/** Volumes and host folders that both mount and `from` may write, so that `from` can hand data to `to`. */
function sharedSources(from: ContainerEndpoint, to: ContainerEndpoint): readonly string[] {
  const shared = from.mounts
    .filter((mount) => mount.writable && !isEngineSocket(mount))
    .flatMap((mine) => to.mounts.flatMap((theirs) => commonSource(mine, theirs) ?? []));
  return [...new Set(shared)].sort();
}

function commonSource(a: Mount, b: Mount): string | null {
  if (a.type !== b.type) return null;
  if (a.type === 'volume') return a.source !== '' && a.source === b.source ? a.source : null;
  if (a.type !== 'bind') return null;
  if (isInside(a.source, b.source)) return a.source;
  return isInside(b.source, a.source) ? b.source : null;
}

function isInside(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith('/') ? folder : `${folder}/`);
}
