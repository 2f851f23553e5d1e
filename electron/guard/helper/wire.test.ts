import { expect, it } from 'vitest';
import type { Place, Wire } from '../../engine/driver.ts';
import type { HelperSession } from './session.ts';
import { createWire } from './wire.ts';

const PLACES: readonly Place[] = ['a', 'b', 'c', 'd', 'e'].map((place, at) => ({ place, pid: at + 1 }));

function wireOf(answer: (payload: object, op: string) => unknown): Wire {
  const session: HelperSession = {
    call: (op, payload) => Promise.resolve(answer(payload, op)),
    closed: new Promise(() => undefined),
    close: () => undefined,
  };
  return createWire({
    session,
    capabilities: {} as never,
    machine: () => Promise.reject(new Error()),
    own: () => Promise.resolve([]),
    gone: () => Promise.resolve(),
  });
}

it('tells where it could not look, and takes an ended process for an empty place', async () => {
  const answer = {
    tables: [
      { place: 'a', fingerprint: 'f00', sum: '1-1' },
      { place: 'b', error: 'cannot enter the network namespace: Operation not permitted' },
      { place: 'c', error: "the container's process is gone" },
      { place: 'd', error: 'process 4 belongs to another container now' },
    ],
  };
  const wire = wireOf(() => answer);
  expect(await wire.read(PLACES)).toEqual([
    { place: 'a', fingerprint: 'f00' },
    { place: 'b', fingerprint: '', error: 'cannot enter the network namespace: Operation not permitted' },
  ]);
});

it('says what it saw last where no rule was changed since, and that a table was changed where one was', async () => {
  const asked: object[] = [];
  const answers = [
    [
      { place: 'a', generation: '7 1', fingerprint: 'f00', sum: '1-1' },
      { place: 'b', generation: '8 1' },
    ],
    [
      { place: 'a', unchanged: true },
      { place: 'b', unchanged: true },
    ],
    [
      { place: 'a', generation: '7 2', fingerprint: 'f00', sum: '1-2' },
      { place: 'b', unchanged: true },
    ],
    [
      { place: 'a', unchanged: true },
      { place: 'b', generation: '8 2', fingerprint: 'f11', sum: '2-1' },
    ],
  ];
  const wire = wireOf((payload) => {
    asked.push(payload);
    return { tables: answers.shift() };
  });
  const places = PLACES.slice(0, 2);
  const read = (): ReturnType<Wire['read']> => wire.read(places);
  expect(await read()).toEqual([{ place: 'a', fingerprint: 'f00' }]);
  expect(await read()).toEqual([{ place: 'a', fingerprint: 'f00' }]);
  expect(await read()).toEqual([{ place: 'a', fingerprint: 'f00 changed' }]);
  expect(await read()).toEqual([
    { place: 'a', fingerprint: 'f00 changed' },
    { place: 'b', fingerprint: 'f11' },
  ]);
  const generations = asked.map((one) =>
    (one as { places: readonly { generation: string }[] }).places.map(({ generation }) => generation),
  );
  expect(generations).toEqual([
    ['', ''],
    ['7 1', '8 1'],
    ['7 1', '8 1'],
    ['7 2', '8 1'],
  ]);
});

it.each([
  ['nobody has changed a rule since', '7 3', 'f00'],
  ['somebody has', '7 4', 'f00 changed'],
])('takes what it finds after its own load for its own where %s', async (_when, generation, expected) => {
  const asked: unknown[] = [];
  const wire = wireOf((payload, op) => {
    if (op === 'load') return { generation: '7 3' };
    asked.push((payload as { places: readonly unknown[] }).places[0]);
    if (asked.length > 1) return { tables: [{ place: 'a', unchanged: true }] };
    return { tables: [{ place: 'a', generation, fingerprint: 'f00', sum: '1-1' }] };
  });
  const [a] = PLACES;
  if (!a) throw new Error('no place');
  expect(await wire.load([{ place: 'a', script: 'table inet bulkhead', sever: [] }], [a], [])).toEqual([
    { place: 'a', error: null },
  ]);
  expect(await wire.read([a])).toEqual([{ place: 'a', fingerprint: expected }]);
  expect(await wire.read([a])).toEqual([{ place: 'a', fingerprint: expected }]);
  expect(asked).toEqual([
    { ...a, generation: '' },
    { ...a, generation },
  ]);
});
