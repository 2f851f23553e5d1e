import { expect, it } from 'vitest';
import { fakeSurroundings } from '../fake-surroundings.ts';
import { colima } from './colima.ts';

const home = '/home/ann/.colima';

it('lists the profiles that run, the default one first', async () => {
  const files = {
    [`${home}/work/docker.sock`]: '',
    [`${home}/default/docker.sock`]: '',
    [`${home}/idle/colima.yaml`]: '',
    [`${home}/_lima/x`]: '',
  };
  expect(await colima.find(fakeSurroundings({ platform: 'darwin', files }))).toEqual([
    `unix://${home}/default/docker.sock`,
    `unix://${home}/work/docker.sock`,
  ]);
});

it.each([
  [{}, '/home/ann/.config/colima/default/docker.sock'],
  [{ XDG_CONFIG_HOME: '/cfg' }, '/cfg/colima/default/docker.sock'],
  [{ COLIMA_HOME: '/col' }, '/col/default/docker.sock'],
])('looks where %j says', async (env, path) => {
  const files = { [path]: '' };
  expect(await colima.find(fakeSurroundings({ platform: 'darwin', env, files }))).toEqual([`unix://${path}`]);
  expect(await colima.find(fakeSurroundings({ platform: 'win32', env, files }))).toEqual([]);
});
