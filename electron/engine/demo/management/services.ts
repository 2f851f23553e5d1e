/** The demo's engine is no Swarm: it says so, and there is nothing to do. */
import { BulkheadError } from '../../../../shared/errors.ts';
import type { ServicesDomain } from '../../domains/services.ts';

export function createDemoServices(): ServicesDomain {
  const none = (): Promise<never> =>
    Promise.reject(
      new BulkheadError({
        code: 'ENGINE_REFUSED',
        message: 'This node is not a swarm manager.',
        hint: 'The demo has no Swarm: connect to an engine that has one.',
      }),
    );
  return {
    list: () => Promise.resolve({ role: 'inactive', services: [], tasks: [], nodes: [] }),
    onChange: () => () => undefined,
    scale: none,
    update: none,
    rollback: none,
    remove: none,
    setAvailability: none,
  };
}
