/** The demo's world: `resources/demo/shop.json` read into mutable state, and the topology that state shows. */
import * as z from 'zod';
import { BulkheadError } from '../../../shared/errors.ts';
import {
  compareEndpoints,
  COMPOSE_PROJECT_LABEL,
  COMPOSE_SERVICE_LABEL,
  ZONES,
  type Attachment,
  type ContainerEndpoint,
  type ContainerState,
  type Endpoint,
  type Network,
  type Topology,
  type Volume,
} from '../../../shared/topology/model.ts';
import { placeLabels, type ProjectPlace } from '../../../shared/compose/labels.ts';
import shop from '../../../resources/demo/shop.json' with { type: 'json' };

const schema = z.object({
  engine: z.object({
    name: z.string(),
    version: z.string(),
    apiVersion: z.string(),
    operatingSystem: z.string(),
    hostAddress: z.string(),
  }),
  networks: z.array(
    z.object({
      name: z.string(),
      subnet: z.string(),
      gateway: z.string(),
      project: z.string().default(''),
      internal: z.boolean().default(false),
    }),
  ),
  containers: z.array(
    z.object({
      name: z.string(),
      service: z.string().default(''),
      image: z.string(),
      state: z.enum(['running', 'exited']).default('running'),
      listens: z.array(z.number()),
      networkMode: z.literal('host').optional(),
      /** Network name → IPv4 address. */
      networks: z.record(z.string(), z.string()).default({}),
      published: z.array(z.object({ address: z.string(), hostPort: z.number(), port: z.number() })).default([]),
      volumes: z.record(z.string(), z.object({ path: z.string(), writable: z.boolean() })).default({}),
      mounts: z.array(z.string()).default([]),
      links: z.array(z.object({ target: z.string(), alias: z.string() })).default([]),
      privileged: z.boolean().default(false),
    }),
  ),
  /** Who keeps calling whom, so that there is traffic to count. */
  calls: z.array(z.object({ from: z.string(), to: z.string(), port: z.number(), everyMs: z.number() })),
});

/** Where the demo's project would be. */
export const DEMO_PLACE: ProjectPlace = { folder: '/srv/shop', files: ['/srv/shop/compose.yaml'], envFiles: [] };

export type DemoCall = z.infer<typeof schema>['calls'][number];
export type Described = z.infer<typeof schema>['containers'][number];

export interface DemoContainer {
  readonly id: string;
  described: Described;
  state: ContainerState;
  /** Made-up process id: a new one at every start, as on a real engine; 0 when not running. */
  pid: number;
  startedAt: number;
  finishedAt: number;
  readonly createdAt: number;
  exitCode: number | null;
}

export interface DemoNetwork {
  readonly id: string;
  readonly name: string;
  readonly subnet: string;
  readonly gateway: string;
  readonly internal: boolean;
  readonly project: string;
  readonly ipv6?: boolean;
  /** Absent: yes. */
  readonly icc?: boolean;
}

export interface DemoVolume {
  readonly name: string;
  readonly driver: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly options: Readonly<Record<string, string>>;
  /** Path within the volume → text. */
  readonly files: Map<string, string>;
}

export interface DemoWorld {
  readonly hostAddress: string;
  readonly networks: DemoNetwork[];
  readonly volumes: Map<string, DemoVolume>;
  readonly containers: Map<string, DemoContainer>;
  readonly calls: readonly DemoCall[];
  /** By id or name. @throws BulkheadError `NOT_FOUND` */
  find(ref: string): DemoContainer;
  /** `exitCode`: how it ends, where it does. */
  setState(container: DemoContainer, state: ContainerState, exitCode?: number): void;
  /** Ids of networks and containers that were not there at the start. */
  freshId(): string;
  /** Adds one that has never run. */
  add(described: Described): DemoContainer;
  /** An address nobody has on that network. @throws BulkheadError `NOT_FOUND` */
  freeAddress(network: string): string;
  /** A name nobody has. */
  freeName(): string;
  topology(): Topology;
}

