import { expect, it } from 'vitest';
import { fakeSurroundings } from '../fake-surroundings.ts';
import { dockerDesktop } from './docker-desktop.ts';

it.each([
  ['darwin', '/home/ann/.docker/run/docker.sock', ['unix:///home/ann/.docker/run/docker.sock']],
  ['linux', '/home/ann/.docker/desktop/docker.sock', ['unix:///home/ann/.docker/desktop/docker.sock']],
  ['win32', '//./pipe/dockerDesktopLinuxEngine', ['npipe:////./pipe/dockerDesktopLinuxEngine']],
  ['linux', '/home/bob/.docker/run/docker.sock', []],
] as const)('on %s with %s there', async (platform, path, found) => {
  expect(await dockerDesktop.find(fakeSurroundings({ platform, files: { [path]: '' } }))).toEqual(found);
});
