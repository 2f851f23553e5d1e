import type { Core } from '../app/core.ts';
import { procedures } from './contract.ts';

export const diagramRouter = (core: Core) => ({
  get: procedures.diagram.get.handler(({ input }) => core.diagram.get(input)),
  compare: procedures.diagram.compare.handler(({ input }) => core.diagram.compare(input)),
  export: procedures.diagram.export.handler(({ input }) => core.diagram.export(input)),
});
