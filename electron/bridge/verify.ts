import type { VerifyEvent } from '../../shared/contract/schemas.ts';
import type { Core } from '../app/core.ts';
import { procedures } from './contract.ts';
import { running } from './stream.ts';

export const verifyRouter = (core: Core) => ({
  run: procedures.verify.run.handler(({ input: { from, to }, signal }) =>
    running<VerifyEvent>(signal, (watched) =>
      core.verify.run({ ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) }, watched),
    ),
  ),
});
