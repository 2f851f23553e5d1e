/** From one state of a container to another. */
import type { ContainersDomain } from '../../domains/containers.ts';
import { pathOf, tell, type Api } from '../ask.ts';

type Lifecycle = Pick<ContainersDomain, 'start' | 'stop' | 'restart' | 'pause' | 'unpause' | 'kill' | 'remove'>;

export function createLifecycle(api: Api): Lifecycle {
  const post =
    (verb: string): Lifecycle['start'] =>
    (ref, { signal } = {}) =>
      tell(api, pathOf('containers', ref, verb), { method: 'POST', signal });
  return {
    start: post('start'),
    stop: post('stop'),
    restart: post('restart'),
    pause: post('pause'),
    unpause: post('unpause'),
    kill: post('kill'),
    remove: (ref, { force, volumes, signal }) =>
      tell(api, pathOf('containers', ref), { method: 'DELETE', query: { force, v: volumes }, signal }),
  };
}
