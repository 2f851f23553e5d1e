/** Compose on the demo's world: one project that can be taken down and brought up again. */
import { stringify } from 'yaml';
import { BulkheadError } from '../../../../shared/errors.ts';
import { pause } from '../../../lib/backoff.ts';
import type { ComposeDomain, ComposeSource } from '../../domains/compose.ts';
import type { Reported } from '../../domains/progress.ts';
import { DEMO_PLACE, type DemoContainer, type DemoNetwork, type Described } from '../world.ts';
import type { DemoStage } from './containers.ts';

const PROJECT = 'shop';
/** How long a made-up step takes (ms). */
const STEP_MS = 150;

export function createDemoCompose({ world, changed }: DemoStage): ComposeDomain {
  const members = (): DemoContainer[] =>
    [...world.containers.values()].filter(({ described }) => described.service !== '');
  /** As its files would say: what is not there is made by them. */
  const files: readonly Described[] = members().map(({ described }) => described);
  const nets: readonly DemoNetwork[] = world.networks.filter(({ project }) => project === PROJECT);

  const require = ({ name }: ComposeSource): void => {
    if (name === PROJECT || name === '') return;
    throw new BulkheadError({
      code: 'NOT_FOUND',
      message: `The demo has no project ${name}.`,
      hint: `It has one: ${PROJECT}.`,
    });
  };
  /** One after the other, each told of. */
  const each = async <T>(
    items: readonly T[],
    { report, signal }: Reported,
    step: {
      readonly id: (item: T) => string;
      readonly doing: string;
      readonly done: string;
      readonly act: (item: T) => void;
    },
  ): Promise<void> => {
    for (const item of items) {
      report.part(step.id(item), { name: step.id(item), state: 'running', text: step.doing });
      await pause(STEP_MS, signal);
      signal?.throwIfAborted();
      step.act(item);
      changed();
      report.part(step.id(item), { state: 'done', text: step.done });
      report.line(`${step.id(item)} ${step.done}`);
    }
  };
  const named = ({ described }: DemoContainer): string => `Container ${described.name}`;
  const of = (services: readonly string[]): DemoContainer[] =>
    members().filter(({ described }) => services.length === 0 || services.includes(described.service));
  const start = (containers: readonly DemoContainer[], reported: Reported): Promise<void> =>
    each(
      containers.filter(({ pid }) => pid === 0),
      reported,
      { id: named, doing: 'Starting', done: 'Started', act: (one) => world.setState(one, 'running') },
    );
  const stop = (containers: readonly DemoContainer[], reported: Reported): Promise<void> =>
    each(
      containers.filter(({ pid }) => pid !== 0),
      reported,
      { id: named, doing: 'Stopping', done: 'Stopped', act: (one) => world.setState(one, 'exited') },
    );
  const remove = (containers: readonly DemoContainer[], reported: Reported): Promise<void> =>
    each(containers, reported, {
      id: named,
      doing: 'Removing',
      done: 'Removed',
      act: (one) => void world.containers.delete(one.id),
    });

  return {
    tool: () => Promise.resolve({ version: '2.40.3', command: 'docker compose' }),
    look: ({ folder, files: listed, envFiles }) =>
      Promise.resolve({
        folder: folder === DEMO_PLACE.folder,
        files: listed.map((path) => ({ path, exists: DEMO_PLACE.files.includes(path) })),
        envFiles: envFiles.map((path) => ({ path, exists: false })),
      }),
    locate: (path) => {
      const known = [DEMO_PLACE.folder, ...DEMO_PLACE.files];
      if (known.includes(path.trim())) return Promise.resolve({ name: PROJECT, ...DEMO_PLACE });
      return Promise.reject(
        new BulkheadError({
          code: 'NOT_FOUND',
          message: `The demo reads no file of this machine: ${path}`,
          hint: `It has one Compose file: ${DEMO_PLACE.files.join()}.`,
        }),
      );
    },
    model: (source) => {
      require(source);
      return Promise.resolve({
        name: PROJECT,
        services: files.map(({ service, image }) => ({
          name: service,
          image,
          builds: image.startsWith('shop/'),
          profiles: [],
          replicas: 1,
        })),
        profiles: [],
      });
    },
    config: (source) => {
      require(source);
      return Promise.resolve(stringify({ name: PROJECT, services: Object.fromEntries(files.map(serviceOf)) }));
    },
    up: async (source, { recreate, ...reported }) => {
      require(source);
      await each(
        nets.filter((net) => !world.networks.includes(net)),
        reported,
        {
          id: ({ name }) => `Network ${name}`,
          doing: 'Creating',
          done: 'Created',
          act: (net) => void world.networks.push(net),
        },
      );
      if (recreate) await remove(members(), reported);
      const there = new Set(members().map(({ described }) => described.service));
      await each(
        files.filter(({ service }) => !there.has(service)),
        reported,
        {
          id: ({ name }) => `Container ${name}`,
          doing: 'Creating',
          done: 'Created',
          act: (described) => void world.add({ ...described, networks: { ...described.networks } }),
        },
      );
      await start(members(), reported);
    },
    act: async (source, action, { services, ...reported }) => {
      require(source);
      if (action === 'stop' || action === 'restart') await stop(of(services), reported);
      if (action === 'start' || action === 'restart') await start(of(services), reported);
      if (action === 'pull' || action === 'build') {
        await each([...new Set(of(services).map(({ described }) => described.image))], reported, {
          id: (image) => image,
          doing: action === 'pull' ? 'Pulling' : 'Building',
          done: action === 'pull' ? 'Pulled' : 'Built',
          act: () => undefined,
        });
      }
    },
    scale: async (source, { service, replicas, ...reported }) => {
      require(source);
      const own = of([service]);
      await remove(own.slice(replicas), reported);
      const [first] = files.filter((one) => one.service === service);
      if (!first) return;
      const names = Array.from({ length: replicas }, (_, at) => `${PROJECT}-${service}-${String(at + 1)}`);
      const taken = new Set(own.map(({ described }) => described.name));
      await each(names.filter((name) => !taken.has(name)).slice(0, Math.max(0, replicas - own.length)), reported, {
        id: (name) => `Container ${name}`,
        doing: 'Creating',
        done: 'Started',
        act: (name) => {
          const networks = Object.keys(first.networks).map((net) => [net, world.freeAddress(net)] as const);
          // A port of the machine belongs to one alone.
          const made = world.add({ ...first, name, networks: Object.fromEntries(networks), published: [] });
          world.setState(made, 'running');
        },
      });
    },
    down: async (source, { volumes, ...reported }) => {
      require(source);
      await stop(members(), reported);
      await remove(members(), reported);
      await each(
        world.networks.filter((net) => nets.includes(net)),
        reported,
        {
          id: ({ name }) => `Network ${name}`,
          doing: 'Removing',
          done: 'Removed',
          act: (net) => void world.networks.splice(world.networks.indexOf(net), 1),
        },
      );
      if (!volumes) return;
      await each(
        [...world.volumes.keys()].filter((name) => name.startsWith(`${PROJECT}_`)),
        reported,
        {
          id: (name) => `Volume ${name}`,
          doing: 'Removing',
          done: 'Removed',
          act: (name) => void world.volumes.delete(name),
        },
      );
    },
  };
}

function serviceOf({ service, image, networks, published, volumes }: Described): [string, object] {
  return [
    service,
    {
      image,
      networks: Object.fromEntries(Object.keys(networks).map((name) => [name.replace(`${PROJECT}_`, ''), null])),
      ...(published.length > 0 ? { ports: published.map(({ hostPort, port }) => `${hostPort}:${port}`) } : {}),
      ...(Object.keys(volumes).length > 0
        ? {
            volumes: Object.entries(volumes).map(
              ([name, { path, writable }]) => `${name.replace(`${PROJECT}_`, '')}:${path}${writable ? '' : ':ro'}`,
            ),
          }
        : {}),
    },
  ];
}
