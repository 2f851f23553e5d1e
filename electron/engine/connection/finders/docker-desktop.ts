/** Docker Desktop: a socket in the home folder (macOS, Linux), a pipe of its own (Windows). */
import { joinPath } from '../surroundings.ts';
import { presentSockets, type Finder } from './finder.ts';

export const dockerDesktop: Finder = {
  source: 'Docker Desktop',
  find: (around) =>
    presentSockets(
      around,
      around.platform === 'win32'
        ? ['//./pipe/dockerDesktopLinuxEngine']
        : ['run', 'desktop'].map((folder) => joinPath(around, around.homedir, '.docker', folder, 'docker.sock')),
    ),
};
