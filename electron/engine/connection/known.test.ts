import { expect, it } from 'vitest';
import { contextFiles, fakeSurroundings } from './fake-surroundings.ts';
import { knownEngines } from './known.ts';

const files = {
  ...contextFiles('remote', 'ssh://box'),
  ...contextFiles('colima', 'unix:///home/ann/.colima/default/docker.sock'),
  '/home/ann/.docker/config.json': '{"currentContext":"remote"}',
  '/home/ann/.colima/default/docker.sock': '',
};

it('lists each engine once, with all that lead there, and the demo last', async () => {
  const known = await knownEngines(fakeSurroundings({ files }), ['tcp://added:2375', 'ssh://box']);
  expect(
    known.map(({ address, contexts, added }) => [address, contexts.map(({ name }) => name).join(), added]),
  ).toEqual([
    ['ssh://box', 'remote', true],
    ['unix:///home/ann/.colima/default/docker.sock', 'colima', false],
    ['tcp://added:2375', '', true],
    ['demo', '', false],
  ]);
  expect(known.flatMap(({ contexts }) => contexts).filter(({ current }) => current)).toHaveLength(1);
});

it('lists a context that makes no sense by its name', async () => {
  const known = await knownEngines(fakeSurroundings({ files: contextFiles('remote', 'gopher://box') }), []);
  expect(known.map(({ address }) => address)).toEqual(['remote', 'demo']);
});
