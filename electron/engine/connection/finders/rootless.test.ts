import { expect, it } from 'vitest';
import { fakeSurroundings } from '../fake-surroundings.ts';
import { rootless } from './rootless.ts';

const files = { '/run/user/1000/docker.sock': '', 'docker.sock': '' };

it.each([
  ['linux', { XDG_RUNTIME_DIR: '/run/user/1000' }, ['unix:///run/user/1000/docker.sock']],
  ['linux', { XDG_RUNTIME_DIR: '/run/user/1001' }, []],
  ['linux', {}, []],
  ['darwin', { XDG_RUNTIME_DIR: '/run/user/1000' }, []],
] as const)('on %s with %j', async (platform, env, found) => {
  expect(await rootless.find(fakeSurroundings({ platform, env, files }))).toEqual(found);
});
