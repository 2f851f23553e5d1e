import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Pause } from '../../shared/contract/schemas.ts';
import { createPauseStore, type PauseStore } from '../store/pause-store.ts';
import { isOver, openLivePause, type LivePause } from './live-pause.ts';

const MINUTE = 60_000;
const START = 1_700_000_000_000;

let folder: string;
let store: PauseStore;
let now: number;
let ends: number;
const open: LivePause[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bulkhead-pause-'));
  store = createPauseStore({ fileOf: (key) => join(folder, `${key}.pause.json`), lockWaitMs: 1000 });
  now = START;
  ends = 0;
});
afterEach(() => {
  for (const one of open.splice(0)) one.close();
  rmSync(folder, { recursive: true, force: true });
});

const live = async (follow = true): Promise<LivePause> => {
  const one = await openLivePause({
    store,
    engineKey: 'engine',
    follow,
    onOver: () => (ends += 1),
    now: () => now,
    lookEveryMs: 5,
  });
  open.push(one);
  return one;
};
const file = (): string => join(folder, 'engine.pause.json');
const until = (minutes: number | null): Pause => ({
  since: START,
  until: minutes === null ? null : START + minutes * MINUTE,
});

describe('a pause', () => {
  it.each<[string, Pause, number, boolean]>([
    ['before its end', until(5), START + 5 * MINUTE - 1, false],
    ['at its end', until(5), START + 5 * MINUTE, true],
    ['without an end, after a year', until(null), START + 365 * 24 * 60 * MINUTE, false],
    ['when the clock was put right by a little', until(null), START - 30_000, false],
    ['when the clock was set back', until(null), START - 2 * MINUTE, true],
  ])('%s is over: %s', (_, pause, at, expected) => {
    expect(isOver(pause, at)).toBe(expected);
  });

  it('is remembered by whoever opens next', async () => {
    await (await live()).set(until(5));
    expect((await live()).pause.get()).toEqual(until(5));
    expect((await live(false)).pause.get()).toEqual(until(5));
    expect(ends).toBe(0);
  });

  it('ends once, for the app that is there when its time comes', async () => {
    const [one, other, command] = [await live(), await live(), await live(false)];
    await one.set(until(5));
    await vi.waitFor(() => expect(other.pause.get()).toEqual(until(5)));
    now += 5 * MINUTE;
    await vi.waitFor(() => expect([one.pause.get(), other.pause.get()]).toEqual([null, null]));
    await vi.waitFor(() => expect(ends).toBe(1));
    expect(await store.read('engine')).toBeNull();
    expect(command.pause.get(), 'a command does not look at the clock').toBeNull();
  });

  it('that ended while nobody ran is none, and the next app tells; a command leaves that to it', async () => {
    await store.write('engine', until(5));
    now += 6 * MINUTE;
    expect((await live(false)).pause.get()).toBeNull();
    expect([ends, await store.read('engine')]).toEqual([0, until(5)]);
    expect((await live()).pause.get()).toBeNull();
    expect([ends, await store.read('engine')]).toEqual([1, null]);
  });

  it('set and ended by another is followed', async () => {
    const one = await live();
    await store.write('engine', until(null));
    await vi.waitFor(() => expect(one.pause.get()).toEqual(until(null)));
    await store.write('engine', null);
    await vi.waitFor(() => expect(one.pause.get()).toBeNull());
    expect(ends).toBe(0);
  });

  it('anew takes the place of the one before, whose end is none then', async () => {
    const one = await live();
    await one.set(until(5));
    await one.set(until(30));
    now += 10 * MINUTE;
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect([one.pause.get(), ends]).toEqual([until(30), 0]);
  });

  it.each(['', '{', '[]', '{"version":2,"since":1,"until":null}', '{"version":1,"since":"now","until":null}'])(
    'of which %j is remembered is none: the guard works',
    async (text) => {
      writeFileSync(file(), text);
      expect((await live()).pause.get()).toBeNull();
    },
  );

  it('leaves no file behind, and makes none to say that there is none', async () => {
    const one = await live();
    await one.set(null);
    expect(() => readFileSync(file())).toThrow();
    await one.set(until(5));
    expect(JSON.parse(readFileSync(file(), 'utf8'))).toEqual({ version: 1, ...until(5) });
    await one.set(null);
    expect(() => readFileSync(file())).toThrow();
  });
});
