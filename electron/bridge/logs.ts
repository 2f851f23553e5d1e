import type { Core } from '../app/core.ts';
import { logFeed } from '../app/log-feed.ts';
import { procedures } from './contract.ts';
import { pulled } from './stream.ts';

export const logsRouter = (core: Core) => ({
  read: procedures.logs.read.handler(({ input, signal }) =>
    pulled(signal, (stopped) => logFeed(core.manage().logs, input, stopped)),
  ),
});
