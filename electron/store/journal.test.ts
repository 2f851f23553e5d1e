import { execFile } from 'node:child_process';
import { appendFile, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Outcome } from '../../shared/contract/journal.ts';
import { EMPTY_POLICY, type Policy } from '../../shared/policy/model.ts';
import { createJournal, type Journal } from './journal.ts';
import { entriesIn } from './journal-lines.ts';

const KEY = 'unix:///journal.sock';
const DONE: Outcome = {
  state: 'done',
  applied: true,
  result: { agree: 2, disagree: 0, errors: 0, unheld: 0 },
  error: null,
};

let folder: string;
let file: string;
let journal: Journal;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bulkhead-journal-'));
  file = join(folder, 'policies', 'engine.journal.jsonl');
  journal = open();
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function open(maxBytes?: number): Journal {
  return createJournal({ fileOf: () => file, lockWaitMs: 2000, maxBytes });
}

const denying = (...targets: string[]): Policy => ({
  ...EMPTY_POLICY,
  rules: targets.map((to) => ({ from: 'shop/web', to, action: 'deny' })),
});

async function begin(to: string, before = EMPTY_POLICY, after = denying(to)): Promise<string> {
  const id = await journal.begin(KEY, { who: 'cli', change: { action: 'block', from: 'shop/web', to }, before, after });
  if (id === null) throw new Error('It changes nothing.');
  return id;
}

/** The file as a process that has died since would have left it. */
async function orphan(): Promise<void> {
  const { stdout } = await promisify(execFile)('node', ['-e', 'console.log(process.pid)']);
  const text = await readFile(file, 'utf8');
  const by = JSON.stringify({ pid: Number(stdout), started: 'before', host: hostname() });
  await writeFile(file, text.replaceAll(/"by":\{[^}]*\}/g, `"by":${by}`));
}

