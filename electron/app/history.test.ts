/** What a session writes into the journal, and takes back from there, on the demo engine. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Actor, JournalEntry } from '../../shared/contract/journal.ts';
import type { Change } from '../../shared/contract/schemas.ts';
import { createPolicyStore, type PolicyStore } from '../store/policy-store.ts';
import { historyView } from './history.ts';
import { openDriver } from './open-driver.ts';
import { openSession, type Session } from './session.ts';

const BLOCK: Change = { action: 'block', from: 'shop/web', to: 'shop/db' };
const KEY = 'demo';

let configDir: string;
let store: PolicyStore;
let sessions: Session[];
beforeEach(async () => {
  configDir = await mkdtemp(join(tmpdir(), 'bulkhead-history-'));
  store = createPolicyStore({ configDir });
  sessions = [];
});
afterEach(async () => {
  for (const session of sessions) await session.close();
  await rm(configDir, { recursive: true, force: true });
});

async function open(who: Actor = 'app', follow = false): Promise<Session> {
  const session = await openSession({ driver: await openDriver('demo'), store, follow, who });
  sessions.push(session);
  return session;
}

async function undo(session: Session, entry: string | undefined): Promise<void> {
  await session.apply({ action: 'undo', entry: entry ?? '' }, {});
}

/** The history at the first change after which `holds`. */
async function historyWhen(session: Session, holds: (entries: readonly JournalEntry[]) => boolean) {
  for (;;) {
    const changed = new Promise<void>((resolve) => {
      const stop = session.onJournal(() => {
        stop();
        resolve();
      });
    });
    const entries = await session.journal();
    if (holds(entries)) return entries;
    await changed;
  }
}

describe('a change', () => {
  it('is written down with who made it, what it changed and what the probes said', async () => {
    const session = await open('cli');
    await session.apply({ ...BLOCK, ports: ['tcp/5432'] }, {});
    const [entry] = await session.journal();
    expect(entry).toMatchObject({
      who: 'cli',
      change: { action: 'block', from: 'shop/web', to: 'shop/db', ports: ['tcp/5432'] },
      state: 'done',
      applied: true,
      error: null,
      result: { disagree: 0, errors: 0, unheld: 0 },
    });
    expect(entry?.difference?.sides).toMatchObject([{ before: [], after: [{ rule: { ports: ['tcp/5432'] } }] }]);
    expect(entry?.endedAt).toBeGreaterThanOrEqual(entry?.at ?? Infinity);
  });

  it('says who asked for it, also where it is taken back', async () => {
    const session = await open('app');
    await session.apply({ action: 'isolate', name: 'shop/db' }, { who: 'tray' });
    const [isolated] = await session.journal();
    await session.apply({ action: 'undo', entry: isolated?.id ?? '' }, { who: 'tray' });
    await session.apply(BLOCK, {});
    expect((await session.journal()).map(({ who, change }) => [who, change.action])).toEqual([
      ['app', 'block'],
      ['tray', 'undo'],
      ['tray', 'isolate'],
    ]);
  });

  it('that is refused is not written down', async () => {
    const session = await open();
    const same = { action: 'block', from: 'shop/db', to: 'container:nobody' } as const;
    await expect(session.apply(same, {})).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await session.journal()).toEqual([]);
  });

  it('that cannot be written down is not made', async () => {
    const session = await open();
    // A folder in the journal's place: nothing can be added to it, whoever asks.
    await mkdir(store.journal.path(KEY), { recursive: true });
    await expect(session.apply(BLOCK, {})).rejects.toMatchObject({ code: 'STORAGE' });
    expect((await store.read(KEY)).rules).toEqual([]);
    expect(session.denials()).toEqual([]);
  });
});

