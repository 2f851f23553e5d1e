import { expect, it } from 'vitest';
import { fakeSurroundings } from '../fake-surroundings.ts';
import { orbstack } from './orbstack.ts';

it('finds its socket in the home folder, and nothing elsewhere', async () => {
  const files = { '/home/ann/.orbstack/run/docker.sock': '' };
  expect(await orbstack.find(fakeSurroundings({ files }))).toEqual(['unix:///home/ann/.orbstack/run/docker.sock']);
  expect(await orbstack.find(fakeSurroundings({ files, homedir: '/home/bob' }))).toEqual([]);
});
