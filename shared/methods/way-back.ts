/**
 * What is left to do of a way back, on the engine as it is by then: containers and networks have gone since, others have joined.
 * Rules U5, U6 of SPEC.md (policy).
 */
import type { UndoStep } from '../contract/journal.ts';
import type { Obstacle, PlanStep } from '../policy/model.ts';
import { obstacle } from '../policy/obstacle-texts.ts';
import { plain } from '../policy/selector.ts';
import { isContainer, isUp, STEP_LABEL, type Topology } from '../topology/model.ts';

/** Who is where, as far as ways back go by it.  Containers by name, since who is made anew gets another id; networks by id. */
export interface Places {
  readonly networks: ReadonlyMap<
    string,
    { readonly name: string; readonly members: ReadonlySet<string>; readonly token?: string }
  >;
  /** Container → its links, each as `target:alias`. */
  readonly links: ReadonlyMap<string, ReadonlySet<string>>;
  /** By id: a link may name its target by one, perhaps shortened. */
  readonly containers: ReadonlyMap<string, { readonly name: string; readonly isUp: boolean; readonly hasRun: boolean }>;
}

const SHORTENED_ID = /^[0-9a-f]{4,64}$/;

export interface WayBack {
  /** Those that can and must still be done, in order. */
  readonly steps: readonly UndoStep[];
  /** The same in words. */
  readonly told: readonly PlanStep[];
  /** What cannot be given back any more, and why; nothing of it keeps the rest. */
  readonly notes: readonly Obstacle[];
  /** Who is where after it: what an older way back starts from. */
  readonly places: Places;
}

export function placesOf(topology: Topology): Places {
  const containers = topology.endpoints.filter(isContainer);
  const membersOf = (id: string): ReadonlySet<string> =>
    new Set(
      containers.filter(({ attachments }) => attachments.some((one) => one.networkId === id)).map(({ name }) => name),
    );
  return {
    networks: new Map(
      topology.networks.map(({ id, name, labels }) => {
        const token = labels[STEP_LABEL];
        return [id, { name, members: membersOf(id), ...(token === undefined ? {} : { token }) }];
      }),
    ),
    links: new Map(
      containers.map(({ name, links }) => [name, new Set(links.map((one) => `${one.targetName}:${one.alias}`))]),
    ),
    containers: new Map(
      containers.map((one) => [one.id, { name: one.name, isUp: isUp(one), hasRun: one.state !== 'created' }]),
    ),
  };
}