/** Builds the world afresh; `now` gives the time in milliseconds since 1970. */
export function createDemoWorld(now: () => number): DemoWorld {
  const { engine, networks: describedNetworks, containers: describedContainers, calls } = schema.parse(shop);
  let lastPid = 4000;
  const networks = describedNetworks.map((network, index): DemoNetwork => ({ ...network, id: demoId(0x4e00 + index) }));
  let lastId = 0xd000;
  const volumes = demoVolumes(describedContainers);
  const containers = new Map(
    describedContainers.map((described, index): [string, DemoContainer] => {
      const running = described.state === 'running';
      const id = demoId(0xc000 + index);
      return [
        id,
        {
          id,
          described,
          state: described.state,
          pid: running ? (lastPid += 7) : 0,
          startedAt: running ? now() : now() - DEMO_AGE_MS,
          finishedAt: running ? 0 : now() - DEMO_AGE_MS / 2,
          createdAt: now() - DEMO_AGE_MS,
          exitCode: running ? null : 0,
        },
      ];
    }),
  );

  const attachments = ({ described, state }: DemoContainer): Attachment[] =>
    Object.entries(described.networks).map(([name, address]) => ({
      networkId: networks.find((network) => network.name === name)?.id ?? '',
      ipv4: state === 'running' || state === 'paused' ? address : null,
      ipv6: null,
      mac: null,
      aliases: name === 'bridge' ? [] : [described.service].filter((alias) => alias !== ''),
    }));

  const endpoint = (container: DemoContainer): ContainerEndpoint => {
    const { id, described, state, pid, startedAt, createdAt, finishedAt, exitCode } = container;
    const project = described.service === '' ? '' : 'shop';
    return {
      kind: 'container',
      id,
      name: described.name,
      image: described.image,
      state,
      project,
      service: described.service,
      networkMode: { kind: described.networkMode ?? 'own' },
      attachments: attachments(container),
      publishedPorts: described.published.map((port) => ({ ...port, protocol: 'tcp' })),
      exposedPorts: described.listens.map((port) => ({ protocol: 'tcp', port })),
      links: described.links.map(({ target, alias }) => ({ targetName: target, alias })),
      mounts: [
        ...Object.entries(described.volumes).map(([source, { path, writable }]) => ({
          type: 'volume' as const,
          source,
          destination: path,
          writable,
        })),
        ...described.mounts.map((path) => ({ type: 'bind' as const, source: path, destination: path, writable: true })),
      ],
      privileged: described.privileged,
      capAdd: [],
      pidMode: '',
      ipcMode: '',
      labels:
        project === ''
          ? {}
          : {
              [COMPOSE_PROJECT_LABEL]: project,
              [COMPOSE_SERVICE_LABEL]: described.service,
              ...placeLabels(DEMO_PLACE),
            },
      status: { health: null, exitCode, createdAt, finishedAt },
      pid,
      startedAt,
    };
  };

  const networkModel = ({ id, name, subnet, gateway, internal, project, ipv6, icc }: DemoNetwork): Network => ({
    id,
    name,
    driver: 'bridge',
    scope: 'local',
    internal,
    ipv6: ipv6 ?? false,
    ingress: false,
    attachable: false,
    subnets: [{ subnet, gateway }],
    options:
      name === 'bridge'
        ? { 'com.docker.network.bridge.default_bridge': 'true', 'com.docker.network.bridge.enable_icc': 'true' }
        : icc === false
          ? { 'com.docker.network.bridge.enable_icc': 'false' }
          : {},
    labels: {},
    project,
  });

  return {
    hostAddress: engine.hostAddress,
    networks,
    volumes,
    containers,
    calls,
    find: (ref) => {
      const found = containers.get(ref) ?? [...containers.values()].find(({ described }) => described.name === ref);
      if (found) return found;
      throw new BulkheadError({
        code: 'NOT_FOUND',
        message: 'That container is no longer there.',
        hint: 'Choose one that is.',
      });
    },
    freshId: () => demoId((lastId += 1)),
    setState: (container, state, exitCode = 0) => {
      const wasUp = container.pid !== 0;
      const isUp = state === 'running' || state === 'paused';
      container.state = state;
      if (!isUp) {
        if (wasUp) {
          container.finishedAt = now();
          container.exitCode = exitCode;
        }
        container.pid = 0;
      } else if (!wasUp) {
        container.finishedAt = 0;
        container.exitCode = null;
        container.pid = lastPid += 7;
        container.startedAt = now();
      }
    },
    add: (described) => {
      const made: DemoContainer = {
        id: demoId((lastId += 1)),
        described,
        state: 'created',
        pid: 0,
        startedAt: 0,
        finishedAt: 0,
        createdAt: now(),
        exitCode: null,
      };
      containers.set(made.id, made);
      return made;
    },
    freeAddress: (name) => {
      const network = networks.find((one) => one.name === name);
      if (!network) {
        throw new BulkheadError({
          code: 'NOT_FOUND',
          message: `network ${name} not found`,
          hint: 'Choose one that is there.',
        });
      }
      const taken = new Set([...containers.values()].map(({ described }) => described.networks[name]));
      const prefix = network.gateway.slice(0, network.gateway.lastIndexOf('.'));
      const host = Array.from({ length: 253 }, (_, at) => `${prefix}.${at + 2}`).find((address) => !taken.has(address));
      return host ?? `${prefix}.254`;
    },
    freeName: () => {
      const taken = new Set([...containers.values()].map(({ described }) => described.name));
      for (let at = 1; ; at += 1) if (!taken.has(`quiet_otter_${at}`)) return `quiet_otter_${at}`;
    },
    topology: () => ({
      engine: {
        name: engine.name,
        version: engine.version,
        apiVersion: engine.apiVersion,
        kind: 'demo',
        operatingSystem: engine.operatingSystem,
        firewallBackend: 'iptables',
        swarm: false,
        rootless: false,
        bridgeNetfilter: false,
        userlandProxy: true,
        hostAddresses: [engine.hostAddress],
      },
      endpoints: [...[...containers.values()].map(endpoint).sort(compareEndpoints), ...ZONES] satisfies Endpoint[],
      networks: networks.map(networkModel),
      volumes: [...volumes.values()].map(volumeModel),
    }),
  };
}

