import type { MatrixFrame } from '../../shared/contract/schemas.ts';
import type { Core } from '../app/core.ts';
import { procedures } from './contract.ts';
import { latest } from './stream.ts';

export const matrixRouter = (core: Core) => ({
  watch: procedures.matrix.watch.handler(({ signal }) =>
    latest<MatrixFrame>(
      signal,
      () => core.matrix.frame(),
      (listener) => core.matrix.onFrame(listener),
    ),
  ),
  explain: procedures.matrix.explain.handler(({ input }) => core.matrix.explain(input.from, input.to)),
});
