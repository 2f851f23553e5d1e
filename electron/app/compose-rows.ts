/** Compose projects out of the topology, and those that are remembered. */
import type { ProjectService, ProjectView, Whereabouts } from '../../shared/contract/compose.ts';
import { isOneOff, placeOf } from '../../shared/compose/labels.ts';
import {
  COMPOSE_PROJECT_LABEL,
  isContainer,
  type ContainerEndpoint,
  type Topology,
} from '../../shared/topology/model.ts';
import type { ComposeDomain, ComposeSource } from '../engine/domains/compose.ts';

/** As Compose itself allows: others cannot be asked for. */
const NAME = /^[a-z0-9][a-z0-9_-]*$/;

/** A project without what the disk says of it. */
export interface ProjectRow {
  readonly source: ComposeSource;
  readonly services: ProjectService[];
  readonly networks: string[];
  readonly volumes: string[];
}

/**
 * Every project that has a container, and the remembered ones besides.
 *
 * @param remembered those that have a container are told by its labels
 */
export function projectRows(topology: Topology, remembered: readonly ComposeSource[] = []): ProjectRow[] {
  const members = new Map<string, ContainerEndpoint[]>(remembered.map(({ name }) => [name, []]));
  for (const endpoint of topology.endpoints) {
    const name = isContainer(endpoint) ? (endpoint.labels[COMPOSE_PROJECT_LABEL] ?? '') : '';
    if (!isContainer(endpoint) || !NAME.test(name)) continue;
    const known = members.get(name);
    if (known) known.push(endpoint);
    else members.set(name, [endpoint]);
  }
  return [...members]
    .map(([name, containers]) => ({
      source: sourceOf(
        name,
        containers,
        remembered.find((one) => one.name === name),
      ),
      services: servicesOf(containers),
      networks: topology.networks.filter(({ project }) => project === name).map((network) => network.name),
      volumes: (topology.volumes ?? [])
        .filter(({ labels }) => labels[COMPOSE_PROJECT_LABEL] === name)
        .map((volume) => volume.name),
    }))
    .toSorted((a, b) => (a.source.name < b.source.name ? -1 : 1));
}

/** The newest container tells: older ones may be of a time when the files were elsewhere. */
function sourceOf(
  name: string,
  containers: readonly ContainerEndpoint[],
  remembered: ComposeSource | undefined,
): ComposeSource {
  const newest = containers.toSorted((a, b) => (b.status?.createdAt ?? 0) - (a.status?.createdAt ?? 0))[0];
  if (newest) return { name, ...placeOf(newest.labels) };
  return remembered ?? { name, folder: '', files: [], envFiles: [] };
}

function servicesOf(containers: readonly ContainerEndpoint[]): ProjectService[] {
  const byName = new Map<string, ContainerEndpoint[]>();
  for (const container of containers) {
    if (isOneOff(container.labels)) continue;
    byName.set(container.service, [...(byName.get(container.service) ?? []), container]);
  }
  return [...byName].map(([name, own]) => ({
    name,
    image: own[0]?.image ?? '',
    running: own.filter(({ state }) => state === 'running').length,
    total: own.length,
    unhealthy: own.filter(({ state, status }) => state === 'running' && status?.health === 'unhealthy').length,
    containers: own.map((container) => ({ id: container.id, name: container.name, state: container.state })),
    published: own.flatMap(({ publishedPorts }) =>
      publishedPorts.map(({ address, hostPort, port, protocol }) => ({ address, hostPort, port, protocol })),
    ),
  }));
}

/** With what the disk says of its files. */
export async function projectView(
  { source, services, networks, volumes }: ProjectRow,
  domain: Pick<ComposeDomain, 'look'>,
): Promise<ProjectView> {
  const looked = await domain.look(source);
  const sum = (pick: (service: ProjectService) => number): number =>
    services.reduce((total, service) => total + pick(service), 0);
  return {
    name: source.name,
    folder: source.folder,
    files: looked.files.map((file) => ({ ...file })),
    envFiles: looked.envFiles.map((file) => ({ ...file })),
    whereabouts: whereaboutsOf(source, looked),
    running: sum(({ running }) => running),
    total: sum(({ total }) => total),
    services,
    networks,
    volumes,
    remembered: services.length === 0,
  };
}

function whereaboutsOf({ folder }: ComposeSource, looked: Awaited<ReturnType<ComposeDomain['look']>>): Whereabouts {
  if (folder === '') return 'untold';
  if (!looked.folder) return 'elsewhere';
  return [...looked.files, ...looked.envFiles].every(({ exists }) => exists) ? 'here' : 'gone';
}
