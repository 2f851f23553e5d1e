/**
 * The engine's embedded DNS (127.0.0.11), as a pure function: which containers a name stands for, asked from one stack.
 *
 * Measured on 20.10.24, 26.1.5 and 28.5.2, and read in moby's `libnetwork/sandbox.go` (`ResolveName`).
 */
import type { ContainerEndpoint } from '../topology/model.ts';
import { isContainer } from '../topology/model.ts';
import type { Leg, Net } from './network.ts';
import type { Party, Scene, Stack } from './scene.ts';

/** Where a name leads: every stack that holds it on the network that answered. */
export interface Answer {
  readonly net: Net;
  readonly stacks: ReadonlySet<Stack>;
  /** Whether a private alias of the asker (a link) answered, and not a name everyone on the network knows. */
  readonly byLink: boolean;
}

interface Directory {
  /** Per network, in lower case: who holds a name. */
  readonly holders: ReadonlyMap<Net, ReadonlyMap<string, ReadonlySet<Stack>>>;
  readonly byName: ReadonlyMap<string, Party>;
}

const directories = new WeakMap<Scene, Directory>();
const orders = new WeakMap<Stack, readonly Leg[]>();

function directoryOf(scene: Scene): Directory {
  let directory = directories.get(scene);
  if (!directory) directories.set(scene, (directory = build(scene)));
  return directory;
}

function build({ stacks, parties }: Scene): Directory {
  const holders = new Map<Net, Map<string, Set<Stack>>>();
  for (const stack of stacks) {
    for (const leg of namedLegs(stack)) {
      const names = holders.get(leg.net) ?? new Map<string, Set<Stack>>();
      holders.set(leg.net, names);
      for (const name of ownNames(stack, leg.net)) {
        const key = name.toLowerCase();
        const known = names.get(key);
        if (known) known.add(stack);
        else names.set(key, new Set([stack]));
      }
    }
  }
  const byName = new Map(
    parties.filter(({ endpoint }) => isContainer(endpoint)).map((one) => [one.endpoint.name, one]),
  );
  return { holders, byName };
}

/** The networks of a stack that have names: all but the default bridge (and what the engine does not list). */
export function namedLegs({ kind, legs }: Stack): readonly Leg[] {
  if (kind !== 'bridges') return [];
  return legs.filter(({ net, v4, v6 }) => hasNames(net) && (v4 !== null || v6 !== null));
}

/** Nobody asked to join the gateway bridge or the routing mesh's network, and there nobody has a name (measured). */
function hasNames({ kind, driver, isDefault, isGatewayBridge }: Net): boolean {
  return !isDefault && !isGatewayBridge && kind !== 'ingress' && driver !== '';
}

const FULL_ID = /^[0-9a-f]{64}$/;

/** Every name by which the owner of a stack is known on one of its networks, without the network's name behind it. */
export function ownNames({ owner }: Stack, net: Net): readonly string[] {
  if (!owner) return [];
  const attachment = owner.attachments.find(({ networkId }) => networkId === net.id);
  const short = FULL_ID.test(owner.id) ? [owner.id.slice(0, 12)] : [];
  return [...new Set([owner.name, ...(attachment?.aliases ?? []), ...short])];
}

/**
 * The order in which networks are asked: internal ones last, then by priority (28 and later), dual-stack ones first,
 * then by name.
 */
export function searchOrder(stack: Stack): readonly Leg[] {
  let order = orders.get(stack);
  if (!order) orders.set(stack, (order = sorted(stack)));
  return order;
}

function sorted(stack: Stack): readonly Leg[] {
  const priority = ({ net }: Leg): number =>
    stack.owner?.attachments.find(({ networkId }) => networkId === net.id)?.gatewayPriority ?? 0;
  const dual = ({ v4, v6 }: Leg): number => Number(v4 !== null && v6 !== null);
  return namedLegs(stack).toSorted(
    (a, b) =>
      Number(a.net.internal) - Number(b.net.internal) ||
      priority(b) - priority(a) ||
      dual(b) - dual(a) ||
      (a.net.name < b.net.name ? -1 : 1),
  );
}

/** What the embedded DNS answers to `name` in a stack; `null` when it knows nothing of its own. */
export function resolveName(scene: Scene, stack: Stack, name: string): Answer | null {
  const order = searchOrder(stack);
  if (order.length === 0) return null;
  // `web.shop.net` may be `web` on a network `shop.net`, or `web.shop` on `net`; the whole name comes first.
  for (let dot = name.length; dot > 0; dot = name.lastIndexOf('.', dot - 1)) {
    const wanted = name.slice(0, dot).toLowerCase();
    const network = name.slice(dot + 1);
    const asked = network === '' ? order : order.filter(({ net }) => net.name === network);
    for (const { net } of asked) {
      const stacks = byLink(scene, stack, net, wanted);
      if (stacks) return { net, stacks, byLink: true };
    }
    for (const { net } of asked) {
      const stacks = directoryOf(scene).holders.get(net)?.get(wanted);
      if (stacks) return { net, stacks, byLink: false };
    }
  }
  return null;
}

/**
 * What engines before 27 answer when they are asked for IPv6 addresses: they go on past networks that know the name without
 * one (m 20.10, 26.1; 28.5 does not).  `null` where that is nothing, or what `resolveName` says.
 */
export function resolveInIpv6(scene: Scene, stack: Stack, name: string): Answer | null {
  if (!scene.traits.searchesOn) return null;
  const order = searchOrder(stack);
  for (let dot = name.length; dot > 0; dot = name.lastIndexOf('.', dot - 1)) {
    const wanted = name.slice(0, dot).toLowerCase();
    const network = name.slice(dot + 1);
    const asked = network === '' ? order : order.filter(({ net }) => net.name === network);
    for (const isLink of [true, false]) {
      let isKnown = false;
      for (const { net } of asked) {
        const stacks = isLink ? byLink(scene, stack, net, wanted) : directoryOf(scene).holders.get(net)?.get(wanted);
        if (!stacks) continue;
        if (hasIpv6On(stacks, net)) return isKnown ? { net, stacks, byLink: isLink } : null;
        isKnown = true;
      }
      if (isKnown) return null;
    }
  }
  return null;
}

function hasIpv6On(stacks: ReadonlySet<Stack>, net: Net): boolean {
  return [...stacks].some(({ legs }) => legs.some((leg) => leg.net === net && leg.v6 !== null));
}

/** A link on a user-defined network gives one container a name of its own for another. */
function byLink(scene: Scene, { owner }: Stack, net: Net, alias: string): ReadonlySet<Stack> | undefined {
  const link = owner?.links.find((one) => one.networkId === net.id && one.alias.toLowerCase() === alias);
  if (!link) return undefined;
  const target = linkTarget(scene, link.targetName);
  return target ? directoryOf(scene).holders.get(net)?.get(target.name.toLowerCase()) : undefined;
}

/** The container that a link names: by name, else by id, perhaps shortened. */
export function linkTarget(scene: Scene, text: string): ContainerEndpoint | null {
  const named = directoryOf(scene).byName.get(text)?.endpoint;
  if (named) return isContainer(named) ? named : null;
  if (!/^[0-9a-f]{4,64}$/.test(text)) return null;
  const fitting = scene.parties.filter(({ endpoint }) => isContainer(endpoint) && endpoint.id.startsWith(text));
  const [only] = fitting;
  return fitting.length === 1 && only && isContainer(only.endpoint) ? only.endpoint : null;
}
