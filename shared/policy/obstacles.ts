/** What stands in the way of a block: `S…` stops it, `W…` weakens it. Each is described in SPEC.md. */
import type {
  ContainerEndpoint,
  Endpoint,
  EngineFacts,
  Mount,
  ServiceEndpoint,
  Topology,
  ZoneEndpoint,
} from '../topology/model.ts';
import { isContainer, isService, isZone } from '../topology/model.ts';
import type { Obstacle } from './model.ts';
import { plain } from './selector.ts';
import { hiddenWay } from './swarm.ts';
import { indexTopology, shareStack, type Index } from './stack.ts';

type Params = Readonly<Record<string, string>>;

/** Id → severity and English text; `{name}` is replaced by the parameter of that name. */
export const OBSTACLES = {
  S1: {
    severity: 'stop',
    text: 'Through the machine outside this engine, {zone} reaches {name} under an address that no rule here can tell. Do not publish its ports, or bind them to an address that {zone} cannot reach.',
  },
  S2: { severity: 'stop', text: '{from} always reaches itself.' },
  S3: { severity: 'stop', text: '{from} and {to} share one network stack: no firewall stands between them.' },
  S4: {
    severity: 'stop',
    text: '{from} uses the network of the host itself: its packets cannot be told from those of the host.',
  },
  S5: {
    severity: 'stop',
    text: '{to} uses the network of the host itself: a block would close the host as well.',
  },
  S6: { severity: 'stop', text: '{name} joins the network of a container that is no longer there.' },
  S7: { severity: 'stop', text: 'Blocking the Swarm service {service} as a whole is not available yet.' },
  S8: {
    severity: 'stop',
    text: '{to} is a task of the Swarm service {service}: through its own address or its published ports {from} gets there under another address, which no rule can tell. Blocking that is not available yet.',
  },
  S9: { severity: 'stop', text: '{name} is isolated, which stands above every rule: release it first.' },
  T1: {
    severity: 'stop',
    text: 'They share no network that could be split. What passes between them goes by other ways, which only the firewall closes.',
  },
  T2: {
    severity: 'stop',
    text: 'They share {network}, whose driver ({driver}) knows no second network of its kind: it cannot be split.',
  },
  T3: {
    severity: 'stop',
    text: '{name} belongs to a Swarm service: the Swarm decides its networks and makes it anew.',
  },
  T4: { severity: 'stop', text: '{name} is on both sides: no network can keep it from itself.' },
  T5: {
    severity: 'stop',
    text: '{name} has no networks of its own: it uses those of another container, of the machine, or none.',
  },
  T6: { severity: 'stop', text: 'There is no link from the one to the other that could be removed.' },
  T7: {
    severity: 'stop',
    text: '{name} would lose {files} changed files of its own layer when it is made anew. Commit it to an image, or move them to a volume first.',
  },
  T8: { severity: 'stop', text: '{name} removes itself when it stops (--rm), so it cannot be made anew.' },
  T9: { severity: 'stop', text: 'Separate networks and removed links know no single ports: use the firewall.' },
  S10: { severity: 'stop', text: '{what} was changed again since, by {entry}: undo that first.' },
  S11: { severity: 'stop', text: '{what} is not as that change left it: the policy file was changed since.' },
  W1: {
    severity: 'warn',
    text: '{name} may change its own network (NET_ADMIN) and can undo the rules inside it. The rules in {other} and on the host still hold.',
  },
  W2: { severity: 'warn', text: '{name} is privileged: it can take over the host and undo every rule.' },
  W3: { severity: 'warn', text: '{name} holds the engine’s socket ({path}): it can undo every rule.' },
  W4: { severity: 'warn', text: 'Both mount {source} and {from} may write there: data still passes.' },
  W5: { severity: 'warn', text: '{other} shares the network of {name}: the block holds for both.' },
  W6: {
    severity: 'warn',
    text: '{name} publishes {ports}: through the machine outside this engine, where its address can no longer be told, {from} may still reach it. Do not publish it, or bind it to an address {from} cannot reach.',
  },
  W7: {
    severity: 'warn',
    text: 'Where the engine relays a published port itself (docker-proxy), it calls {name} from the host: who comes that way, by an address of the machine, is shut out as well ({ports}).',
  },
  W8: {
    severity: 'warn',
    text: 'Names outside are looked up from inside {name}: if its name server is in {zone}, they cannot be looked up any more.',
  },
  W9: {
    severity: 'warn',
    text: '{name} may change its own network (NET_ADMIN) and can undo the rules inside it. Those on the host still hold, except on networks that do not pass it (macvlan, ipvlan, overlay).',
  },
  W10: {
    severity: 'warn',
    text: 'A rule lets {from} reach {name}, but published ports that the engine relays itself (docker-proxy) stay shut this way: {ports}. The relay calls from the machine, which may not reach {name}. Allow host → {name} as well to open them.',
  },
} as const satisfies Record<string, { severity: Obstacle['severity']; text: string }>;

