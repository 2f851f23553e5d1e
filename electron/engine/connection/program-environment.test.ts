import { describe, expect, it } from 'vitest';
import { contextFiles, fakeSurroundings } from './fake-surroundings.ts';
import { programEnvironment } from './program-environment.ts';
import { resolveTarget } from './target.ts';

const pems = { 'ca.pem': 'CA', 'cert.pem': 'CERT', 'key.pem': 'KEY' };
/** What the user's own environment says of another engine must not count. */
const astray = { DOCKER_HOST: 'tcp://elsewhere:1', DOCKER_CONTEXT: 'other' };

describe('docker’s own programs are led to', () => {
  it.each([
    ['a socket', 'unix:///run/x.sock', {}, {}, { DOCKER_HOST: 'unix:///run/x.sock' }],
    ['plain tcp', 'tcp://box', {}, {}, { DOCKER_HOST: 'tcp://box:2375' }],
    [
      'TLS by the environment, with its certificates',
      'tcp://box',
      { DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: '/c' },
      { '/c/ca.pem': 'CA', '/c/cert.pem': 'CERT', '/c/key.pem': 'KEY' },
      { DOCKER_HOST: 'tcp://box:2376', DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: '/c' },
    ],
    [
      'TLS that is not verified, with the certificates beside the configuration',
      'tcp://box:7',
      { DOCKER_TLS: '1' },
      {},
      { DOCKER_HOST: 'tcp://box:7', DOCKER_TLS: '1', DOCKER_CERT_PATH: '/home/ann/.docker' },
    ],
    [
      'a context with certificates, by its name',
      'remote',
      {},
      contextFiles('remote', 'tcp://box:2376', { tls: pems }),
      { DOCKER_CONTEXT: 'remote' },
    ],
    [
      'a context without any, by its address, whatever the environment says of TLS',
      'remote',
      { DOCKER_TLS_VERIFY: '1' },
      contextFiles('remote', 'tcp://box:2375'),
      { DOCKER_HOST: 'tcp://box:2375' },
    ],
    ['a machine behind ssh', 'ssh://ann@box:2222', {}, {}, { DOCKER_HOST: 'ssh://ann@box:2222' }],
  ])('%s', async (_, address, env, files, expected) => {
    const around = fakeSurroundings({ env: { PATH: '/bin', ...astray, ...env }, files });
    const target = await resolveTarget(address, around);
    expect(programEnvironment(target, around)).toEqual({ PATH: '/bin', ...expected });
  });
});