describe('an entry', () => {
  it('is under way, then done, with what it changed', async () => {
    const id = await begin('shop/db');
    const [started] = await journal.list(KEY);
    expect(started).toMatchObject({ id, who: 'cli', state: 'started', applied: null, endedAt: null });
    await journal.end(KEY, id, DONE);
    const [done] = await open().list(KEY);
    expect(done).toMatchObject({ id, ...DONE, undoneBy: null, change: { action: 'block', to: 'shop/db' } });
    expect(done?.difference?.sides).toMatchObject([{ from: 'shop/web', to: 'shop/db', before: [] }]);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  it('is not written for a change that changes nothing', async () => {
    const same = { who: 'app', change: { action: 'clear' }, before: denying('a'), after: denying('a') } as const;
    expect(await journal.begin(KEY, same)).toBeNull();
    await expect(stat(file)).rejects.toThrow('ENOENT');
  });

  it('that is too large keeps what was asked for, and cannot be taken back', async () => {
    const many = denying(...Array.from({ length: 4000 }, (_, index) => `container:${'x'.repeat(60)}${index}`));
    await begin('all', EMPTY_POLICY, many);
    expect((await journal.list(KEY))[0]).toMatchObject({ difference: null });
    expect((await stat(file)).size).toBeLessThan(2000);
  });

  it.each([
    ['one undo', ['u1→e'], { e: 'u1', u1: null }],
    ['an undo taken back', ['u1→e', 'u2→u1'], { e: null, u1: 'u2', u2: null }],
    ['that taken back again', ['u1→e', 'u2→u1', 'u3→u2'], { e: 'u1', u1: null, u2: 'u3' }],
    ['undos that name each other', ['u1→u2', 'u2→u1', 'u3→u2'], { u1: null, u2: 'u3' }],
  ])('is undone or not after %s', (_, undos, expected) => {
    const by = { pid: 1, started: '', host: '' };
    const lines = ['e', ...undos].flatMap((text, at) => {
      const [id = '', entry] = text.split('→');
      const change = entry === undefined ? { action: 'clear' } : { action: 'undo', entry };
      const start = { kind: 'start', id, at, who: 'app', change, difference: { names: [], sides: [] }, print: '', by };
      return [start, { kind: 'end', id, at, ...DONE }].map((line) => JSON.stringify(line));
    });
    const found = entriesIn(lines.join('\n')).map(({ entry }) => [entry.id, entry.undoneBy]);
    expect(Object.fromEntries(found)).toMatchObject(expected);
  });
});

describe('the file', () => {
  it('with a torn last line tells what is whole, and what is added later', async () => {
    await journal.end(KEY, await begin('a'), DONE);
    await begin('b', denying('a'), denying('a', 'b'));
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.slice(0, -20));
    expect((await open().list(KEY)).map(({ state }) => state)).toEqual(['done']);
    await journal.end(KEY, await begin('c'), DONE);
    expect((await open().list(KEY)).map(({ state }) => state)).toEqual(['done', 'done']);
  });

  it('with lines nobody understands tells the others', async () => {
    await begin('a');
    await appendFile(file, 'x\n{"kind":"start"}\n{"kind":"later","id":"z"}\n\u0000\n');
    expect(await journal.list(KEY)).toHaveLength(1);
  });

  it('stays bounded, and keeps the newest', async () => {
    journal = open(3000);
    for (let index = 0; index < 40; index += 1) await journal.end(KEY, await begin(`t${index}`), DONE);
    const sizes = await Promise.all([file, `${file}.1`].map(async (path) => (await stat(path)).size));
    expect(Math.max(...sizes)).toBeLessThanOrEqual(3000);
    const entries = await journal.list(KEY);
    expect(entries.length).toBeGreaterThan(4);
    expect(entries[0]).toMatchObject({ state: 'done', change: { to: 't39' } });
    expect(entries.every(({ state }) => state === 'done')).toBe(true);
  });

  it('holds whole what several write at once', async () => {
    const writers = [open(), open(), open()];
    await Promise.all(
      writers.flatMap((one, writer) =>
        Array.from({ length: 8 }, async (_, index) => {
          const to = `w${writer}-${index}`;
          const id = await one.begin(KEY, {
            who: 'app',
            change: { action: 'block', from: 'a', to },
            before: EMPTY_POLICY,
            after: denying(to),
          });
          await one.end(KEY, id ?? '', DONE);
        }),
      ),
    );
    const entries = await journal.list(KEY);
    expect(entries.map(({ state }) => state)).toEqual(Array<string>(24).fill('done'));
  });
});

describe('what a crash left unended', () => {
  it.each([
    ['the old policy', EMPTY_POLICY, false],
    ['the new policy', denying('shop/db'), true],
    ['the new policy and more', denying('shop/cache', 'shop/db'), true],
    ['something else', { ...EMPTY_POLICY, rules: [{ ...denying('shop/db').rules[0]!, ports: ['tcp/80'] }] }, null],
  ])('is judged where the file holds %s', async (_, now, applied) => {
    const id = await begin('shop/db');
    await orphan();
    await journal.judge(KEY, () => Promise.resolve(now));
    expect(await journal.list(KEY)).toMatchObject([{ id, state: 'interrupted', applied, result: null }]);
  });

  it('is left alone while its process lives, or cannot be known to have ended', async () => {
    await begin('a');
    const asks = (): Promise<Policy> => Promise.reject(new Error('not asked'));
    await journal.judge(KEY, asks);
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.replaceAll(hostname(), 'elsewhere'));
    await journal.judge(KEY, asks);
    expect(await journal.list(KEY)).toMatchObject([{ state: 'started' }]);
  });

  it('tells whoever ends it what leads back of a method, as older and newer versions kept that', async () => {
    const change = { action: 'block', from: 'web', to: 'db', method: 'unlink' } as const;
    const entry = { who: 'cli', change, before: EMPTY_POLICY, after: EMPTY_POLICY, beside: true } as const;
    const id = (await journal.begin(KEY, entry)) ?? '';
    const older = [
      { kind: 'remove-network', network: 'id-apart' },
      { kind: 'relink', container: 'web', links: [{ network: '', text: 'db:store' }] },
    ];
    const newer = [
      { kind: 'remove-network', network: 'apart', token: 'ours' },
      {
        kind: 'restore',
        container: 'web',
        id: 'a',
        aside: 'web-before-1',
        interim: 'web-after-1',
        made: '',
        ran: true,
      },
    ];
    const unknown = { kind: 'of a version to come' };
    const lines = [...older, unknown, ...newer].map((back) => `${JSON.stringify({ kind: 'step', id, back })}\n`);
    await writeFile(file, (await readFile(file, 'utf8')) + lines.join(''));
    await orphan();
    const ended = await journal.judge(KEY, () => Promise.resolve(EMPTY_POLICY));
    expect(ended).toMatchObject([{ id, wayBack: [...older, ...newer].reverse() }]);
    expect(await journal.list(KEY)).toMatchObject([{ id, state: 'interrupted', applied: null }]);
    expect(await journal.judge(KEY, () => Promise.resolve(EMPTY_POLICY))).toEqual([]);
  });

  it('is judged once, by the first who saw it', async () => {
    await begin('a');
    await orphan();
    await Promise.all(
      [EMPTY_POLICY, denying('a'), denying('a')].map((now) => open().judge(KEY, () => Promise.resolve(now))),
    );
    expect(await journal.list(KEY)).toHaveLength(1);
  });
});

describe('a change found in the file', () => {
  const found = { before: EMPTY_POLICY, after: denying('a') };

  it('is an edit by hand', async () => {
    const id = await journal.beginFound(KEY, found);
    expect(await journal.list(KEY)).toMatchObject([{ id, who: 'file', change: { action: 'edit' } }]);
  });

  it('is not, when another Bulkhead wrote it down', async () => {
    const other = open();
    await other.begin(KEY, { who: 'cli', change: { action: 'block', from: 'shop/web', to: 'a' }, ...found });
    expect(await journal.beginFound(KEY, found)).toBeNull();
    expect(await journal.list(KEY)).toHaveLength(1);
  });

  it('is, when it is like one that was written down and seen before', async () => {
    const other = open();
    await other.begin(KEY, { who: 'cli', change: { action: 'block', from: 'shop/web', to: 'a' }, ...found });
    await journal.beginFound(KEY, found);
    await journal.beginFound(KEY, { before: found.after, after: found.before });
    expect(await journal.beginFound(KEY, found)).not.toBeNull();
    expect((await journal.list(KEY)).map(({ who }) => who)).toEqual(['file', 'file', 'cli']);
  });

  it('is written by one of two that both find it', async () => {
    const ids = await Promise.all([open().beginFound(KEY, found), open().beginFound(KEY, found)]);
    expect(ids.filter((id) => id !== null)).toHaveLength(1);
  });
});
