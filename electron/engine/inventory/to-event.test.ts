import { expect, it } from 'vitest';
import { createJsonReader } from './lines.ts';
import { toNotes } from './to-event.ts';

const container = (Action: string, Attributes: object = {}): object => ({
  Type: 'container',
  Action,
  Actor: { ID: 'c1', Attributes },
});
const network = (Action: string, Attributes: object = {}): object => ({
  Type: 'network',
  Action,
  Actor: { ID: 'n1', Attributes },
});
const volume = (Action: string): object => ({ Type: 'volume', Action, Actor: { ID: 'v1', Attributes: {} } });

it.each([
  [container('start'), [{ kind: 'container', id: 'c1' }]],
  [container('rename'), [{ kind: 'container', id: 'c1' }]],
  [container('destroy'), [{ kind: 'container-gone', id: 'c1' }]],
  [container('exec_create: sh -c true'), []],
  [container('health_status: healthy'), [{ kind: 'container', id: 'c1' }]],
  [container('health_status'), []],
  [container('start', { 'dev.bulkhead': 'helper' }), []],
  [{ status: 'die', id: 'c1', from: 'img', time: 1 }, [{ kind: 'container', id: 'c1' }]],
  [{ Type: 'container', status: 'remove', id: 'c1' }, [{ kind: 'container-gone', id: 'c1' }]],
  [network('create'), [{ kind: 'network', id: 'n1' }]],
  [network('destroy'), [{ kind: 'network-gone', id: 'n1' }]],
  [
    network('connect', { container: 'c1' }),
    [
      { kind: 'network', id: 'n1' },
      { kind: 'container', id: 'c1' },
    ],
  ],
  [network('disconnect'), [{ kind: 'network', id: 'n1' }]],
  [volume('create'), [{ kind: 'volume', id: 'v1' }]],
  [volume('destroy'), [{ kind: 'volume-gone', id: 'v1' }]],
  [volume('mount'), []],
  [volume('unmount'), []],
  [{ Type: 'image', Action: 'pull', Actor: { ID: 'i' } }, []],
  [{ Type: 'container', Action: 'start', Actor: null }, []],
  [null, []],
])('%j asks for %j', (event, notes) => {
  expect(toNotes(event)).toEqual(notes);
});

it('reads values however the stream is cut, also without line ends, and skips nonsense', () => {
  const values = [{ a: 'x}"\\{', deep: { b: [1] } }, { name: 'größe "quoted"' }, {}];
  for (const between of ['\n', '', '\r\n', ' junk ']) {
    const text = values.map((value) => JSON.stringify(value)).join(between) + between;
    for (const size of [1, 3, 1000]) {
      const seen: unknown[] = [];
      const read = createJsonReader((value) => seen.push(value));
      for (let at = 0; at < text.length; at += size) read(text.slice(at, at + size));
      expect(seen).toEqual(values);
    }
  }
  const seen: unknown[] = [];
  createJsonReader((value) => seen.push(value))('{bad}{"good":1}');
  expect(seen).toEqual([{ good: 1 }]);
});
