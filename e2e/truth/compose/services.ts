/** A service of a compose file as a container of the lab: everything that decides who reaches whom, and no program of its own. */
import { mapMounts, type Disk, type StandIn } from './mounts.ts';
import { replicasOf, type ComposePort, type ComposeService, type Note } from './project.ts';

/** Kept as they are.  What is not named here or below is dropped and told of: a newer Compose may have more. */
const KEPT = new Set([
  'annotations',
  'cap_add',
  'cap_drop',
  'container_name',
  'dns_opt',
  'dns_search',
  'domainname',
  'environment',
  'expose',
  'external_links',
  'extra_hosts',
  'hostname',
  'ipc',
  'labels',
  'links',
  'mac_address',
  'network_mode',
  'networks',
  'pid',
  'privileged',
  'read_only',
  'tmpfs',
  'uts',
  'volumes_from',
]);
/** Changed below, or replaced in every service: no word of it for each. */
const CHANGED = new Set([
  'image',
  'build',
  'command',
  'entrypoint',
  'ports',
  'volumes',
  'sysctls',
  'depends_on',
  'scale',
]);
const SILENT = new Set([
  'profiles',
  'restart',
  'stop_signal',
  'stop_grace_period',
  'pull_policy',
  'attach',
  'tty',
  'stdin_open',
]);

const CAPABILITIES = new Set(['privileged', 'cap_add']);

const NOT_NETWORK = 'dropped: it decides nothing about who reaches whom';
const NOT_HERE = 'dropped: the machine may not have it';
const REASONS: Readonly<Record<string, string>> = {
  env_file: 'not read: no program is there to use it',
  dns: 'dropped: no program is there to answer',
  healthcheck: 'dropped: there is no program to ask',
  secrets: 'dropped: files for programs that are not there',
  configs: 'dropped: files for programs that are not there',
  devices: NOT_HERE,
  device_cgroup_rules: NOT_HERE,
  gpus: NOT_HERE,
  runtime: NOT_HERE,
  platform: NOT_HERE,
};

/** More ports than this in one service are thinned out: the engine needs a process for each. */
const MOST_PORTS = 32;

export interface LabService {
  readonly service: ComposeService;
  readonly standIns: readonly StandIn[];
  readonly notes: readonly Note[];
}

export interface LabServiceOptions {
  readonly image: string;
  readonly disk: Disk;
  /** Services that do not come along, on which nobody can wait. */
  readonly gone: ReadonlySet<string>;
  /** Whether the machine lets its engine give containers more capabilities than usual. */
  readonly canGiveCapabilities: boolean;
}

export function labService(
  name: string,
  service: ComposeService,
  { image, disk, gone, canGiveCapabilities }: LabServiceOptions,
): LabService {
  const notes: Note[] = [];
  const kept: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(service)) {
    if (!canGiveCapabilities && CAPABILITIES.has(key) && !isNothing(key, value)) {
      notes.push({
        what: `${name}: ${key}`,
        why: 'dropped: this machine lets this engine give no more than the usual',
      });
    } else if (KEPT.has(key)) kept[key] = value;
    else if (!CHANGED.has(key) && !SILENT.has(key) && !isNothing(key, value)) {
      notes.push({ what: `${name}: ${key}`, why: REASONS[key] ?? NOT_NETWORK });
    }
  }
  const { volumes = [], use_api_socket: wantsSocket = false } = service;
  const socket = wantsSocket ? [{ type: 'bind', source: '/var/run/docker.sock', target: '/var/run/docker.sock' }] : [];
  const mounts = mapMounts(name, [...volumes, ...socket], disk);
  const ports = labPorts(name, service);
  const sysctls = Object.entries(service.sysctls ?? {}).filter(([key]) => key.startsWith('net.'));
  const waits = Object.entries(service.depends_on ?? {}).filter(([other]) => !gone.has(other));
  const replicas = replicasOf(service);
  return {
    service: {
      ...kept,
      image,
      entrypoint: ['/bin/sleep', '2147483647'],
      command: [],
      // As process 1 it ignores what would end it.
      stop_signal: 'SIGKILL',
      ...(replicas !== 1 && { scale: replicas }),
      ...(ports.ports.length > 0 && { ports: ports.ports }),
      ...(mounts.mounts.length > 0 && { volumes: mounts.mounts }),
      ...(sysctls.length > 0 && { sysctls: Object.fromEntries(sysctls) }),
      // Nothing becomes healthy or completes here; the order is kept.
      ...(waits.length > 0 && {
        depends_on: Object.fromEntries(waits.map(([other]) => [other, { condition: 'service_started' }])),
      }),
    },
    standIns: mounts.standIns,
    notes: [...notes, ...mounts.notes, ...ports.notes],
  };
}

function labPorts(
  name: string,
  service: ComposeService,
): { readonly ports: readonly ComposePort[]; readonly notes: readonly Note[] } {
  const { ports: all = [] } = service;
  const notes: Note[] = [];
  let ports = all;
  if (all.length > MOST_PORTS) {
    ports = [...all.slice(0, MOST_PORTS / 2), ...all.slice(-MOST_PORTS / 2)];
    const why = `the first and last ${String(MOST_PORTS / 2)} stand for all: the engine needs a process for each`;
    notes.push({ what: `${name}: ${String(all.length)} published ports`, why });
  }
  const replicas = replicasOf(service);
  if (replicas > 1) {
    // As wide as all fixed ports of all containers together: whatever the others took, one is left.
    const width = replicas * ports.length;
    ports = ports.map((port) => {
      const { published = '' } = port;
      if (!/^\d+$/.test(published)) return port;
      const last = Math.min(Number(published) + width - 1, 65_535);
      notes.push({
        what: `${name}: port ${published}`,
        why: `only one of ${String(replicas)} containers could have it: each takes the next free one`,
      });
      return { ...port, published: `${published}-${String(last)}` };
    });
  }
  return { ports, notes };
}

/** Compose prints some keys that the file does not have. */
function isNothing(key: string, value: unknown): boolean {
  if (value === undefined || value === null || value === false || value === '') return true;
  if (typeof value !== 'object') return false;
  if (key === 'deploy') return Object.entries(value).every(([one, of]) => one === 'replicas' || isNothing(one, of));
  return Object.keys(value).length === 0;
}
