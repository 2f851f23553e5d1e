/** Names by way of a third container (SPEC R607, R608): load balancers that forward, registries that tell. */
import { discoveryToolOf, type DiscoveryKind, type DiscoveryRole } from '../topology/discovery.ts';
import type { CatalogueEntry, ContainerEndpoint } from '../topology/model.ts';
import { isContainer } from '../topology/model.ts';
import { NarrowedTally } from './denied-ports.ts';
import type { Held } from './denials.ts';
import { judgeNetwork } from './judge.ts';
import type { Verdict } from './model.ts';
import { resolveName } from './resolve.ts';
import { routedNames } from './routes.ts';
import type { Party, Scene } from './scene.ts';
import type { SideWay } from './side-way.ts';
import { Tally } from './sink.ts';

/** What rules of the user's keep from getting from one to the other, on the wire. */
export type HeldBetween = (from: Party, to: Party) => Held | undefined;

interface Tool {
  readonly party: Party;
  readonly kind: DiscoveryKind;
  readonly role: DiscoveryRole;
  readonly entries: readonly CatalogueEntry[];
}

const tools = new WeakMap<Scene, readonly Tool[]>();

/** The running discovery containers of a topology, with what was read from them. */
function toolsOf(scene: Scene): readonly Tool[] {
  let known = tools.get(scene);
  if (!known) {
    const catalogues = new Map((scene.topology.catalogues ?? []).map((one) => [one.containerId, one.entries]));
    known = scene.parties.flatMap((party): Tool[] => {
      const { endpoint, activity } = party;
      if (activity !== 'live' || !isContainer(endpoint)) return [];
      const tool = discoveryToolOf(endpoint);
      return tool ? [{ party, ...tool, entries: catalogues.get(endpoint.id) ?? [] }] : [];
    });
    tools.set(scene, known);
  }
  return known;
}

/** `to` is a container; `from` is anything that reaches the third one, zones included. */
export function forwardedWays(scene: Scene, from: Party, to: Party, heldBetween: HeldBetween): readonly SideWay[] {
  if (from.activity !== 'live' || to.activity !== 'live' || from === to || !isContainer(to.endpoint)) return [];
  const target = to.endpoint;
  return toolsOf(scene).flatMap((tool): SideWay[] => {
    const { party, role } = tool;
    if (party === from || party === to) return [];
    const names = namesHeld(scene, tool, to, target);
    if (names.length === 0) return [];
    const asked = passes(scene, from, party, heldBetween);
    const via = party.endpoint.name;
    if (role !== 'proxy') {
      const told = { layer: 'name', kind: 'catalogue', rule: 'R608', via, names } as const;
      return asked === 'no' ? [] : [asked === 'yes' ? told : { ...told, verdict: 'unknown' }];
    }
    const passed = asked === 'no' ? 'no' : passes(scene, party, to, heldBetween);
    if (passed === 'no') return [];
    const forwarded = { layer: 'name', kind: 'proxy', rule: 'R607', via, names } as const;
    return [asked === 'yes' && passed === 'yes' ? forwarded : { ...forwarded, verdict: 'unknown' }];
  });
}

function namesHeld(scene: Scene, tool: Tool, to: Party, target: ContainerEndpoint): readonly string[] {
  const asked = tool.role === 'proxy' ? routedNames(tool.kind, target) : [];
  const read = tool.entries.filter((entry) => leadsTo(scene, tool.party, entry, to)).map(({ name }) => name);
  return [...new Set([...asked, ...read])];
}

/** Whether an entry's address is B's: one of its own, a name for it, or the machine's with a port that B publishes. */
function leadsTo(scene: Scene, tool: Party, { address, port }: CatalogueEntry, to: Party): boolean {
  if (to.stack.legs.some(({ v4, v6 }) => v4 === address || v6 === address)) return true;
  const { hostAddresses4, hostAddresses6 } = scene.traits;
  if (scene.gateways.has(address) || hostAddresses4.includes(address) || hostAddresses6.includes(address)) {
    return to.stack.bindings.some(({ ports }) => ports.some(({ hostPort }) => hostPort === port));
  }
  return resolveName(scene, tool.stack, address)?.stacks.has(to.stack) ?? false;
}

function passes(scene: Scene, from: Party, to: Party, heldBetween: HeldBetween): 'yes' | 'no' | 'unknown' {
  if (from === to) return 'yes';
  const held = heldBetween(from, to);
  if (held?.ports === null) return 'no';
  const tally = held ? new NarrowedTally(held.ports) : new Tally();
  judgeNetwork(scene, from, to, tally);
  return ANSWERS[tally.verdict()];
}

const ANSWERS: Readonly<Record<Verdict, 'yes' | 'no' | 'unknown'>> = {
  open: 'yes',
  partial: 'yes',
  blocked: 'no',
  unknown: 'unknown',
};
