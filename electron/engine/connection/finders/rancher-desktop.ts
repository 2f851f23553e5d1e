/** Rancher Desktop with the dockerd (moby) engine; on Windows it takes Docker's own pipe. */
import { joinPath } from '../surroundings.ts';
import { presentSockets, type Finder } from './finder.ts';

export const rancherDesktop: Finder = {
  source: 'Rancher Desktop',
  find: (around) => presentSockets(around, [joinPath(around, around.homedir, '.rd', 'docker.sock')]),
};
