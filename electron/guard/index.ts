/** The guard: keeps the wire equal to the policy, and measures whether it is. */
export { createGuard, type Guard, type GuardOptions } from './guard.ts';
export type { Flow, PairTraffic } from './counting.ts';
export type { Hit } from './traffic.ts';
export { verifyPairs, type Untried, type VerifyOptions, type VerifyTally } from './verify.ts';
