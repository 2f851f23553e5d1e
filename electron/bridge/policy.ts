import type { ApplyEvent } from '../../shared/contract/schemas.ts';
import type { Core } from '../app/core.ts';
import { procedures } from './contract.ts';
import { running } from './stream.ts';

export const policyRouter = (core: Core) => ({
  plan: procedures.policy.plan.handler(({ input }) => core.policy.plan(input)),
  apply: procedures.policy.apply.handler(({ input, signal }) =>
    running<ApplyEvent>(signal, (watched) => core.policy.apply(input, watched)),
  ),
});
