import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compile } from './compile.ts';
import { CANARY, anyDenied } from '../../e2e/fixture/random-denied.ts';
import { decide } from './resolve.ts';

const folder = join(import.meta.dirname, 'golden');

const canTry =
  process.getuid?.() === 0 &&
  spawnSync('unshare', ['-n', 'nft', '-c', '-f', '-'], { input: 'table inet probe {}\n' }).status === 0;

/** Loads the script twice in a namespace that is gone with the command; answers nft's status and complaint. */
function load(script: string): string {
  const twice = 'script=$(cat); for time in 1 2; do printf "%s\\n" "$script" | nft -f - || exit 1; done';
  const { stderr, status } = spawnSync('unshare', ['-n', 'sh', '-c', twice], { input: script, encoding: 'utf8' });
  return `${String(status)} ${stderr}`;
}

/** Only checks it, as if loaded after others. */
function check(script: string): string {
  const { stderr, status } = spawnSync('unshare', ['-n', 'nft', '-c', '-f', '-'], { input: script, encoding: 'utf8' });
  return `${String(status)} ${stderr}`;
}

/** Scripts of one call of nft, which takes each as a change of the one before. */
const BATCH = 200;
/** How many policies are tried; more with `BULKHEAD_FUZZ_CASES`. */
const FUZZ_CASES = Number(process.env['BULKHEAD_FUZZ_CASES'] ?? '1000');
const LOT = 1000;

describe.skipIf(!canTry)('nft (skipped where there is no root or no nft)', () => {
  const files = readdirSync(folder).filter((name) => name.endsWith('.nft'));

  it.each(files)('takes every table of golden/%s, over an older one as well', (name) => {
    const scripts = readFileSync(join(folder, name), 'utf8')
      .split(/^# place .*\n/m)
      .filter((script) => script.trim() !== '');
    expect(scripts.length).toBeGreaterThan(0);
    for (const script of scripts) expect(load(script)).toBe('0 ');
  });

  // In lots, each with a draw of its own: 100,000 at once would be gigabytes.
  const lots = Array.from({ length: Math.ceil(FUZZ_CASES / LOT) }, (_, at) => at);
  const patience = { timeout: 600_000 };
  it.each(lots)('takes the tables of any policy on any engine, whatever words both hold (lot %i)', patience, (lot) => {
    const count = Math.min(LOT, FUZZ_CASES - lot * LOT);
    const cases = fc.sample(anyDenied, count);
    const scripts = cases.flatMap(({ policy, topology }) =>
      compile(decide(policy, topology), topology).tables.map(({ script }) => script),
    );
    expect(scripts.length).toBeGreaterThan(count);
    // A word that got into a script might still be taken by nft.
    expect(scripts.filter((script) => script.includes(CANARY))).toEqual([]);
    for (let at = 0; at < scripts.length; at += BATCH) {
      const batch = scripts.slice(at, at + BATCH);
      if (check(batch.join('')) === '0 ') continue;
      for (const script of batch) expect(check(script), script).toBe('0 ');
    }
  });
});
