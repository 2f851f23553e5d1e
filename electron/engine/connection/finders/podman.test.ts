import { expect, it } from 'vitest';
import { fakeSurroundings } from '../fake-surroundings.ts';
import { podman } from './podman.ts';

const machine = '/home/ann/.local/share/containers/podman/machine';

it('prefers the socket of the user to that of root', async () => {
  const files = { '/run/podman/podman.sock': '', '/run/user/7/podman/podman.sock': '' };
  expect(await podman.find(fakeSurroundings({ env: { XDG_RUNTIME_DIR: '/run/user/7' }, files }))).toEqual([
    'unix:///run/user/7/podman/podman.sock',
    'unix:///run/podman/podman.sock',
  ]);
});

it.each([
  ['darwin', {}, `${machine}/podman.sock`],
  ['darwin', {}, `${machine}/qemu/podman.sock`],
  ['darwin', { TMPDIR: '/var/t' }, '/var/t/podman/podman-machine-default-api.sock'],
] as const)('on %s with %j finds the machine at %s', async (platform, env, path) => {
  expect(await podman.find(fakeSurroundings({ platform, env, files: { [path]: '' } }))).toEqual([`unix://${path}`]);
});

it('finds the pipe of the machine on Windows', async () => {
  const files = { '//./pipe/podman-machine-default': '' };
  expect(await podman.find(fakeSurroundings({ platform: 'win32', files }))).toEqual([
    'npipe:////./pipe/podman-machine-default',
  ]);
});
