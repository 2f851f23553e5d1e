/** The demo engine: a simulated engine behind the same interfaces, on which every toggle changes the simulated wire. */
import type { Topology } from '../../../shared/topology/model.ts';
import { createSignal } from '../../lib/signal.ts';
import type { DriverHealth, EngineDriver } from '../driver.ts';
import { createDemoManagement } from './management/index.ts';
import { createDemoRebuild } from './rebuild.ts';
import { createDemoWire, type DemoTables, type DemoWire } from './wire.ts';
import { createDemoWorld } from './world.ts';

/** Opens a fresh demo world; nothing of it outlives the driver. */
export function createDemoDriver(): Promise<EngineDriver> {
  const world = createDemoWorld(Date.now);
  const topology = createSignal<Topology>(world.topology());
  const tables: DemoTables = new Map();
  let wire: DemoWire | null = null;

  const changed = (): void => {
    wire?.forgetEndedNamespaces();
    topology.set(world.topology());
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
    manage: createDemoManagement({ world, changed }),
    rebuild: createDemoRebuild(world, changed),
    openWire: ({ onProgress }) => {
      wire ??= createDemoWire(world, tables, Date.now, () => (wire = null));
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
