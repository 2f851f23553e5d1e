/**
 * The configuration folder on a tiny disk that is full at one write or the next: a clear error, and nothing is lost.  The
 * engine is the demo's, since the disk is what this is about; the disk is a real one.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { appendFile, readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDriver } from '../../electron/app/open-driver.ts';
import { openSession, type Session } from '../../electron/app/session.ts';
import { createPolicyStore, type PolicyStore } from '../../electron/store/policy-store.ts';
import { BulkheadError } from '../../shared/errors.ts';
import type { Step, StepListener } from '../../electron/store/steps.ts';
import type { Change } from '../../shared/contract/schemas.ts';

const KEY = 'demo';
const PAGE = 4096;
const OLD: Change = { action: 'block', from: 'shop/api', to: 'shop/db' };
const NEW: Change = { action: 'block', from: 'shop/web', to: 'shop/db' };

let configDir: string;
let store: PolicyStore;
let session: Session;
let passed: StepListener = () => undefined;

beforeEach(() => {
  configDir = mkdtempSync(join(tmpdir(), 'bulkhead-full-'));
});
afterEach(async () => {
  passed = () => undefined;
  await session.close();
  execFileSync('umount', [configDir]);
  rmSync(configDir, { recursive: true, force: true });
});

/** A disk of its own, with one rule in its policy file. */
async function begin(options: string, onStep: StepListener = () => undefined): Promise<void> {
  execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'bulkhead-full', configDir]);
  store = createPolicyStore({ configDir, lockWaitMs: 500, onStep: (step) => passed(step) });
  session = await openSession({
    driver: await openDriver('demo'),
    store,
    follow: false,
    who: 'cli',
    onStep: (step) => passed(step),
  });
  await session.apply(OLD, {});
  // A file of several pages: its successor needs room of its own.
  await appendFile(store.path(KEY), `# ${'long '.repeat(2000)}\n`);
  passed = onStep;
}

const filler = (): string => join(configDir, 'filler');

/** Leaves that many pages; whole pages are what this file system gives. */
function leavePages(pages: number): void {
  const [, , , free = '0'] = execFileSync('df', ['--output=size,used,pcent,avail', '-B1', configDir], {
    encoding: 'utf8',
  })
    .trim()
    .split(/\s+/)
    .slice(-4);
  writeFileSync(filler(), Buffer.alloc(Math.max(0, Number(free) - pages * PAGE), 1));
}

async function attempt(): Promise<BulkheadError | null> {
  try {
    await session.apply(NEW, {});
    return null;
  } catch (thrown) {
    if (thrown instanceof BulkheadError) return thrown;
    throw thrown;
  }
}

/** Old or new, whole, and the session believes the same. */
async function expectWhole(old: string): Promise<'old' | 'new'> {
  const text = await readFile(store.path(KEY), 'utf8');
  const { rules } = await store.read(KEY);
  const fromWeb = rules.some(({ from }) => from === 'shop/web');
  if (!fromWeb) expect(text).toBe(old);
  expect(rules).toHaveLength(fromWeb ? 2 : 1);
  expect(session.denials().map(({ state }) => state)).toEqual(rules.map(() => 'held'));
  return fromWeb ? 'new' : 'old';
}

describe('a disk that is full', () => {
  it.each(Array.from({ length: 8 }, (_, pages) => pages))('but for %s pages', async (pages) => {
    await begin('size=96k');
    const old = await readFile(store.path(KEY), 'utf8');
    leavePages(pages);
    const error = await attempt();
    const stands = await expectWhole(old);
    if (error) expect(error).toMatchObject({ code: 'STORAGE', message: expect.stringContaining('ENOSPC') as string });
    else expect(stands).toBe('new');
    // Room again: the journal comes to say what is true.
    rmSync(filler());
    await session.apply({ action: 'block', from: 'shop/cache', to: 'shop/db' }, {});
    const entries = await session.journal();
    expect(entries.map(({ state }) => state)).not.toContain('started');
    const its = entries.find(({ change }) => 'from' in change && change.from === 'shop/web');
    expect(its?.applied ?? false).toBe(stands === 'new');
    expect((await readdir(dirname(store.path(KEY)))).filter((name) => !/\.(yaml|jsonl|engine)$/.test(name))).toEqual(
      [],
    );
  });

  it.each<[Step, 'old' | 'new', RegExp | null]>([
    ['before the journal’s start', 'old', /^\S*\.yaml could not be written|^\S*\.jsonl could not be written/],
    ['after the journal’s start', 'old', /^\S*\.yaml could not be written/],
    // The room of the old file is free again from then on.
    ['before the file is renamed', 'new', null],
    ['after the file is renamed', 'new', null],
    ['after the wire is true', 'new', /^The change is saved and in force, but its end is not in the journal/],
    ['before the journal’s end', 'new', /^The change is saved and in force, but its end is not in the journal/],
  ])('%s', async (point, expected, says) => {
    let filled = false;
    await begin('size=96k', (step) => {
      if (step !== point || filled) return;
      filled = true;
      leavePages(0);
    });
    const old = await readFile(store.path(KEY), 'utf8');
    const error = await attempt();
    if (says === null) expect(error).toBeNull();
    else {
      expect(error).toMatchObject({ code: 'STORAGE', message: expect.stringMatching(says) as string });
      expect(error?.message).toContain('ENOSPC');
    }
    expect(await expectWhole(old)).toBe(expected);
    rmSync(filler());
    await session.apply({ action: 'block', from: 'shop/cache', to: 'shop/db' }, {});
    const said = (await session.journal()).map(({ state, applied }) => `${state} ${applied}`);
    const its = { 'before the journal’s start': [], 'after the journal’s start': ['failed false'] }[point as string];
    expect(said).toEqual(['done true', ...(its ?? ['done true']), 'done true']);
  });

  it('refuses a small change at some writes and lets it through where there is room for it', async () => {
    const outcomes = new Set<string>();
    for (const pages of [0, 12]) {
      await begin('size=96k');
      leavePages(pages);
      outcomes.add((await attempt()) ? 'refused' : 'made');
      if (pages === 0) {
        await session.close();
        execFileSync('umount', [configDir]);
      }
    }
    expect([...outcomes]).toEqual(['refused', 'made']);
  });

  it.each([0, 1, 2])('of files, but for %s more', async (files) => {
    await begin('size=1m,nr_inodes=16');
    const old = await readFile(store.path(KEY), 'utf8');
    mkdirSync(join(configDir, 'many'));
    const [free = '0'] = execFileSync('df', ['--output=iavail', configDir], { encoding: 'utf8' })
      .trim()
      .split(/\s+/)
      .slice(-1);
    for (let index = 0; index < Number(free) - files; index += 1)
      writeFileSync(join(configDir, 'many', `${index}`), '');
    const error = await attempt();
    const stands = await expectWhole(old);
    if (error) expect(error).toMatchObject({ code: 'STORAGE', message: expect.stringContaining('ENOSPC') as string });
    else expect(stands).toBe('new');
    if (files === 0) expect(stands).toBe('old');
  });

  it('that may only be read refuses the change', async () => {
    await begin('size=96k');
    const old = await readFile(store.path(KEY), 'utf8');
    execFileSync('mount', ['-o', 'remount,ro', configDir]);
    expect(await attempt()).toMatchObject({
      code: 'STORAGE',
      message: expect.stringContaining('EROFS') as string,
      hint: expect.stringContaining('read-only') as string,
    });
    expect(await expectWhole(old)).toBe('old');
    const [entry] = await session.journal();
    expect(entry).toMatchObject({ change: { from: 'shop/api' }, state: 'done' });
  });
});
