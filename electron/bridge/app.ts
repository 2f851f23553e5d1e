import type { Core } from '../app/core.ts';
import { procedures } from './contract.ts';

export const appRouter = (core: Core) => ({
  info: procedures.app.info.handler(() => ({ ...core.app.info() })),
});
