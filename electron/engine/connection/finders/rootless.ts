/** Rootless Docker: a socket in the user's runtime folder. */
import { joinPath } from '../surroundings.ts';
import { presentSockets, type Finder } from './finder.ts';

export const rootless: Finder = {
  source: 'rootless Docker',
  find: async (around) => {
    const runtime = around.env['XDG_RUNTIME_DIR'];
    if (around.platform !== 'linux' || !runtime) return [];
    return presentSockets(around, [joinPath(around, runtime, 'docker.sock')]);
  },
};
