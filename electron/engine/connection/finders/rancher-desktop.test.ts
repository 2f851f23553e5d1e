import { expect, it } from 'vitest';
import { fakeSurroundings } from '../fake-surroundings.ts';
import { rancherDesktop } from './rancher-desktop.ts';

it('finds its socket in the home folder, and nothing elsewhere', async () => {
  const files = { '/home/ann/.rd/docker.sock': '' };
  expect(await rancherDesktop.find(fakeSurroundings({ files }))).toEqual(['unix:///home/ann/.rd/docker.sock']);
  expect(await rancherDesktop.find(fakeSurroundings({ files, homedir: '/home/bob' }))).toEqual([]);
});