function volumeModel({ name, driver, options, labels }: DemoVolume): Volume {
  return { name, driver, mountpoint: `/var/lib/docker/volumes/${name}/_data`, options, labels };
}

/** Those the containers mount, and one that nobody does. */
function demoVolumes(containers: readonly Described[]): Map<string, DemoVolume> {
  const used = containers.flatMap(({ volumes }) => Object.keys(volumes));
  const names = [...new Set([...used, 'shop_old-uploads'])].toSorted();
  return new Map(
    names.map((name): [string, DemoVolume] => [
      name,
      {
        name,
        driver: 'local',
        labels: name.startsWith('shop_') ? { [COMPOSE_PROJECT_LABEL]: 'shop' } : {},
        options: {},
        files: new Map([
          ['README.txt', `Made-up files of the volume ${name}.\n`],
          ['data/2026/january.csv', 'day,orders\n1,17\n2,23\n'.repeat(400)],
          ['data/2026/february.csv', 'day,orders\n1,29\n2,31\n'.repeat(300)],
        ]),
      },
    ]),
  );
}

/** How long before the app's start its containers were made (ms). */
const DEMO_AGE_MS = 3 * 3_600_000;

/** 64 hexadecimal digits, as a real id. */
function demoId(seed: number): string {
  return seed.toString(16).padStart(8, '0').repeat(8);
}
