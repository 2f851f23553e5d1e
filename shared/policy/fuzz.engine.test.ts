/**
 * Policies at random on engines at random, with hostile words in everything that has a name: from what is asked for, through the
 * policy file, to what nft makes of it.
 *
 * `BULKHEAD_FUZZ_CASES` says how many; `BULKHEAD_FUZZ_SEED` draws the same ones again.
 */
import { spawn, spawnSync } from 'node:child_process';
import { text } from 'node:stream/consumers';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyCase, CANARY, type Case } from '../../e2e/fixture/random-denied.ts';
import { BulkheadError } from '../errors.ts';
import { formatPorts, parsePorts } from '../ports.ts';
import { compile } from './compile.ts';
import { editPolicy, parsePolicy } from './file.ts';
import type { Policy, PolicyRule } from './model.ts';
import { decide } from './resolve.ts';
import { formatSelector, parseSelector } from './selector.ts';

const canTry =
  process.getuid?.() === 0 &&
  spawnSync('unshare', ['-n', 'nft', '-c', '-f', '-'], { input: 'table inet probe {}\n' }).status === 0;

const CASES = Number(process.env['BULKHEAD_FUZZ_CASES'] ?? '300');
const SEED = Number(process.env['BULKHEAD_FUZZ_SEED'] ?? String(Date.now() % 1_000_000));
/** Cases that are drawn at once: 100,000 would be gigabytes. */
const LOT = 1000;
/** Scripts that one nft is given at once; which of them it was that failed is found by halves. */
const BATCH = 60;
/** So many nft at a time: each waits for the kernel most of the while. */
const AT_A_TIME = 8;

/** What a case came to: none where its file was refused. */
type Scripts = readonly string[] | null;

/** @returns what `make` gives; null where it refuses with this code, as it should what nobody may have. */
function unless<T>(code: BulkheadError['code'], make: () => T): T | null {
  try {
    return make();
  } catch (thrown) {
    if (thrown instanceof BulkheadError && thrown.code === code) return null;
    throw thrown;
  }
}

const selectorOf = (text: string): string | null => unless('BAD_INPUT', () => formatSelector(parseSelector(text)));

/** What of it can be had, as planning writes it. */
function accepted(asked: Policy): Policy {
  const names = (list: readonly string[]): readonly string[] => [
    ...new Set(list.flatMap((text) => selectorOf(text) ?? [])),
  ];
  const rules = asked.rules.flatMap(({ from, to, action, ports }): PolicyRule[] => {
    const [source, target] = [selectorOf(from), selectorOf(to)];
    const set = ports ? unless('BAD_INPUT', () => parsePorts(ports)) : undefined;
    if (source === null || target === null || set === null) return [];
    const texts = set === undefined ? null : formatPorts(set);
    return [{ from: source, to: target, action, ...(texts ? { ports: texts } : {}) }];
  });
  return {
    ...asked,
    guarded: names(asked.guarded).filter((name) => /^(?:network|project):/.test(name)),
    isolated: names(asked.isolated),
    offline: names(asked.offline),
    rules,
  };
}

/** A file as others write one, with every text in quotes or none. */
function byHand({ posture, guarded, isolated, offline, rules }: Policy, quote: (text: string) => string): string {
  const list = (name: string, texts: readonly string[]): string =>
    texts.length === 0 ? '' : `${name}:\n${texts.map((text) => `  - ${quote(text)}\n`).join('')}`;
  const lines = rules.map(
    ({ from, to, action, ports }) =>
      `  - from: ${quote(from)}\n    to: ${quote(to)}\n    action: ${action}\n` +
      (ports ? `    ports: [${ports.map(quote).join(', ')}]\n` : ''),
  );
  return [
    `version: 1\nposture: ${posture}\n`,
    list('guarded', guarded),
    list('isolated', isolated),
    list('offline', offline),
    lines.length === 0 ? '' : `rules:\n${lines.join('')}`,
  ].join('');
}

/** The policy that the file holds in the end; null: the file was refused, with line and column. */
function throughFile({ asked, text, writer }: Case): Policy | null {
  if (writer !== 'app') {
    const written = byHand(asked, writer === 'quoted' ? (one) => JSON.stringify(one) : (one) => one);
    return unless('POLICY_FILE', () => parsePolicy(written));
  }
  const wanted = accepted(asked);
  // What cannot be understood is left alone: the next one is written where there was none.
  const written = unless('POLICY_FILE', () => editPolicy(text, wanted)) ?? editPolicy('', wanted);
  const read = parsePolicy(written);
  expect(read, written).toEqual(wanted);
  return read;
}

function scriptsOf(policy: Policy, topology: Case['topology']): readonly string[] {
  return compile(decide(policy, topology), topology).tables.map(({ script }) => script);
}

function outcomeOf(one: Case): Scripts {
  const policy = throughFile(one);
  if (policy === null) return null;
  const scripts = scriptsOf(policy, one.topology);
  // Not a byte of what is loaded may hang on how somebody is called.
  expect(scripts).toEqual(scriptsOf(one.inTwin(policy), one.twin));
  expect(scripts.filter((script) => script.includes(CANARY))).toEqual([]);
  return scripts;
}

