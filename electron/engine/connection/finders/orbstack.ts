/** OrbStack (macOS). */
import { joinPath } from '../surroundings.ts';
import { presentSockets, type Finder } from './finder.ts';

export const orbstack: Finder = {
  source: 'OrbStack',
  find: (around) => presentSockets(around, [joinPath(around, around.homedir, '.orbstack', 'run', 'docker.sock')]),
};
