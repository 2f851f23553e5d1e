/** The front door of policies: selectors, pairs, obstacles, plans, firewall tables, and the file. */
export { compile } from './compile.ts';
export { differenceOf, isNoDifference, reverse, standing, type Difference, type Touched } from './difference.ts';
export { editPolicy, parsePolicy } from './file.ts';
export type { PolicyChange } from './model.ts';
export { planClear } from './plan-clear.ts';
export { planFile, planUndo } from './plan-between.ts';
export { planPause, type PauseChange } from './plan-pause.ts';
export { planChange } from './plan.ts';
export { causeText, decide } from './resolve.ts';
export { formatSelector, parseSelector, resolveSelector, selectorFor } from './selector.ts';
