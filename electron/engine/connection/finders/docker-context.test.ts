import { expect, it } from 'vitest';
import { contextFiles, fakeSurroundings } from '../fake-surroundings.ts';
import { dockerContext } from './docker-context.ts';

const CONFIG = '/home/ann/.docker/config.json';
const colima = contextFiles('colima', 'unix:///home/ann/.colima/default/docker.sock');
const remote = contextFiles('remote', 'tcp://box:2376', { tls: { 'ca.pem': 'CA', 'cert.pem': 'C', 'key.pem': 'K' } });

it.each([
  ['no configuration', {}, {}, []],
  ['the default context', {}, { [CONFIG]: '{"currentContext":"default"}' }, []],
  ['a broken configuration', {}, { [CONFIG]: '{' }, []],
  [
    'a context with a socket',
    {},
    { ...colima, [CONFIG]: '{"currentContext":"colima"}' },
    ['unix:///home/ann/.colima/default/docker.sock'],
  ],
  ['a context with certificates', {}, { ...remote, [CONFIG]: '{"currentContext":"remote"}' }, ['remote']],
  [
    'DOCKER_CONTEXT before the configuration',
    { DOCKER_CONTEXT: 'remote' },
    { ...remote, ...colima, [CONFIG]: '{"currentContext":"colima"}' },
    ['remote'],
  ],
  ['a context that is gone', {}, { [CONFIG]: '{"currentContext":"gone"}' }, ['gone']],
  [
    'DOCKER_CONFIG elsewhere',
    { DOCKER_CONFIG: '/etc/d' },
    { '/etc/d/config.json': '{"currentContext":"gone"}' },
    ['gone'],
  ],
])('%s', async (_name, env, files, found) => {
  expect(await dockerContext.find(fakeSurroundings({ env, files }))).toEqual(found);
});
