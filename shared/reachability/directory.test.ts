/** Who answers to what name on each network; that real engines agree is `e2e/integration/services.test.ts`'s part. */
import { describe, expect, it } from 'vitest';
import { networkNames } from './directory.ts';
import { sketch, type TopologySketch } from './fixtures.ts';

function told(given: TopologySketch): Record<string, string[]> {
  const topology = sketch(given);
  const nameOf = (id: string | undefined): string => topology.endpoints.find((one) => one.id === id)?.name ?? '';
  return Object.fromEntries(
    [...networkNames(topology)].map(([id, names]) => [
      topology.networks.find((one) => one.id === id)?.name ?? id,
      names
        .filter(({ how }) => how !== 'id')
        .map(({ name, how, asker, holders }) =>
          [how, name, ...holders.map((one) => nameOf(one.id)), ...(asker ? [`for ${nameOf(asker)}`] : [])].join(' '),
        ),
    ]),
  );
}

const one = (on: string, aliases: string[] = [], more: object = {}): object => ({ on, aliases, ...more });

describe('the names of a network', () => {
  // One line per case, so that it reads as a table.
  // prettier-ignore
  it.each([
    ['containers by name and alias', { containers: { a: 'front', b: one('front', ['x']) } }, { front: ['container a a', 'container b b', 'alias x b'] }],
    ['nobody on the default bridge', { containers: { a: 'bridge' } }, {}],
    ['nobody in host mode', { containers: { a: 'host' } }, {}],
    ['nobody who is stopped', { containers: { a: 'front', b: { on: 'front', state: 'exited' } } }, { front: ['container a a'] }],
    ['each network its own', { containers: { a: one('front back', ['x']) } }, { front: ['container a a', 'alias x a'], back: ['container a a', 'alias x a'] }],
    ['one name for several, whatever its case', { containers: { a: one('front', ['x']), b: one('front', ['X']) } }, { front: ['container a a', 'container b b', 'alias x a b'] }],
    ['a private alias, for who has it', { containers: { a: one('front', [], { links: ['b:y@front'] }), b: 'front' } }, { front: ['container a a', 'container b b', 'link y b for a'] }],
  ] as const)('%s', (_, given, expected) => {
    expect(told(given as unknown as TopologySketch)).toEqual(expected);
  });
});
