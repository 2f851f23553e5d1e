import { expect, it } from 'vitest';
import { fakeSurroundings } from '../fake-surroundings.ts';
import { dockerSocket } from './docker-socket.ts';

it.each([
  ['linux', '/var/run/docker.sock', ['unix:///var/run/docker.sock']],
  ['darwin', '/var/run/docker.sock', ['unix:///var/run/docker.sock']],
  ['win32', '//./pipe/docker_engine', ['npipe:////./pipe/docker_engine']],
  ['linux', '/run/else.sock', []],
] as const)('on %s with %s there', async (platform, path, found) => {
  expect(await dockerSocket.find(fakeSurroundings({ platform, files: { [path]: '' } }))).toEqual(found);
});
