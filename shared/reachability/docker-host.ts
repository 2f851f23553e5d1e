/** Where a container's `DOCKER_HOST` leads: an engine that it is set up to command over the network. */
import { isContainer, isUp } from '../topology/model.ts';
import { socketOf } from './data-layer.ts';
import { resolveName } from './resolve.ts';
import type { Party, Scene, Stack } from './scene.ts';

/**
 * `proxy`: a container that holds the engine's socket and passes commands on.  `machine`: an address of the machine;
 * whether its engine listens there is not known.
 */
export type CommandedEngine =
  { readonly kind: 'proxy'; readonly through: string } | { readonly kind: 'machine'; readonly address: string };

/** Names that Docker gives the machine. */
const MACHINE_NAMES = new Set(['host.docker.internal', 'gateway.docker.internal', 'host.containers.internal']);

/** `null` when the variable is not there, or leads elsewhere (another machine, an engine inside a container). */
export function commandedEngine(scene: Scene, party: Party): CommandedEngine | null {
  const { endpoint, stack } = party;
  if (!isContainer(endpoint)) return null;
  const value = endpoint.environment?.values['DOCKER_HOST'] ?? '';
  const host = /^(?:tcp|https?):\/\/(?:\[([^\]]+)\]|([^:/]+))/.exec(value);
  const address = host?.[1] ?? host?.[2];
  if (address === undefined) return null;
  if (isMachine(scene, party, address)) return { kind: 'machine', address };
  const stacks = leadsTo(scene, stack, address);
  const holder = scene.parties.find(
    (other) =>
      stacks.has(other.stack) &&
      other !== party &&
      isContainer(other.endpoint) &&
      isUp(other.endpoint) &&
      socketOf(scene, other.endpoint) !== null,
  );
  return holder ? { kind: 'proxy', through: holder.endpoint.name } : null;
}

function leadsTo(scene: Scene, stack: Stack, address: string): ReadonlySet<Stack> {
  if (address === 'localhost' || address.startsWith('127.') || address === '::1') return new Set([stack]);
  const owners = scene.stacks.filter(({ legs }) => legs.some(({ v4, v6 }) => v4 === address || v6 === address));
  return owners.length > 0 ? new Set(owners) : (resolveName(scene, stack, address)?.stacks ?? new Set());
}

function isMachine(scene: Scene, { endpoint, stack }: Party, address: string): boolean {
  const entry = isContainer(endpoint) ? endpoint.extraHosts?.find(({ name }) => name === address)?.address : undefined;
  const { hostAddresses4, hostAddresses6 } = scene.traits;
  return (
    MACHINE_NAMES.has(address) ||
    entry === 'host-gateway' ||
    [address, entry].some(
      (one) =>
        one !== undefined && (scene.gateways.has(one) || hostAddresses4.includes(one) || hostAddresses6.includes(one)),
    ) ||
    (stack.kind === 'host' && (address === 'localhost' || address.startsWith('127.')))
  );
}
