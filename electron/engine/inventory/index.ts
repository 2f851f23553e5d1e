/** What is on an engine, kept up to date. */
export { assemble, type Parts } from './assemble.ts';
export { follow, type Following } from './follow.ts';
