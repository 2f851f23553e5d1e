import { expect, it } from 'vitest';
import type { Place } from '../../engine/driver.ts';
import type { HelperSession } from './session.ts';
import { createWire } from './wire.ts';

const PLACES: readonly Place[] = ['a', 'b', 'c', 'd', 'e'].map((place, at) => ({ place, pid: at + 1 }));

it('tells where it could not look, and takes an ended process for an empty place', async () => {
  const answer = {
    tables: [
      { place: 'a', fingerprint: 'f00', sum: '1-1' },
      { place: 'b', error: 'cannot enter the network namespace: Operation not permitted' },
      { place: 'c', error: "the container's process is gone" },
      { place: 'd', error: 'process 4 belongs to another container now' },
    ],
  };
  const session: HelperSession = {
    call: () => Promise.resolve(answer),
    closed: new Promise(() => undefined),
    close: () => undefined,
  };
  const wire = createWire({
    session,
    capabilities: {} as never,
    machine: () => Promise.reject(new Error()),
    own: () => Promise.resolve([]),
    gone: () => Promise.resolve(),
  });
  expect(await wire.read(PLACES)).toEqual([
    { place: 'a', fingerprint: 'f00' },
    { place: 'b', fingerprint: '', error: 'cannot enter the network namespace: Operation not permitted' },
  ]);
});
