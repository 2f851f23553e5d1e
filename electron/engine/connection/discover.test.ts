import { expect, it } from 'vitest';
import { discoverEngines } from './discover.ts';
import { contextFiles, fakeSurroundings, type FakeOptions } from './fake-surroundings.ts';

async function discover(options: FakeOptions, engine?: string): Promise<string[]> {
  const choices = await discoverEngines({ ...fakeSurroundings(options), engine });
  return choices.map(({ source, address }) => `${source}: ${address}`);
}

it('offers only the demo where there is nothing', async () => {
  expect(await discover({})).toEqual(['demo: demo']);
});

it('keeps the order: asked for, set on purpose, well known, demo', async () => {
  const files = {
    ...contextFiles('remote', 'ssh://box'),
    '/home/ann/.docker/config.json': '{"currentContext":"remote"}',
    '/home/ann/.rd/docker.sock': '',
    '/run/user/7/docker.sock': '',
    '/run/podman/podman.sock': '',
    '/var/run/docker.sock': '',
  };
  const env = { DOCKER_HOST: 'tcp://other:2375', XDG_RUNTIME_DIR: '/run/user/7' };
  expect(await discover({ env, files }, 'unix:///mine.sock')).toEqual([
    '--engine: unix:///mine.sock',
    'DOCKER_HOST: tcp://other:2375',
    'docker context: ssh://box',
    'Docker: unix:///var/run/docker.sock',
    'rootless Docker: unix:///run/user/7/docker.sock',
    'Rancher Desktop: unix:///home/ann/.rd/docker.sock',
    'Podman: unix:///run/podman/podman.sock',
    'demo: demo',
  ]);
});

it('lists one engine once, however many ways lead to it', async () => {
  const desktop = '/home/ann/.docker/run/docker.sock';
  const files = {
    ...contextFiles('colima', 'unix:///var/run/docker.sock'),
    '/home/ann/.docker/config.json': '{"currentContext":"colima"}',
    [desktop]: '',
  };
  expect(await discover({ platform: 'darwin', files, links: { '/var/run/docker.sock': desktop } }, 'demo')).toEqual([
    '--engine: demo',
    'docker context: unix:///var/run/docker.sock',
  ]);
});
