/** Which suites there are, what each needs, and which of them an invocation asks for. */

/** Debian's engines that the `engine` suite runs on, one after the other: the newest and the oldest of the rig. */
const ENGINE_VERSIONS = ['28.5', '20.10'];

export const SUITES = ['unit', 'engine', 'integration', 'browser'];

/**
 * @param {readonly string[]} args of the command line: suites first, then what their runners take (files, flags)
 * @returns {{ suites: readonly string[], rest: readonly string[] }} every suite when none is named
 */
export function chosen(args) {
  const end = args.findIndex((arg) => !SUITES.includes(arg));
  const named = end === -1 ? args : args.slice(0, end);
  const rest = end === -1 ? [] : args.slice(end);
  return { suites: named.length === 0 ? SUITES : SUITES.filter((suite) => named.includes(suite)), rest };
}

/**
 * @param {string} suite
 * @param {{ isDebian: boolean, isRoot: boolean }} machine
 * @returns {string | null} why it cannot run here, null when it can
 */
export function obstacle(suite, { isDebian, isRoot }) {
  if (suite === 'unit' || (isDebian && isRoot)) return null;
  return `it starts private Docker engines, which takes ${isDebian ? 'root' : 'Debian and root'}`;
}

/**
 * @param {NodeJS.ProcessEnv} env `BULKHEAD_TEST_VERSIONS` names other versions, separated by spaces
 * @returns {readonly string[]}
 */
export function engineVersions(env) {
  const named = (env.BULKHEAD_TEST_VERSIONS ?? '').split(/\s+/).filter((version) => version !== '');
  return named.length === 0 ? ENGINE_VERSIONS : named;
}
