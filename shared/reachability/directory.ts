/** Who answers to what name on each network: everything that the engine's embedded DNS would say (SPEC R601–R609, R860, R861). */
import { isContainer, isService, runningTasks, type ServiceEndpoint, type Topology } from '../topology/model.ts';
import type { Net } from './network.ts';
import { linkTarget, namedLegs, ownNames } from './resolve.ts';
import { sceneOf, type Scene } from './scene.ts';

export interface NameHolder {
  /** Endpoint id. */
  readonly id: string;
  readonly addresses: readonly string[];
}

/** One name on one network.  Each is also answered with the network's name behind it. */
export interface NetworkName {
  readonly name: string;
  /** `link`: a private alias that only `asker` (an endpoint id) knows.  `id`: a shortened container id. */
  readonly how: 'container' | 'alias' | 'id' | 'service' | 'tasks' | 'link';
  readonly asker?: string;
  /** More than one: they come together, in changing order. */
  readonly holders: readonly NameHolder[];
}

/** Names by network id; networks on which nobody has one are left out.  In the order of names, short ids last. */
export function networkNames(topology: Topology): ReadonlyMap<string, readonly NetworkName[]> {
  const scene = sceneOf(topology);
  const found = new Map<string, Map<string, NetworkName>>();
  const add = (networkId: string, { name, how, asker, holders }: NetworkName): void => {
    const names = found.get(networkId) ?? new Map<string, NetworkName>();
    found.set(networkId, names);
    // Names are looked up without regard to case.
    const key = `${asker ?? ''} ${name.toLowerCase()}`;
    const known = names.get(key);
    const both = [...(known?.holders ?? []), ...holders];
    const once = both.filter(({ id }, at) => both.findIndex((one) => one.id === id) === at);
    names.set(key, { ...(known ?? { name, how, ...(asker === undefined ? {} : { asker }) }), holders: once });
  };
  addContainers(scene, add);
  for (const service of topology.endpoints.filter(isService)) addService(service, add);
  return new Map([...found].map(([id, names]) => [id, [...names.values()].toSorted(compare)]));
}

type Add = (networkId: string, name: NetworkName) => void;

function addContainers(scene: Scene, add: Add): void {
  for (const { endpoint, stack, activity } of scene.parties) {
    // Who joins another's stack has no name of its own; of that stack its owner's count.
    if (!isContainer(endpoint) || stack.owner !== endpoint || activity === 'stopped') continue;
    for (const { net, v4, v6 } of namedLegs(stack)) {
      const holders = [{ id: endpoint.id, addresses: [v4, v6].flatMap((address) => address ?? []) }];
      for (const name of ownNames(stack, net)) {
        const how = name === endpoint.name ? 'container' : endpoint.id.startsWith(name) ? 'id' : 'alias';
        add(net.id, { name, how, holders });
      }
      addLinks(scene, { asker: endpoint.id, links: endpoint.links, net }, add);
    }
  }
}

function addLinks(
  scene: Scene,
  { asker, links, net }: { readonly asker: string; readonly links: readonly LinkOf[]; readonly net: Net },
  add: Add,
): void {
  for (const { networkId, alias, targetName } of links) {
    if (networkId !== net.id) continue;
    const target = linkTarget(scene, targetName);
    const party = target ? scene.party(target.id) : undefined;
    const leg = party && namedLegs(party.stack).find((one) => one.net === net);
    if (!target || !leg) continue;
    const addresses = [leg.v4, leg.v6].flatMap((address) => address ?? []);
    add(net.id, { name: alias, how: 'link', asker, holders: [{ id: target.id, addresses }] });
  }
}

type LinkOf = { readonly networkId?: string; readonly alias: string; readonly targetName: string };

/** R860, R861: without a running task the engine answers nothing. */
function addService(service: ServiceEndpoint, add: Add): void {
  for (const { networkId, aliases } of service.networks) {
    const tasks = runningTasks(service).flatMap(({ addresses }) =>
      addresses.filter((one) => one.networkId === networkId).map(({ address }) => address),
    );
    if (tasks.length === 0) continue;
    const virtual = service.virtualAddresses.filter((one) => one.networkId === networkId).map(({ address }) => address);
    const own = virtual.length > 0 ? virtual : tasks;
    for (const name of new Set([service.name, ...aliases])) {
      const how = virtual.length > 0 ? 'service' : 'tasks';
      add(networkId, { name, how, holders: [{ id: service.id, addresses: own }] });
    }
    add(networkId, { name: `tasks.${service.name}`, how: 'tasks', holders: [{ id: service.id, addresses: tasks }] });
  }
}

const collator = new Intl.Collator('en', { numeric: true });

/** Short ids last: nobody looks for one. */
function compare(a: NetworkName, b: NetworkName): number {
  return Number(a.how === 'id') - Number(b.how === 'id') || collator.compare(a.name, b.name);
}
