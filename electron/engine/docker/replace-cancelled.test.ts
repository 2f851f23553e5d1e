import { describe, expect, test } from 'vitest';
import type { DockerApi } from '../connection/index.ts';
import { textOf } from '../inventory/json.ts';
import { makeFrom, replaceContainer } from './replace.ts';

const CREATION = { body: {}, further: [] };

/** An engine with one container that runs, as its words are heard; aborts as it hears one, before it answers. */
function engine(abortAt: string): {
  readonly api: () => DockerApi;
  readonly signal: AbortSignal;
  readonly containers: Map<string, { name: string; running: boolean }>;
} {
  const containers = new Map([['old', { name: 'web', running: true }]]);
  const leaving = new AbortController();
  const request: DockerApi['request'] = async (path, options) => {
    const [id = '', verb = ''] = path.replace('/containers/', '').split('/');
    const name = textOf(options?.query?.['name']);
    if (path.endsWith(abortAt)) leaving.abort();
    // An engine goes on with what it was asked, whether or not somebody waits: what ends early tells nothing.
    await Promise.resolve();
    const one = containers.get(id);
    if (id === 'create') containers.set('new', { name, running: false });
    else if (options?.method === 'DELETE') containers.delete(id);
    else if (one && verb === 'rename') one.name = name;
    else if (one) one.running = verb === 'start';
    options?.signal?.throwIfAborted();
    return id === 'create' ? { Id: 'new' } : null;
  };
  // Nothing else of it is asked.
  return { api: () => ({ request }) as DockerApi, signal: leaving.signal, containers };
}

describe('a container that is made and cancelled', () => {
  test.each(['old/stop', 'old/rename', 'create', 'new/start'])(
    'in another’s place, at “%s”: the other is as it was',
    async (abortAt) => {
      const { api, signal, containers } = engine(abortAt);
      const found = { Id: 'old', Name: '/web', State: { Running: true } };
      await expect(replaceContainer(api, found, { name: 'web', creation: CREATION, signal })).rejects.toThrow('abort');
      expect([...containers]).toEqual([['old', { name: 'web', running: true }]]);
    },
  );

  test('in another’s place, by nobody: it has the place', async () => {
    const { api, signal, containers } = engine('nothing');
    const found = { Id: 'old', Name: '/web', State: { Running: true } };
    await expect(replaceContainer(api, found, { name: 'web', creation: CREATION, signal })).resolves.toBe('new');
    expect([...containers]).toEqual([['new', { name: 'web', running: true }]]);
  });

  test('while the engine makes it: nothing of it is left', async () => {
    const { api, signal, containers } = engine('create');
    await expect(makeFrom(api, 'other', CREATION, signal)).rejects.toThrow('abort');
    expect([...containers.keys()]).toEqual(['old']);
  });
});
