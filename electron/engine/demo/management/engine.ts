/** The demo engine itself: made up, and clearly so. */
import type { EngineEvent } from '../../../../shared/contract/engine.ts';
import { isContainer, isUp } from '../../../../shared/topology/model.ts';
import type { EngineDomain } from '../../domains/engine.ts';
import type { ImagesDomain } from '../../domains/images.ts';
import type { VolumesDomain } from '../../domains/volumes.ts';
import type { DemoStage } from './containers.ts';

const WRITTEN = 1_400_000;
/** What the demo looks at to tell what has happened (ms). */
const LOOK_MS = 500;

interface Shelf {
  readonly images: ImagesDomain;
  readonly volumes: VolumesDomain;
}

export function createDemoEngine({ world }: Pick<DemoStage, 'world'>, { images, volumes }: Shelf): EngineDomain {
  const cache = new Map([
    ['demo-cache-1', { name: '[shop/api build 2/5] COPY package.json ./', size: 41_200_000 }],
    ['demo-cache-2', { name: '[shop/api build 3/5] RUN npm ci', size: 268_000_000 }],
  ]);
  const containers = () => world.topology().endpoints.filter(isContainer);
  const running = (): number => containers().filter(isUp).length;

  return {
    detail: async () => {
      const { engine } = world.topology();
      return {
        name: engine.name,
        version: engine.version,
        commit: 'demo',
        builtAt: '',
        api: { used: engine.apiVersion, oldest: '1.40', newest: engine.apiVersion },
        operatingSystem: engine.operatingSystem,
        kernel: 'made up',
        architecture: 'linux/amd64',
        cpus: 4,
        memory: 8_000_000_000,
        storageDriver: 'overlay2',
        storageFacts: [],
        rootDir: '/var/lib/docker',
        loggingDriver: 'json-file',
        cgroupDriver: 'systemd',
        cgroupVersion: '2',
        security: ['apparmor', 'seccomp (builtin)', 'cgroupns'],
        runtimes: ['runc'],
        defaultRuntime: 'runc',
        mirrors: [],
        insecureRegistries: ['127.0.0.0/8'],
        proxies: [],
        components: [],
        firewallBackend: engine.firewallBackend,
        swarm: 'inactive',
        liveRestore: false,
        containers: { running: running(), paused: 0, stopped: containers().length - running() },
        images: (await images.list()).length,
        warnings: [{ code: 'memory', text: 'WARNING: No swap limit support' }],
      };
    },
    usage: async () => {
      const [all, idle, kept] = await Promise.all([images.list(), images.prunePreview({ all: true }), volumes.usage()]);
      const stopped = containers().length - running();
      const cached = [...cache.values()].reduce((sum, { size }) => sum + size, 0);
      return [
        {
          kind: 'images',
          count: all.length,
          active: all.length - idle.items.length,
          size: await images.spaceTaken(),
          reclaimable: idle.bytes,
        },
        {
          kind: 'containers',
          count: containers().length,
          active: running(),
          size: containers().length * WRITTEN,
          reclaimable: stopped * WRITTEN,
        },
        {
          kind: 'volumes',
          count: kept.length,
          active: kept.length,
          size: kept.reduce((sum, { size }) => sum + (size ?? 0), 0),
          reclaimable: 0,
        },
        { kind: 'build-cache', count: cache.size, active: 0, size: cached, reclaimable: cached },
      ];
    },
    written: () => Promise.resolve(new Map(containers().map(({ id }) => [id, WRITTEN]))),
    unusedBuildCache: () => {
      const items = [...cache].map(([id, part]) => ({ id, ...part }));
      return Promise.resolve({ items, bytes: items.reduce((sum, { size }) => sum + size, 0), shared: 0 });
    },
    removeBuildCache: (id) => {
      cache.delete(id);
      return Promise.resolve();
    },
    follow: (onNews) => {
      let seq = 0;
      const states = (): Map<string, string> => new Map(containers().map(({ id, state }) => [id, state]));
      let before = states();
      const timer = setInterval(() => {
        const now = states();
        const events: EngineEvent[] = [];
        for (const { id, name, state } of containers()) {
          if (before.get(id) === state) continue;
          const action = before.has(id) ? (state === 'running' ? 'start' : 'die') : 'create';
          seq += 1;
          events.push({ seq, at: Date.now(), type: 'container', action, detail: '', id, name, attributes: { name } });
        }
        before = now;
        if (events.length > 0) onNews({ kind: 'events', events });
      }, LOOK_MS);
      timer.unref();
      return () => clearInterval(timer);
    },
  };
}
