/** Containers of the demo's world. */
import { Readable } from 'node:stream';
import { BulkheadError } from '../../../../shared/errors.ts';
import type { ContainersDomain } from '../../domains/containers.ts';
import { specOf } from '../../docker/containers/spec.ts';
import { pause } from '../../../lib/backoff.ts';
import type { DemoContainer, DemoWorld } from '../world.ts';
import { demoInspection, demoProcesses, demoSample } from './container-facts.ts';
import { describe as describeSpec } from './described.ts';

export interface DemoStage {
  readonly world: DemoWorld;
  /** To be called after every change of the world. */
  readonly changed: () => void;
}

/** An archive without a file in it. */
const EMPTY_TAR = Buffer.alloc(1024);
/** Between two looks at what a container uses (ms). */
const SAMPLE_MS = 1000;

export function createDemoContainers({ world, changed }: DemoStage): ContainersDomain {
  /** As an engine: later, and by a rejection where it refuses. */
  const settle = async <T>(act: () => T): Promise<T> => {
    await Promise.resolve();
    return act();
  };
  const change = (ref: string, act: (container: DemoContainer) => void): Promise<void> =>
    settle(() => {
      act(world.find(ref));
      changed();
    });
  const domain: ContainersDomain = {
    start: (ref) => change(ref, (container) => world.setState(container, 'running')),
    stop: (ref) => change(ref, (container) => world.setState(container, 'exited')),
    restart: (ref) =>
      change(ref, (container) => {
        world.setState(container, 'exited');
        world.setState(container, 'running');
      }),
    pause: (ref) =>
      change(ref, (container) => {
        requireState(container, 'running', 'pause');
        world.setState(container, 'paused');
      }),
    unpause: (ref) =>
      change(ref, (container) => {
        requireState(container, 'paused', 'unpause');
        world.setState(container, 'running');
      }),
    kill: (ref) =>
      change(ref, (container) => {
        requireState(container, 'running', 'be killed');
        world.setState(container, 'exited', 137);
      }),
    remove: (ref, { force }) =>
      change(ref, (container) => {
        if (container.pid !== 0 && !force) {
          throw new BulkheadError({
            code: 'ENGINE_REFUSED',
            message: `${container.described.name} is running.`,
            hint: 'Stop it first, or remove it by force.',
          });
        }
        world.containers.delete(container.id);
      }),
    rename: (ref, name) =>
      change(ref, (container) => {
        requireFree(world, name);
        container.described = { ...container.described, name };
      }),
    inspect: (ref) => settle(() => demoInspection(world.find(ref), world)),
    top: (ref) =>
      settle(() => {
        const container = world.find(ref);
        requireState(container, 'running', 'tell its processes');
        return demoProcesses(container);
      }),
    stats: async (ref, { signal, onSample }) => {
      while (!signal?.aborted && world.find(ref).state === 'running') {
        onSample(demoSample(world.find(ref), Date.now()));
        await pause(SAMPLE_MS, signal);
      }
    },
    specOf: (ref) => settle(() => specOf(demoInspection(world.find(ref), world), null)),
    untold: (ref) => settle(() => (world.find(ref), 0)),
    changedFiles: (ref) => settle(() => (world.find(ref), 0)),
    create: (spec) =>
      settle(() => {
        if (spec.name !== '') requireFree(world, spec.name);
        const { id } = world.add(describeSpec(spec, world));
        changed();
        return id;
      }),
    // Nothing is cut off half way in a demo: there is nothing to keep.
    replace: (ref, spec) =>
      settle(() => {
        const old = world.find(ref);
        if (spec.name !== old.described.name) requireFree(world, spec.name);
        const made = describeSpec(spec, world);
        world.containers.delete(old.id);
        const container = world.add(made);
        if (old.pid !== 0) world.setState(container, 'running');
        changed();
        return container.id;
      }),
    commit: (ref) => settle(() => `sha256:${world.find(ref).id}`),
    export: (ref) => settle(() => (world.find(ref), Readable.from([EMPTY_TAR]))),
  };
  return domain;
}

function requireFree({ containers }: DemoWorld, name: string): void {
  if (![...containers.values()].some(({ described }) => described.name === name)) return;
  throw new BulkheadError({
    code: 'BAD_INPUT',
    message: `The container name "/${name}" is already in use.`,
    hint: 'Choose another name, or remove the container that has it.',
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
