/** The guard: keeps the wire equal to the policy, and measures whether it is. */
export { createGuard, type Guard, type GuardOptions } from './guard.ts';
export { verifyPairs, type Untried, type VerifyOptions, type VerifyTally } from './verify.ts';
