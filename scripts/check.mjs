/** `npm run check`: everything that can be told without running the app, side by side, in under a minute. */
import { availableParallelism } from 'node:os';
import { inParallel, programOf, runNode, seconds } from './lib/run.mjs';

/** Of the cases on which properties are tried: all of them are `npm test`'s. */
const CASES_SHARE = '0.2';

// The long ones first: what starts last decides when all of it ends.
const CHECKS = [
  { name: 'unit tests', args: [...programOf('vitest'), 'run', '--project', 'unit', '--reporter=dot'] },
  { name: 'lint', args: [...programOf('oxlint'), '--type-aware', '--report-unused-disable-directives'] },
  { name: 'types', args: [...programOf('typescript', 'tsc'), '-b'] },
  { name: 'dead code', args: [...programOf('knip'), '--no-progress'] },
  {
    name: 'boundaries',
    args: [...programOf('dependency-cruiser', 'depcruise'), 'electron', 'shared', 'renderer', 'e2e', 'scripts'],
  },
  {
    name: 'format',
    args: [...programOf('prettier'), '--check', '.', '--log-level', 'warn', '--cache', '--cache-strategy', 'content'],
  },
];

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !CHECKS.some((check) => check.name === name));
if (unknown.length > 0) {
  process.stderr.write(
    `No check is called ${unknown.join(', ')}; there are: ${CHECKS.map(({ name }) => name).join(', ')}.\n`,
  );
  process.exit(2);
}

const startedAt = performance.now();
const checks = CHECKS.filter(({ name }) => wanted.length === 0 || wanted.includes(name));
const results = await inParallel(checks, Math.min(availableParallelism(), 3), async ({ name, args }) => {
  const { code, output, ms } = await runNode(args, { isQuiet: true, env: { BULKHEAD_CASES_SHARE: CASES_SHARE } });
  process.stdout.write(`${code === 0 ? 'ok    ' : 'FAILED'} ${name.padEnd(14)} ${seconds(ms).padStart(7)}\n`);
  return { name, code, output };
});
const failed = results.filter(({ code }) => code !== 0);
for (const { name, output } of failed) process.stdout.write(`\n── ${name} ──\n${output.trim()}\n`);
const outcome = failed.length === 0 ? 'All of it holds' : `Not in order: ${failed.map(({ name }) => name).join(', ')}`;
process.stdout.write(`\n${outcome} (${seconds(performance.now() - startedAt)}).\n`);
process.exitCode = failed.length === 0 ? 0 : 1;
