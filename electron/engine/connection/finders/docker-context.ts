/** The docker context in force: `DOCKER_CONTEXT`, else `docker context use`. */
import { currentContextName } from '../docker-config.ts';
import { resolveTarget } from '../target.ts';
import type { Finder } from './finder.ts';

export const dockerContext: Finder = {
  source: 'docker context',
  find: async (around) => {
    const name = await currentContextName(around);
    if (name === null) return [];
    // A context that is broken or gone is still offered by name: trying it says what is wrong with it.
    const address = await resolveTarget(name, around).then(
      (target) => target.address,
      () => name,
    );
    return [address];
  },
};
