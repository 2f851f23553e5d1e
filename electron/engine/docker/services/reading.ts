/** What the managers of a Swarm tell, read into what is shown of it. */
import type { NodeRow, ServiceRow, SwarmView, TaskRow } from '../../../../shared/contract/services.ts';
import { arrayOf, numberOf, objectOf, textOf, textsOf, type JsonObject } from '../../inventory/json.ts';
import { toServices } from '../../inventory/swarm.ts';

/** The answers of `/info`, `/services`, `/tasks`, `/nodes`, `/networks` and `/containers/json`. */
export interface SwarmAnswers {
  readonly info: unknown;
  readonly services: unknown;
  readonly tasks: unknown;
  readonly nodes: unknown;
  readonly networks: unknown;
  readonly containers: unknown;
}

export const INACTIVE: SwarmView = { role: 'inactive', services: [], tasks: [], nodes: [] };

export function roleOf(info: unknown): SwarmView['role'] {
  const swarm = objectOf(objectOf(info)['Swarm']);
  if (textOf(swarm['LocalNodeState']) !== 'active') return 'inactive';
  return swarm['ControlAvailable'] === true ? 'manager' : 'worker';
}

export function swarmView(answers: SwarmAnswers): SwarmView {
  const { info, services, tasks, nodes } = answers;
  const self = textOf(objectOf(objectOf(info)['Swarm'])['NodeID']);
  const nodeNames = new Map(
    arrayOf(nodes)
      .map(objectOf)
      .map((node): [string, string] => [textOf(node['ID']), textOf(objectOf(node['Description'])['Hostname'])]),
  );
  const rows = tasksOf(answers, nodeNames);
  return {
    role: roleOf(info),
    services: servicesOf(services, tasks, nodes, namesOf(answers.networks)),
    tasks: rows,
    nodes: arrayOf(nodes).map((node) => toNode(objectOf(node), self, rows)),
  };
}

function servicesOf(
  services: unknown,
  tasks: unknown,
  nodes: unknown,
  networks: ReadonlyMap<string, string>,
): ServiceRow[] {
  // The same reading as the topology's, so that both count alike.
  const known = new Map(toServices(services, tasks, nodes).map((one) => [one.id, one]));
  return arrayOf(services).flatMap((json): ServiceRow[] => {
    const root = objectOf(json);
    const service = known.get(textOf(root['ID']));
    if (!service) return [];
    const update = objectOf(root['UpdateStatus']);
    const state = textOf(update['State']);
    const joined = new Map(service.networks.map((one) => [one.networkId, one.aliases]));
    for (const { networkId } of service.virtualAddresses) joined.set(networkId, joined.get(networkId) ?? []);
    return [
      {
        id: service.id,
        name: service.name,
        project: service.project,
        image: plainImage(imageOf(objectOf(root['Spec']))),
        mode: service.mode,
        endpointMode: service.endpointMode,
        running: service.tasks.filter(({ running }) => running).length,
        desired: service.desired,
        ports: service.publishedPorts.map((port) => ({ ...port })),
        networks: [...joined].map(([id, aliases]) => ({
          id,
          name: networks.get(id) ?? id.slice(0, 12),
          address: service.virtualAddresses.find(({ networkId }) => networkId === id)?.address ?? null,
          aliases: [...aliases],
        })),
        update: state === '' ? null : { state, message: textOf(update['Message']) },
        canRollBack: textOf(objectOf(root['PreviousSpec'])['Name']) !== '',
        createdAt: timeOf(root['CreatedAt']),
        updatedAt: timeOf(root['UpdatedAt']),
      },
    ];
  });
}

function tasksOf({ services, tasks, containers }: SwarmAnswers, nodeNames: ReadonlyMap<string, string>): TaskRow[] {
  const serviceNames = new Map(
    arrayOf(services)
      .map(objectOf)
      .map((one): [string, string] => [textOf(one['ID']), textOf(objectOf(one['Spec'])['Name'])]),
  );
  const containerNames = new Map(
    arrayOf(containers)
      .map(objectOf)
      .map((one): [string, string] => [textOf(one['Id']), (textsOf(one['Names'])[0] ?? '').replace(/^\//, '')]),
  );
  return (
    arrayOf(tasks)
      .map((json): TaskRow => {
        const root = objectOf(json);
        const status = objectOf(root['Status']);
        const serviceId = textOf(root['ServiceID']);
        const nodeId = textOf(root['NodeID']);
        const slot = numberOf(root['Slot']);
        const node = nodeNames.get(nodeId) ?? nodeId.slice(0, 12);
        return {
          id: textOf(root['ID']),
          name: `${serviceNames.get(serviceId) ?? serviceId.slice(0, 12)}.${slot > 0 ? String(slot) : node}`,
          serviceId,
          nodeId,
          nodeName: node,
          state: textOf(status['State']),
          desired: textOf(root['DesiredState']),
          error: textOf(status['Err']),
          at: timeOf(status['Timestamp']),
          image: plainImage(imageOf({ TaskTemplate: root['Spec'] })),
          container: containerNames.get(textOf(objectOf(status['ContainerStatus'])['ContainerID'])) ?? '',
          addresses: arrayOf(root['NetworksAttachments']).flatMap((item) =>
            textsOf(objectOf(item)['Addresses']).map((address) => address.split('/')[0] ?? ''),
          ),
        };
      })
      .filter(({ id, serviceId }) => id !== '' && serviceNames.has(serviceId))
      // Newest first among those that took the same place.
      .toSorted((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }) || b.at - a.at)
  );
}

function toNode(root: JsonObject, self: string, tasks: readonly TaskRow[]): NodeRow {
  const id = textOf(root['ID']);
  const spec = objectOf(root['Spec']);
  const description = objectOf(root['Description']);
  const status = objectOf(root['Status']);
  const manager = objectOf(root['ManagerStatus']);
  const availability = textOf(spec['Availability']);
  const told = textOf(status['Addr']);
  return {
    id,
    name: textOf(description['Hostname']),
    role: textOf(spec['Role']) === 'manager' ? 'manager' : 'worker',
    leader: manager['Leader'] === true,
    availability: availability === 'pause' || availability === 'drain' ? availability : 'active',
    state: textOf(status['State']),
    // The manager's own is `0.0.0.0` where it did not say.
    address: told === '0.0.0.0' ? textOf(manager['Addr']).replace(/:\d+$/, '') : told,
    version: textOf(objectOf(description['Engine'])['EngineVersion']),
    self: id !== '' && id === self,
    tasks: tasks.filter(({ nodeId, state }) => nodeId === id && state === 'running').length,
  };
}

function namesOf(networks: unknown): ReadonlyMap<string, string> {
  return new Map(
    arrayOf(networks)
      .map(objectOf)
      .map((one): [string, string] => [textOf(one['Id']), textOf(one['Name'])]),
  );
}

export function imageOf(spec: JsonObject): string {
  return textOf(objectOf(objectOf(spec['TaskTemplate'])['ContainerSpec'])['Image']);
}

/** `nginx:1` of `nginx:1@sha256:…`, as the docker command line shows it. */
function plainImage(image: string): string {
  return image.replace(/@sha256:[0-9a-f]+$/, '');
}

export function timeOf(value: unknown): number {
  const time = Date.parse(textOf(value));
  return Number.isNaN(time) || time < 0 ? 0 : time;
}