/** Everything that stops or weakens a block `from` → `to` (endpoint ids). Empty for ids that are not there. */
export function obstaclesOf(topology: Topology, fromId: string, toId: string): readonly Obstacle[] {
  return obstaclesIn(indexTopology(topology), fromId, toId);
}

/** As `obstaclesOf`, for many pairs of one topology. */
export function obstaclesIn(index: Index, fromId: string, toId: string): readonly Obstacle[] {
  const find = (id: string): Endpoint | undefined =>
    index.container(id) ?? index.topology.endpoints.find((endpoint) => endpoint.id === id);
  const from = find(fromId);
  const to = find(toId);
  if (!from || !to) return [];
  const service = [from, to].find(isService);
  if (service) return serviceObstacles(index, from, service);
  if (isContainer(from) && isZone(to)) return zoneObstacles(index, from, to, 'to');
  if (isContainer(to) && isZone(from)) return zoneObstacles(index, to, from, 'from');
  if (!isContainer(from) || !isContainer(to)) return [];
  const stop = stopOf(index, from, to);
  return stop ? [stop] : warningsOf(index, from, to);
}

/**
 * Only calling it can be closed, and only where it has an address of its own and its routing mesh gives no other way, at
 * any node and without the caller's address.
 */
function serviceObstacles(index: Index, from: Endpoint, service: ServiceEndpoint): readonly Obstacle[] {
  const stop = [obstacle('S7', { service: plain(service.name) })];
  if (!isContainer(from) || service.endpointMode !== 'vip' || service.publishedPorts.length > 0) return stop;
  const stack = index.stackOf(from);
  if (stack.kind === 'host') return [obstacle('S4', { from: plain(from.name), to: plain(service.name) })];
  if (stack.kind === 'gone') return [obstacle('S6', { name: plain(from.name) })];
  return selfPower(index, from, 'W9', '');
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
  if (way === 'from' && zone.kind === 'host' && ports.length > 0 && index.topology.engine.userlandProxy !== false) {
    found.push(obstacle('W7', { name, ports: ports.join(', ') }));
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
  const service = hiddenWay(index.topology, source.owner, target.owner);
  if (service !== null) return obstacle('S8', { ...names, service: plain(service) });
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

/** What lets a container undo its rules, and who else they are about. */
function selfPower(index: Index, one: ContainerEndpoint, ownRules: 'W1' | 'W9', other: string): readonly Obstacle[] {
  const found: Obstacle[] = [];
  const name = plain(one.name);
  if (one.privileged) found.push(obstacle('W2', { name }));
  else if (one.capAdd.some((capability) => capability === 'NET_ADMIN' || capability === 'ALL')) {
    found.push(obstacle(ownRules, ownRules === 'W1' ? { name, other } : { name }));
  }
  const socket = one.mounts.find(isEngineSocket);
  if (socket) found.push(obstacle('W3', { name, path: plain(socket.source) }));
  for (const member of index.membersOf(one)) {
    if (member.id !== one.id) found.push(obstacle('W5', { name, other: plain(member.name) }));
  }
  return found;
}

export function obstacle(rule: keyof typeof OBSTACLES, params: Params): Obstacle {
  const { severity, text } = OBSTACLES[rule];
  return { rule, severity, params, text: text.replace(/\{(\w+)\}/g, (_, name: string) => params[name] ?? '') };
}

/**
 * Whether published ports are opened on a machine beyond the one our rules are on: the user's, outside Docker Desktop's
 * virtual machine or outside a rootless engine's network. A connection that takes this way (`host.docker.internal`, an
 * address of that machine) comes back without the address of its source, so no rule of ours can tell whose it is.
 */
function leadsOutside({ operatingSystem, rootless }: EngineFacts): boolean {
  return rootless || operatingSystem.includes('Docker Desktop');
}

const PORTS_SHOWN = 4;

/** `5432/tcp, 53/udp`, as the machine outside sees them; `''` when there is none. */
function publishedOn({ publishedPorts }: ContainerEndpoint): string {
  const all = [...new Set(publishedPorts.map(({ hostPort, protocol }) => `${hostPort}/${protocol}`))];
  return all.length > PORTS_SHOWN ? `${all.slice(0, PORTS_SHOWN).join(', ')}…` : all.join(', ');
}

/** The socket itself, or a folder of the host that holds it. */
function isEngineSocket({ type, source }: Mount): boolean {
  if (type !== 'bind') return false;
  return /\/(docker|podman|containerd)\.sock$/.test(source) || ['/', '/var', '/var/run', '/run'].includes(source);
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
