/** What of one side alone weakens a block: what it may do to the rules, and what leads around the machine. */
import type { ContainerEndpoint, EngineFacts, Mount } from '../topology/model.ts';
import type { Obstacle } from './model.ts';
import { obstacle } from './obstacle-texts.ts';
import { plain } from './selector.ts';
import type { Index } from './stack.ts';

/** What lets a container undo its rules, and who else they are about. */
export function selfPower(
  index: Index,
  one: ContainerEndpoint,
  ownRules: 'W1' | 'W9',
  other: string,
): readonly Obstacle[] {
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

/**
 * Whether published ports are opened on a machine beyond the one our rules are on: the user's, outside Docker Desktop's
 * virtual machine or outside a rootless engine's network. A connection that takes this way (`host.docker.internal`, an
 * address of that machine) comes back without the address of its source, so no rule of ours can tell whose it is.
 */
export function leadsOutside({ operatingSystem, rootless }: EngineFacts): boolean {
  return rootless || operatingSystem.includes('Docker Desktop');
}

const PORTS_SHOWN = 4;

/** Somebody with ports on a machine. */
interface Publisher {
  readonly publishedPorts: readonly { readonly hostPort: number; readonly protocol: string }[];
}

/** `5432/tcp, 53/udp`, as the machine outside sees them; `''` when there is none. */
export function publishedOn({ publishedPorts }: Publisher): string {
  const all = [...new Set(publishedPorts.map(({ hostPort, protocol }) => `${hostPort}/${protocol}`))];
  return all.length > PORTS_SHOWN ? `${all.slice(0, PORTS_SHOWN).join(', ')}…` : all.join(', ');
}

/** The socket itself, or a folder of the host that holds it. */
export function isEngineSocket({ type, source }: Mount): boolean {
  if (type !== 'bind') return false;
  return /\/(docker|podman|containerd)\.sock$/.test(source) || ['/', '/var', '/var/run', '/run'].includes(source);
}