/** @param wayBack as the journal kept it: the steps in the order in which they are to run. */
export function planWayBack(wayBack: readonly UndoStep[], before: Places): WayBack {
  const networks = new Map(before.networks);
  const links = new Map(before.links);
  const containers = new Map(before.containers);
  const steps: UndoStep[] = [];
  const told: PlanStep[] = [];
  const notes: Obstacle[] = [];
  const nameOf = (network: string): string => plain(networks.get(network)?.name ?? network);
  const move = (network: string, change: (members: Set<string>) => void): void => {
    const there = networks.get(network);
    if (!there) return;
    const members = new Set(there.members);
    change(members);
    networks.set(network, { ...there, members });
  };
  const gone = (name: string): boolean => {
    if (links.has(name)) return false;
    if (!notes.some(({ rule, params }) => rule === 'T21' && params['name'] === plain(name))) {
      notes.push(obstacle('T21', { name: plain(name) }));
    }
    return true;
  };
  const isThere = (target: string): boolean =>
    links.has(target) ||
    (SHORTENED_ID.test(target) && [...before.containers.keys()].some((id) => id.startsWith(target)));
  /** Said once, whatever is kept twice. */
  const [staying, taken] = [new Set<string>(), new Set<string>()];
  /** What was not made yet when its step was kept, is known by its label. */
  const idOf = ({ network, token }: Extract<UndoStep, { kind: 'remove-network' }>): string => {
    if (token === undefined) return network;
    return [...networks].find(([, one]) => one.name === network && one.token === token)?.[0] ?? '';
  };
  const keep = (step: UndoStep, words: PlanStep): void => {
    steps.push(step);
    told.push(words);
  };

  for (const step of wayBack) {
    switch (step.kind) {
      case 'connect': {
        const params = { name: plain(step.container), network: nameOf(step.network) };
        if (gone(step.container)) break;
        const there = networks.get(step.network);
        if (!there) notes.push(obstacle('T22', params));
        if (!there || there.members.has(step.container)) break;
        move(step.network, (members) => members.add(step.container));
        keep(step, { kind: 'network-connect', params, text: `Connect ${params.name} to ${params.network}.` });
        break;
      }
      case 'disconnect': {
        if (!networks.get(step.network)?.members.has(step.container)) break;
        move(step.network, (members) => members.delete(step.container));
        const params = { name: plain(step.container), network: nameOf(step.network) };
        keep(step, { kind: 'network-disconnect', params, text: `Disconnect ${params.name} from ${params.network}.` });
        break;
      }
      case 'remove-network': {
        const id = idOf(step);
        const there = networks.get(id);
        if (!there) break;
        const params = { network: nameOf(id) };
        if (there.members.size > 0) {
          const others = [...there.members].sort().map(plain).join(', ');
          if (!staying.has(id)) notes.push(obstacle('T23', { ...params, others }));
          staying.add(id);
          break;
        }
        networks.delete(id);
        keep(
          { kind: step.kind, network: id },
          { kind: 'network-remove', params, text: `Remove the network ${params.network}.` },
        );
        break;
      }
      case 'relink': {
        if (gone(step.container)) break;
        const name = plain(step.container);
        const now = links.get(step.container) ?? new Set<string>();
        const missing = step.links.filter(({ text }) => !now.has(aliased(text)));
        const possible = missing.filter(({ text }) => isThere(targetOf(text)));
        for (const { text } of missing) {
          if (!possible.some((one) => one.text === text)) {
            notes.push(obstacle('T24', { name, target: plain(targetOf(text)) }));
          }
        }
        if (possible.length === 0) break;
        links.set(step.container, new Set([...now, ...possible.map(({ text }) => aliased(text))]));
        const params = { name, links: plain(possible.map(({ text }) => text).join(', ')) };
        const text = `Make ${name} anew with its links (${params.links}).`;
        keep({ ...step, links: possible }, { kind: 'relink', params, text });
        break;
      }
      case 'as-was': {
        if (gone(step.container)) break;
        const params = { name: plain(step.container), what: plain(step.what) };
        const text = `Stop ${params.name}, make it anew as it was, with ${params.what}, and start it if it ran.`;
        keep(step, { kind: 'as-was', params, text });
        if (isBackInMachine(step)) {
          for (const network of networks.keys()) move(network, (members) => members.delete(step.container));
        }
        break;
      }
      case 'restore': {
        const first = containers.get(step.id);
        if (!first || ![step.container, step.aside].includes(first.name)) break;
        if (first.name === step.container && (first.isUp || !step.ran)) break;
        const second = [...containers].find(([id, { name }]) =>
          step.made === '' ? name === step.interim : id === step.made,
        );
        const isInPlace = second !== undefined && second[1].name !== step.interim;
        const standing = isInPlace && second[1].hasRun ? second[1].name : step.container;
        const params = { name: plain(standing), aside: plain(first.name) };
        if (first.name === step.aside && isInPlace && second[1].hasRun) {
          containers.delete(step.id);
          links.delete(step.aside);
          keep(step, {
            kind: 'restore-end',
            params,
            text: `Remove ${params.aside}, in whose place ${params.name} is.`,
          });
          break;
        }
        const holder = [...containers].find(([, { name }]) => name === step.container);
        if (first.name === step.aside && holder && holder[0] !== second?.[0]) {
          if (!taken.has(step.id)) notes.push(obstacle('T28', params));
          taken.add(step.id);
          break;
        }
        if (second && !second[1].hasRun) containers.delete(second[0]);
        containers.set(step.id, { name: step.container, isUp: step.ran, hasRun: true });
        if (first.name === step.aside) {
          const own = links.get(step.aside) ?? new Set<string>();
          links.delete(step.aside);
          links.set(step.container, own);
          for (const network of [...networks.keys()]) {
            move(network, (members) => {
              members.delete(step.container);
              members.delete(step.interim);
              if (members.delete(step.aside)) members.add(step.container);
            });
          }
          links.delete(step.interim);
        }
        if (first.name === step.container) {
          const text = `Start ${params.name} again: a change that was cut off has stopped it.`;
          keep(step, { kind: 'restore-start', params, text });
          break;
        }
        const text = `Give ${params.aside} its place as ${params.name} again, and start it if it ran.`;
        keep(step, { kind: 'restore', params, text });
      }
    }
  }
  return { steps, told, notes, places: { networks, links, containers } };
}

/** Whether it goes back into the network of the machine itself: it is on no other then. */
function isBackInMachine({ former: { host } }: Extract<UndoStep, { kind: 'as-was' }>): boolean {
  return [host['NetworkMode'], host['networkMode']].includes('host');
}

/** Of `target:alias`; a link without an alias has the target's name for one. */
function targetOf(text: string): string {
  return text.split(':')[0] ?? '';
}

function aliased(text: string): string {
  return text.includes(':') ? text : `${text}:${text}`;
}
