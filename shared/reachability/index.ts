/** Who can reach whom, and why.  The rules are in SPEC.md; everything here is pure. */
export { cannotSplit } from './cannot-split.ts';
export { evaluate } from './evaluate.ts';
export { explain } from './explain.ts';
export { namesFor, type KnownName } from './names.ts';
export { probeTargets } from './probe-targets.ts';
export { reevaluate, type Evaluation } from './reevaluate.ts';
export { REASONS, type RuleId } from './reasons.ts';
