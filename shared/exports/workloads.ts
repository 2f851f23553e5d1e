/** Containers as the workloads that they would be elsewhere: one per service, whatever the number of its replicas. */
import { indexTopology } from '../policy/stack.ts';
import { isContainer, isService, type ContainerEndpoint, type Topology } from '../topology/model.ts';

/** One service of a project, or one container that is none of a service. */
export interface Workload {
  /** `shop/web`, or the name; hostile text. */
  readonly title: string;
  readonly project: string;
  /** `''` where it is no service of a project; then `title` is its name. */
  readonly service: string;
  /** Ids of endpoints with a stack of their own, replicas. */
  readonly members: readonly string[];
  /** Titles of those who live in the same stack, `container:` mode. */
  readonly joined: readonly string[];
}

export interface Workloads {
  readonly workloads: readonly Workload[];
  /** Titles of those in the machine's own network. */
  readonly inHost: readonly string[];
  /** Titles of those who would share the stack of a container that is gone. */
  readonly stranded: readonly string[];
}

export function workloadsOf(topology: Topology): Workloads {
  const index = indexTopology(topology);
  const inHost = new Set<string>();
  const stranded = new Set<string>();
  const found = new Map<string, Draft>();
  const joined: { readonly title: string; readonly owner: ContainerEndpoint }[] = [];
  for (const container of topology.endpoints.filter(isContainer)) {
    const stack = index.stackOf(container);
    const { title } = identityOf(container);
    if (stack.kind === 'host') inHost.add(title);
    else if (stack.kind === 'gone') stranded.add(title);
    else if (stack.owner.id === container.id) draftOf(found, identityOf(container)).members.push(container.id);
    else joined.push({ title, owner: stack.owner });
  }
  for (const service of topology.endpoints.filter(isService)) {
    const { project, service: short, name } = service;
    const identity = project === '' ? plainIdentity(name) : serviceIdentity(project, short);
    // Tasks here stand for the service.
    if (!found.has(identity.key)) draftOf(found, identity).members.push(service.id);
  }
  for (const { title, owner } of joined) {
    const draft = found.get(identityOf(owner).key);
    if (draft && title !== draft.title) draft.joined.add(title);
  }
  const workloads = [...found.values()].map((draft) => ({ ...draft, joined: [...draft.joined] }));
  return { workloads, inHost: [...inHost], stranded: [...stranded] };
}

interface Identity {
  readonly key: string;
  readonly title: string;
  readonly project: string;
  readonly service: string;
}

interface Draft extends Identity {
  readonly members: string[];
  readonly joined: Set<string>;
}

function draftOf(found: Map<string, Draft>, identity: Identity): Draft {
  let draft = found.get(identity.key);
  if (!draft) found.set(identity.key, (draft = { ...identity, members: [], joined: new Set() }));
  return draft;
}

function identityOf({ project, service, name }: ContainerEndpoint): Identity {
  return project === '' || service === '' ? plainIdentity(name) : serviceIdentity(project, service);
}

/** JSON keeps any two pairs of texts apart, whatever they hold. */
function serviceIdentity(project: string, service: string): Identity {
  return { key: JSON.stringify([project, service]), title: `${project}/${service}`, project, service };
}

function plainIdentity(name: string): Identity {
  return { key: JSON.stringify([name]), title: name, project: '', service: '' };
}
