/** Test results of both runners in one shape, and the text that sums them up. */
import { stripVTControlCharacters } from 'node:util';

/**
 * @typedef {{ name: string, message: string }} Failure
 * @typedef {{ suite: string, passed: number, skipped: number, failures: Failure[], flaky?: Failure[], ms: number }} Result
 */

/**
 * @param {{ testResults: { name: string, status: string, message?: string, assertionResults: {
 *   fullName: string, status: string, failureMessages?: string[] | null }[] }[] }} report vitest's JSON report
 * @param {string} root paths are shown relative to it
 * @returns {{ passed: number, skipped: number, failures: Failure[] }}
 */
export function fromVitest(report, root) {
  let passed = 0;
  let skipped = 0;
  const failures = [];
  for (const { name, status, message, assertionResults } of report.testResults) {
    const file = relativeTo(root, name);
    const before = failures.length;
    for (const test of assertionResults) {
      if (test.status === 'passed') passed += 1;
      else if (test.status === 'failed') {
        failures.push({ name: `${file} > ${test.fullName}`, message: (test.failureMessages ?? []).join('\n') });
      } else skipped += 1;
    }
    // A file that does not load, or whose `beforeAll` fails, has no failed test of its own.
    if (status === 'failed' && failures.length === before) failures.push({ name: file, message: message ?? '' });
  }
  return { passed, skipped, failures };
}

/**
 * @param {{ suites: object[], errors?: { message?: string }[] }} report Playwright's JSON report
 * @returns {{ passed: number, skipped: number, failures: Failure[], flaky: Failure[] }} `flaky`: those that passed
 *   when tried a second time, with what went wrong the first
 */
export function fromPlaywright(report) {
  let passed = 0;
  let skipped = 0;
  const failures = (report.errors ?? []).map(({ message }) => ({ name: 'playwright', message: message ?? '' }));
  const flaky = [];
  const visit = (suite, path) => {
    for (const child of suite.suites ?? []) visit(child, [...path, child.title]);
    for (const spec of suite.specs ?? []) {
      for (const test of spec.tests) {
        const errors = test.results.flatMap(({ errors: all }) => all ?? []).map(({ message }) => message ?? '');
        const told = { name: [...path, spec.title].join(' > '), message: errors.join('\n') };
        if (test.status === 'expected') passed += 1;
        else if (test.status === 'skipped') skipped += 1;
        else if (test.status === 'flaky') {
          passed += 1;
          flaky.push(told);
        } else failures.push(told);
      }
    }
  };
  for (const suite of report.suites) visit(suite, [suite.title]);
  return { passed, skipped, failures, flaky };
}

/**
 * What a runner's own end adds to what it reported: a suite that fell over, or that found nothing to test, failed.
 *
 * @param {{ passed: number, skipped: number, failures: Failure[] } | null} reported null when there is no report
 * @param {number} code the runner's exit code
 * @returns {{ passed: number, skipped: number, failures: Failure[] }}
 */
export function settled(reported, code) {
  const result = reported ?? { passed: 0, skipped: 0, failures: [] };
  if (result.failures.length > 0) return result;
  const blame = (message) => ({ ...result, failures: [{ name: 'the suite itself', message }] });
  if (code === 124) return blame('It did not end in time.');
  if (code !== 0) return blame(`Its runner ended with code ${code}, without a failed test; see its output above.`);
  if (reported === null) return blame('Its runner left no report.');
  if (result.passed === 0) return blame('It ran no test.');
  return result;
}

/**
 * @param {readonly Result[]} results
 * @param {readonly { suite: string, why: string }[]} left suites that were not run
 * @returns {string} a table, then the failures, then one plain line of totals
 */
export function summary(results, left) {
  const rows = [
    ['suite', 'passed', 'failed', 'skipped', 'time'],
    ...results.map(({ suite, passed, skipped, failures, ms }) => [
      suite,
      String(passed),
      String(failures.length),
      String(skipped),
      `${(ms / 1000).toFixed(1)} s`,
    ]),
  ];
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const lines = rows.map(([name, ...cells]) =>
    [name.padEnd(widths[0]), ...cells.map((cell, index) => cell.padStart(widths[index + 1]))].join('  '),
  );
  for (const { suite, why } of left) lines.push(`${suite}: not run, ${why}`);
  const tell = (word, suite, { name, message }) =>
    lines.push('', `${word} ${suite}: ${name}`, indented(stripVTControlCharacters(message)));
  for (const { suite, flaky = [] } of results) for (const one of flaky) tell('FLAKY', suite, one);
  for (const { suite, failures } of results) for (const one of failures) tell('FAILED', suite, one);
  const total = (count) => results.reduce((sum, result) => sum + count(result), 0);
  lines.push(
    '',
    `${total(({ passed }) => passed)} passed, ${total(({ failures }) => failures.length)} failed, ` +
      `${total(({ skipped }) => skipped)} skipped`,
  );
  return `${lines.join('\n')}\n`;
}

const LONGEST_MESSAGE = 40;

function indented(message) {
  const lines = message.trim().split('\n');
  const shown = lines.slice(0, LONGEST_MESSAGE);
  if (shown.length < lines.length) shown.push(`… and ${lines.length - shown.length} lines more`);
  return shown.map((line) => `  ${line}`.trimEnd()).join('\n');
}

function relativeTo(root, path) {
  return path.startsWith(`${root}/`) ? path.slice(root.length + 1) : path;
}
