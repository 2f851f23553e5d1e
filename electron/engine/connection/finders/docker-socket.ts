/** Docker where its own installer puts it. */
import { DEFAULT_PIPE, DEFAULT_SOCKET } from '../address.ts';
import { presentSockets, type Finder } from './finder.ts';

export const dockerSocket: Finder = {
  source: 'Docker',
  find: (around) => presentSockets(around, [around.platform === 'win32' ? DEFAULT_PIPE : DEFAULT_SOCKET]),
};