describe('taking back', () => {
  it('gives the policy that was, and is an entry of its own that can be taken back', async () => {
    const session = await open();
    await session.apply(BLOCK, {});
    const before = await store.read(KEY);
    await session.apply({ action: 'allow', from: 'shop/web', to: 'shop/db' }, {});
    const [allow] = await session.journal();
    await undo(session, allow?.id);
    expect(await store.read(KEY)).toEqual(before);
    expect(session.denials()).toMatchObject([{ state: 'held' }]);
    const [taken, undone] = await session.journal();
    expect(taken).toMatchObject({ change: { action: 'undo', entry: allow?.id }, state: 'done', applied: true });
    expect(undone).toMatchObject({ id: allow?.id, undoneBy: taken?.id });
    await undo(session, taken?.id);
    expect((await store.read(KEY)).rules).toEqual([]);
    expect(session.denials()).toEqual([]);
    expect((await session.journal()).map(({ undoneBy }) => undoneBy)).toMatchObject([
      null,
      expect.any(String),
      null,
      null,
    ]);
  });

  it('leaves alone what came later beside it', async () => {
    const session = await open();
    await session.apply(BLOCK, {});
    const [first] = await session.journal();
    await session.apply({ action: 'block', from: 'shop/api', to: 'shop/db' }, {});
    await session.apply({ action: 'guard', name: 'project:shop' }, {});
    await undo(session, first?.id);
    expect(await store.read(KEY)).toMatchObject({
      guarded: ['project:shop'],
      rules: [{ from: 'shop/api', to: 'shop/db', action: 'deny' }],
    });
  });

  it('is refused where a later change was about the same, and says which', async () => {
    const session = await open();
    await session.apply({ ...BLOCK, ports: ['tcp/5432'] }, {});
    const [first] = await session.journal();
    await session.apply(BLOCK, {});
    const [second] = await session.journal();
    const plan = await session.plan({ action: 'undo', entry: first?.id ?? '' });
    expect(plan).toMatchObject({
      possible: false,
      obstacles: [{ rule: 'S10', params: { what: 'shop/web → shop/db', entry: second?.id } }],
    });
    await expect(undo(session, first?.id)).rejects.toMatchObject({ code: 'CANNOT_ENFORCE' });
    await undo(session, second?.id);
    await undo(session, first?.id);
    expect((await store.read(KEY)).rules).toEqual([]);
  });

  it('is refused where the file was changed by hand since', async () => {
    const session = await open();
    await session.apply(BLOCK, {});
    const [first] = await session.journal();
    const text = await readFile(store.path(KEY), 'utf8');
    await writeFile(store.path(KEY), text.replace('to: shop/db, action', 'to: shop/db, ports: [tcp/1], action'));
    const later = await open();
    expect(await later.plan({ action: 'undo', entry: first?.id ?? '' })).toMatchObject({
      possible: false,
      obstacles: [{ rule: 'S11' }],
    });
  });

  it.each([
    ['there is none', 'ffff', 'NOT_FOUND'],
    ['it was taken back already', undefined, 'BAD_INPUT'],
  ])('is refused where %s', async (_, entry, code) => {
    const session = await open();
    await session.apply(BLOCK, {});
    const [first] = await session.journal();
    await undo(session, first?.id);
    await expect(undo(session, entry ?? first?.id)).rejects.toMatchObject({ code });
  });

  it('brings back everything that was cleared', async () => {
    const session = await open();
    await session.apply(BLOCK, {});
    await session.apply({ action: 'guard', name: 'project:shop' }, {});
    const before = await store.read(KEY);
    await session.clear();
    const [clear] = await session.journal();
    expect(clear).toMatchObject({ change: { action: 'clear' }, state: 'done' });
    await undo(session, clear?.id);
    expect(await store.read(KEY)).toEqual(before);
  });
});

describe('an edit of the file by hand', () => {
  it('is written down while a session follows, with what it changed', async () => {
    const session = await open('app', true);
    await writeFile(store.path(KEY), 'version: 1\nrules:\n  - { from: shop/web, to: shop/db, action: deny }\n');
    const entries = await historyWhen(session, ([entry]) => entry?.state === 'done');
    expect(entries).toMatchObject([{ who: 'file', change: { action: 'edit' }, applied: true, result: null }]);
    expect(session.denials()).toMatchObject([{ state: 'held' }]);
    await undo(session, entries[0]?.id);
    expect((await store.read(KEY)).rules).toEqual([]);
  });

  it('is told from a change that a command makes beside the app', async () => {
    const session = await open('app', true);
    const changed = new Promise<void>((resolve) => {
      session.onChange(() => {
        if (session.denials().some(({ state }) => state === 'held')) resolve();
      });
    });
    const command = await open('cli');
    await command.apply(BLOCK, {});
    await changed;
    const entries = await historyWhen(session, ([entry]) => entry?.state === 'done');
    expect(entries.map(({ who }) => who)).toEqual(['cli']);
  });
});

describe('what is shown', () => {
  it('of a large change is its beginning, and how much more there is', async () => {
    const session = await open();
    const rules = Array.from({ length: 30 }, (_, at) => ({
      from: 'shop/web',
      to: `svc/s${at}`,
      action: 'deny' as const,
    }));
    await store.write(KEY, { version: 1, posture: 'open', guarded: [], isolated: [], offline: [], rules });
    await (await open()).clear();
    const [entry] = historyView(await session.journal(), 10);
    expect(entry).toMatchObject({ more: 18, undoable: true });
    expect(entry?.difference?.sides).toHaveLength(12);
  });
});