/**
 * Messages to the kernel, by what they do (`NFT_MSG_…` of linux/netfilter/nf_tables.h).  Others only ask, or fill sets: as many as nft
 * finds handy, and what is in them shows in the script.
 */
const MESSAGES = {
  2560: 'new table',
  2562: 'delete table',
  2563: 'new chain',
  2565: 'delete chain',
  2566: 'new rule',
  2568: 'delete rules',
  2569: 'new set',
  2571: 'delete set',
  2574: 'delete elements',
  2578: 'new object',
  2582: 'new flowtable',
} as const;
type Counts = Readonly<Record<string, number>>;

function countsOf(kinds: readonly string[]): Counts {
  const counts: Record<string, number> = {};
  for (const kind of kinds.toSorted()) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

/** What our text is to tell the kernel, by the few forms of line that it has. */
function toldBy(script: string): readonly string[] {
  let isChain = false;
  return script.split('\n').flatMap((line): readonly string[] => {
    if (/^\tchain \w+ \{$/.test(line)) isChain = true;
    else if (line === '\t}') isChain = false;
    else if (isChain && /^\t\t(?!type |#)/.test(line)) {
      // Each list of several in a rule is a set without a name.
      const lists = line.match(/ \{ [^{}]*,[^{}]* \}/g)?.length ?? 0;
      return ['new rule', ...Array.from({ length: lists }, () => 'new set')];
    }
    if (/^table \w+ \w+( \{)?$/.test(line)) return ['new table'];
    if (/^delete table \w+ \w+$/.test(line)) return ['delete table'];
    if (/^flush chain \w+ \w+ \w+$/.test(line)) return ['delete rules'];
    if (/^flush set \w+ \w+ \w+$/.test(line)) return ['delete elements'];
    if (/^\tset \w+ \{$/.test(line)) return ['new set'];
    return isChain && /^\tchain /.test(line) ? ['new chain'] : [];
  });
}

/** What nft makes of them, in a namespace that is gone with the command; or why it would not. */
async function told(scripts: readonly string[]): Promise<Counts | string> {
  const check = "set -o pipefail; nft -c --debug=mnl -f - | grep -oE '^\\| [0-9]{5} \\|'";
  const nft = spawn('unshare', ['-n', 'bash', '-c', check], { stdio: 'pipe' });
  const ended = new Promise<number | null>((resolve, reject) => nft.on('error', reject).on('close', resolve));
  nft.stdin.end(scripts.join(''));
  const [status, messages, complaint] = await Promise.all([ended, text(nft.stdout), text(nft.stderr)]);
  if (status !== 0 || complaint !== '') return `${String(status)} ${complaint.slice(0, 2000)}`;
  const kinds: Readonly<Record<string, string>> = MESSAGES;
  return countsOf(messages.split('\n').flatMap((line) => kinds[String(Number(line.slice(2, 7)))] ?? []));
}

/** Fails with the one script that nft reads otherwise than it was written. */
async function expectAsWritten(scripts: readonly string[]): Promise<void> {
  const [read, written] = [await told(scripts), countsOf(scripts.flatMap(toldBy))];
  if (JSON.stringify(read) === JSON.stringify(written)) return;
  if (scripts.length === 1) expect(read, scripts[0]).toEqual(written);
  const half = Math.ceil(scripts.length / 2);
  await expectAsWritten(scripts.slice(0, half));
  await expectAsWritten(scripts.slice(half));
  expect(read, 'each by itself is read as it was written').toEqual(written);
}

describe.skipIf(!canTry)('what is written for nft (skipped where there is no root or no nft)', () => {
  const lots = Array.from({ length: Math.ceil(CASES / LOT) }, (_, at) => at);
  const patience = { timeout: 600_000 };

  it.each(lots)(
    `is what the policy says, whatever anything is called (seed ${SEED}, lot %i)`,
    patience,
    async (lot) => {
      const count = Math.min(LOT, CASES - lot * LOT);
      const outcomes = fc.sample(anyCase, { numRuns: count, seed: SEED + lot }).map((one) => {
        try {
          return outcomeOf(one);
        } catch (thrown) {
          throw new Error(`case ${JSON.stringify(one)}: ${String(thrown)}`, { cause: thrown });
        }
      });
      const scripts = outcomes.flatMap((one) => one ?? []);
      // Hostile files are refused, hostile names in whole ones are not.
      expect(outcomes.filter((one) => one !== null).length).toBeGreaterThan(count * 0.7);
      expect(scripts.length).toBeGreaterThan(count);
      const different = [...new Set(scripts)];
      const batches = Array.from({ length: Math.ceil(different.length / BATCH) }, (_, at) =>
        different.slice(at * BATCH, (at + 1) * BATCH),
      );
      const inTurn = async (): Promise<void> => {
        for (let batch = batches.pop(); batch; batch = batches.pop()) await expectAsWritten(batch);
      };
      await Promise.all(Array.from({ length: AT_A_TIME }, inTurn));
    },
  );
});
