/** Containers of the demo's world. */
import { BulkheadError } from '../../../../shared/errors.ts';
import type { ContainersDomain } from '../../domains/containers.ts';
import type { DemoContainer, DemoWorld } from '../world.ts';

export interface DemoStage {
  readonly world: DemoWorld;
  /** To be called after every change of the world. */
  readonly changed: () => void;
}

export function createDemoContainers({ world, changed }: DemoStage): ContainersDomain {
  const change = (ref: string, act: (container: DemoContainer) => void): Promise<void> => {
    try {
      act(world.find(ref));
    } catch (thrown) {
      return Promise.reject(thrown instanceof Error ? thrown : new Error(String(thrown)));
    }
    changed();
    return Promise.resolve();
  };
  return {
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
  };
}

function requireState({ state, described }: DemoContainer, wanted: string, action: string): void {
  if (state === wanted) return;
  throw new BulkheadError({
    code: 'ENGINE_REFUSED',
    message: `${described.name} is ${state}: it cannot ${action} now.`,
    hint: `Only a container that is ${wanted} can.`,
  });
}
