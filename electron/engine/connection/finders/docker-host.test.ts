import { expect, it } from 'vitest';
import { fakeSurroundings } from '../fake-surroundings.ts';
import { dockerHost } from './docker-host.ts';

it.each([
  ['', []],
  ['unix:///srv/docker.sock', ['unix:///srv/docker.sock']],
  ['unix://', ['unix:///var/run/docker.sock']],
  ['tcp://box:2375', ['tcp://box:2375']],
  ['box:2375', ['tcp://box:2375']],
  ['ssh://ann@box', ['ssh://ann@box']],
  ['gopher://box', ['gopher://box']],
])('DOCKER_HOST=%s is tried as %j', async (text, found) => {
  expect(await dockerHost.find(fakeSurroundings({ env: { DOCKER_HOST: text } }))).toEqual(found);
});
