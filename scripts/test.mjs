/**
 * `npm test`: every suite, on real engines and in a real browser where this machine can have them.
 *
 *   npm test                             all suites
 *   npm test -- unit                     one of unit, engine, integration, browser
 *   npm test -- unit electron/serve      the rest goes to the suite's own runner
 *   BULKHEAD_TEST_VERSIONS="28.5"        the engines to test on
 */
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tsImport } from 'tsx/esm/api';
import { buildIfStale } from './lib/build.mjs';
import { fromPlaywright, fromVitest, settled, summary } from './lib/results.mjs';
import { ROOT } from './lib/root.mjs';
import { programOf, runNode } from './lib/run.mjs';
import { chosen, engineVersions, obstacle } from './lib/suites.mjs';

/** No suite takes this long; one that does hangs. */
const SUITE_MS = 75 * 60_000;

const { suites, rest } = chosen(process.argv.slice(2));
const machine = { isDebian: existsSync('/etc/debian_version'), isRoot: process.getuid?.() === 0 };
const reports = await mkdtemp(join(tmpdir(), 'bulkhead-test-'));
const results = [];
const left = [];

try {
  for (const suite of suites) {
    const why = obstacle(suite, machine);
    if (why === null) await runSuite(suite);
    else left.push({ suite, why });
  }
} finally {
  await rm(reports, { recursive: true, force: true });
}
process.stdout.write(`\n${summary(results, left)}`);
// Whatever an engine's rig still holds open must not keep a finished run alive.
process.exit(results.length === 0 || results.some(({ failures }) => failures.length > 0) ? 1 : 0);

/** @param {string} suite */
async function runSuite(suite) {
  if (suite === 'unit') return record(suite, () => vitest(suite));
  if (suite === 'engine') {
    for (const version of engineVersions(process.env)) {
      await record(`engine ${version}`, () => onEngine(version, (url) => vitest(suite, { BULKHEAD_TEST_ENGINE: url })));
    }
    return;
  }
  await record(suite, async () => {
    const { ensureMachinePackages } = await tsImport('../e2e/engines/packages.ts', import.meta.url);
    await ensureMachinePackages();
    await buildIfStale();
    return suite === 'browser' ? playwright() : vitest(suite);
  });
}

/**
 * Runs one suite and keeps its result; what keeps it from running counts as its failure.
 *
 * @param {string} suite
 * @param {() => Promise<{ passed: number, skipped: number, failures: object[] }>} work
 */
async function record(suite, work) {
  process.stdout.write(`\n── ${suite} ──\n`);
  const startedAt = performance.now();
  const result = await work().catch((error) => ({
    passed: 0,
    skipped: 0,
    failures: [{ name: 'the suite could not start', message: error.stack ?? String(error) }],
  }));
  results.push({ suite, ...result, ms: performance.now() - startedAt });
}

/**
 * @param {string} version
 * @param {(url: string) => Promise<object>} work
 */
async function onEngine(version, work) {
  const { startEngine } = await tsImport('../e2e/engines/engine.ts', import.meta.url);
  const engine = await startEngine({ version, name: `suite-${version}-${process.pid}` });
  try {
    return await work(engine.url);
  } finally {
    await engine.stop();
  }
}

/**
 * @param {string} project
 * @param {Record<string, string>} [env]
 */
async function vitest(project, env = {}) {
  const file = join(reports, `${project}-${results.length}.json`);
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  const args = [...programOf('vitest'), 'run', '--project', project, ...reporters, ...rest];
  const { code } = await runNode(args, { env, timeoutMs: SUITE_MS });
  const report = await readReport(file);
  return settled(report && fromVitest(report, ROOT), code);
}

async function playwright() {
  const file = join(reports, 'browser.json');
  const args = [...programOf('@playwright/test', 'playwright'), 'test', '--reporter=list,json', ...rest];
  const { code } = await runNode(args, { env: { PLAYWRIGHT_JSON_OUTPUT_FILE: file }, timeoutMs: SUITE_MS });
  const report = await readReport(file);
  return settled(report && fromPlaywright(report), code);
}

/** @param {string} file */
async function readReport(file) {
  return existsSync(file) ? JSON.parse(await readFile(file, 'utf8')) : null;
}
