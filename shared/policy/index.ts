/** The front door of policies: selectors, pairs, obstacles, plans, firewall tables, and the file. */
export { compile } from './compile.ts';
export { editPolicy, parsePolicy } from './file.ts';
export { planChange } from './plan.ts';
export { deniedPairs } from './resolve.ts';
export { formatSelector, parseSelector, resolveSelector, selectorFor } from './selector.ts';
