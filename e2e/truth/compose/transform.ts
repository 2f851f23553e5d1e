/** From the project a person wrote to one the lab can bring up: the same networks, ports, links, volumes and modes, other programs. */
import { hiddenBy, missingAddresses } from './addresses.ts';
import { mapVolume, type Disk, type StandIn } from './mounts.ts';
import { labNetworks } from './networks.ts';
import { replicasOf, type ComposeProject, type ComposeService, type ComposeVolume, type Note } from './project.ts';
import { labService } from './services.ts';
import { withStrangers } from './strangers.ts';

/** The machine the project will run on. */
export interface LabMachine {
  readonly disk: Disk;
  readonly interfaces: ReadonlySet<string>;
  /** Its addresses, without loopback. */
  readonly addresses: ReadonlySet<string>;
  /** An image that is there, with `/bin/sleep`. */
  readonly image: string;
  /** Whether it lets its engine give containers more capabilities than usual. */
  readonly canGiveCapabilities: boolean;
  /** Addresses of neighbours, which a network of the project may hide. */
  readonly neighbours: readonly string[];
}

export interface LabProject {
  readonly project: ComposeProject;
  /** How many containers it must have. */
  readonly containers: number;
  /** What the machine needs before: files and folders to mount, addresses to bind to, interfaces to stand on. */
  readonly standIns: readonly StandIn[];
  readonly addresses: readonly string[];
  readonly parents: readonly string[];
  /** Neighbours' addresses that lie in its networks: nobody inside could reach those neighbours. */
  readonly hidden: readonly string[];
  readonly notes: readonly Note[];
}

export function labProject(given: ComposeProject, machine: LabMachine): LabProject {
  const { disk, interfaces, addresses, image, canGiveCapabilities } = machine;
  const notes: Note[] = [];
  const { project, gone } = withoutProviders(given, notes);
  const named = withNamedModes(project);
  const complete = withStrangers(named);
  notes.push(...complete.notes);
  const standIns: StandIn[] = [];

  const services: Record<string, ComposeService> = {};
  for (const [name, service] of Object.entries(complete.project.services)) {
    const made = labService(name, service, { image, disk, gone, canGiveCapabilities });
    services[name] = made.service;
    standIns.push(...made.standIns);
    notes.push(...made.notes);
  }
  const net = labNetworks(complete.project, interfaces);
  notes.push(...net.notes);
  const volumes: Record<string, ComposeVolume> = {};
  for (const [key, volume] of Object.entries(complete.project.volumes ?? {})) {
    const made = mapVolume(key, volume ?? {}, disk);
    volumes[key] = made.volume;
    standIns.push(...made.standIns);
    notes.push(...made.notes);
  }
  const wanted = missingAddresses(complete.project, addresses);
  for (const address of wanted) notes.push({ what: `address ${address}`, why: 'given to the machine for this run' });
  return {
    project: { name: given.name, services, networks: net.networks, volumes },
    containers: Object.values(services).reduce((sum, service) => sum + replicasOf(service), 0),
    standIns,
    addresses: wanted,
    parents: net.parents,
    hidden: hiddenBy(complete.project, machine.neighbours),
    notes,
  };
}

/** A service with a provider is no container but a program of the machine's. */
function withoutProviders(
  project: ComposeProject,
  notes: Note[],
): { readonly project: ComposeProject; readonly gone: ReadonlySet<string> } {
  const all = Object.entries(project.services);
  const gone = new Set(all.filter(([, { provider }]) => provider !== undefined).map(([name]) => name));
  for (const name of gone)
    notes.push({ what: name, why: 'dropped: its provider is a program of the machine, no container' });
  return { project: { ...project, services: Object.fromEntries(all.filter(([name]) => !gone.has(name))) }, gone };
}

/** `network_mode: NAME` means an existing network of that name. */
function withNamedModes(project: ComposeProject): ComposeProject {
  const networks = { ...project.networks };
  const services = Object.entries(project.services).map(([name, service]): [string, ComposeService] => {
    const { network_mode: mode = '', ...rest } = service;
    if (/^(|bridge|host|none|default|(service|container):.*)$/.test(mode)) return [name, service];
    networks[mode] ??= { name: mode, external: true };
    return [name, { ...rest, networks: { [mode]: null } }];
  });
  return { ...project, services: Object.fromEntries(services), networks };
}
