/** The demo engine: a simulated engine behind the same interfaces, on which every toggle changes the simulated wire. */
import { BulkheadError } from '../../../shared/errors.ts';
import type { Topology } from '../../../shared/topology/model.ts';
import { createSignal } from '../../lib/signal.ts';
import type { ContainerActions, DriverHealth, EngineDriver } from '../driver.ts';
import { createDemoWire, type DemoTables, type DemoWire } from './wire.ts';
import { createDemoWorld, type DemoContainer } from './world.ts';

/** Opens a fresh demo world; nothing of it outlives the driver. */
export function createDemoDriver(): Promise<EngineDriver> {
  const world = createDemoWorld(Date.now);
  const topology = createSignal<Topology>(world.topology());
  const tables: DemoTables = new Map();
  let wire: DemoWire | null = null;

  const change = (id: string, act: (container: DemoContainer) => void): Promise<void> => {
    try {
      act(world.find(id));
    } catch (thrown) {
      return Promise.reject(thrown instanceof Error ? thrown : new Error(String(thrown)));
    }
    wire?.forgetEndedNamespaces();
    topology.set(world.topology());
    return Promise.resolve();
  };

  const containers: ContainerActions = {
    start: (id) => change(id, (container) => world.setState(container, 'running')),
    stop: (id) => change(id, (container) => world.setState(container, 'exited')),
    restart: (id) =>
      change(id, (container) => {
        world.setState(container, 'exited');
        world.setState(container, 'running');
      }),
    pause: (id) =>
      change(id, (container) => {
        requireState(container, 'running', 'pause');
        world.setState(container, 'paused');
      }),
    unpause: (id) =>
      change(id, (container) => {
        requireState(container, 'paused', 'unpause');
        world.setState(container, 'running');
      }),
    remove: (id, { force }) =>
      change(id, (container) => {
        if (container.pid !== 0 && !force) {
          throw new BulkheadError({
            code: 'ENGINE_REFUSED',
            message: `${container.described.name} is running.`,
            hint: 'Stop it first, or remove it by force.',
          });
        }
        world.containers.delete(id);
      }),
  };

  return Promise.resolve({
    kind: 'demo',
    address: 'demo',
    topology: () => topology.get(),
    onTopology: (listener) => topology.subscribe(listener),
    health: (): DriverHealth => ({ phase: 'connected' }),
    // A simulated engine is never lost.
    onHealth: () => () => undefined,
    refresh: () => Promise.resolve(topology.get()),
    containers,
    openWire: ({ onProgress }) => {
      wire ??= createDemoWire(world, tables, () => (wire = null));
      onProgress?.({ step: 'helper-ready', detail: '' });
      return Promise.resolve(wire);
    },
    clear: async () => {
      tables.clear();
      await wire?.close();
    },
    hasTrace: () => Promise.resolve(false),
    close: async () => {
      await wire?.close();
      topology.clear();
    },
  });
}

function requireState({ state, described }: DemoContainer, wanted: string, action: string): void {
  if (state === wanted) return;
  throw new BulkheadError({
    code: 'ENGINE_REFUSED',
    message: `${described.name} is ${state}: it cannot ${action} now.`,
    hint: `Only a container that is ${wanted} can.`,
  });
}
