/** One container in another's place, cut off before and after every request: what was kept leads to one whole container. */
import { describe, expect, it } from 'vitest';
import type { GiveWay } from '../../../shared/contract/journal.ts';
import { BulkheadError } from '../../../shared/errors.ts';
import type { DockerApi } from '../connection/index.ts';
import { replaceContainer, restoreContainer } from './replace.ts';

interface One {
  name: string;
  running: boolean;
  started: boolean;
}

/** An engine of containers alone. @param diesAt after so many changes nothing is heard any more; a half: the next is made, and its answer is lost. */
function engine(first: One, newName: string, diesAt = Infinity) {
  const containers = new Map<string, One>([['id-first', first]]);
  const kept: GiveWay[] = [];
  let changes = 0;
  let isDead = false;
  const find = (ref: string): [string, One] => {
    const found = [...containers].find(([id, { name }]) => id === ref || name === ref);
    if (found) return found;
    throw new BulkheadError({ code: 'NOT_FOUND', message: 'No such container.', hint: '' });
  };
  const answer = (path: string, method: string, name: string): unknown => {
    const [, , ref = '', verb = ''] = path.split('/');
    if (method === 'POST' && ref === 'create') {
      containers.set('id-second', { name, running: false, started: false });
      return { Id: 'id-second' };
    }
    const [id, one] = find(ref);
    if (method === 'DELETE') containers.delete(id);
    if (verb === 'rename') one.name = name;
    if (verb === 'stop') one.running = false;
    if (verb === 'start') Object.assign(one, { running: true, started: true });
    const at = one.started ? '2026-01-01T00:00:00Z' : '0001-01-01T00:00:00Z';
    return { Id: id, Name: `/${one.name}`, State: { Running: one.running, StartedAt: at } };
  };
  const request: DockerApi['request'] = async (path, { method = 'GET', query = {} } = {}) => {
    await Promise.resolve();
    if (method !== 'GET') changes += 1;
    // 1: before the second change is made; 1.5: when it is, and nobody hears so.
    if (changes > diesAt + 0.5) isDead = true;
    if (isDead) throw new Error('killed');
    const { name } = query;
    const told = answer(path, method, typeof name === 'string' ? name : '');
    if (changes > diesAt) isDead = true;
    if (isDead) throw new Error('killed');
    return told;
  };
  const api = () => ({ request }) as DockerApi;
  const revive = (): void => {
    diesAt = Infinity;
    isDead = false;
  };
  const keep = (way: GiveWay): Promise<void> => {
    if (isDead) return Promise.reject(new Error('killed'));
    kept.unshift(way);
    return Promise.resolve();
  };
  const replace = async (): Promise<string> => {
    const found = { Id: 'id-first', Name: `/${first.name}`, State: { Running: first.running } };
    return replaceContainer(api, found, { name: newName, creation: { body: {}, further: [] }, keep });
  };
  return { containers, kept, api, revive, replace };
}

describe.each([
  [true, 'web'],
  [false, 'web'],
  [true, 'shop'],
  [false, 'shop'],
])('a container that ran: %s, and another called %s', (ran, newName) => {
  const web = (): One => ({ name: 'web', running: ran, started: true });
  /** Stop, rename, create, rename, start, remove; who does not run is neither stopped nor started. */
  const changes = ran ? 6 : 4;
  const points = Array.from({ length: changes * 2 }, (_, at) => at / 2);

  it('gives its place to the other', async () => {
    const { containers, replace } = engine(web(), newName);
    expect(await replace()).toBe('id-second');
    expect([...containers]).toEqual([['id-second', { name: newName, running: ran, started: ran }]]);
  });

  it.each(points)('is whole after it was cut off at %d', async (diesAt) => {
    const { containers, kept, api, revive, replace } = engine(web(), newName, diesAt);
    await expect(replace()).rejects.toThrow('killed');
    revive();
    for (const way of kept) await restoreContainer(api, way);
    const isSecond = !containers.has('id-first');
    expect([...containers]).toEqual([
      isSecond
        ? ['id-second', { name: newName, running: ran, started: ran }]
        : ['id-first', { name: 'web', running: ran, started: true }],
    ]);
  });

  it('is left alone where its name is another’s', async () => {
    const { containers, kept, api, revive, replace } = engine(web(), newName, 2);
    await expect(replace()).rejects.toThrow('killed');
    revive();
    containers.set('id-theirs', { name: 'web', running: true, started: true });
    const before = JSON.stringify([...containers]);
    await expect(restoreContainer(api, kept.at(-1)!)).rejects.toMatchObject({ code: 'ENGINE_REFUSED' });
    expect(JSON.stringify([...containers])).toBe(before);
  });
});
