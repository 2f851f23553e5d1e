import { describe, expect, it } from 'vitest';
import { contextFiles, fakeSurroundings } from './fake-surroundings.ts';
import { resolveTarget } from './target.ts';

const pems = { 'ca.pem': 'CA', 'cert.pem': 'CERT', 'key.pem': 'KEY' };
const tls = { ca: 'CA', cert: 'CERT', key: 'KEY', verify: true };
const inFolder = (folder: string): Record<string, string> =>
  Object.fromEntries(Object.entries(pems).map(([name, text]) => [`${folder}/${name}`, text]));

describe('the way to an address', () => {
  it.each([
    ['plain tcp gets the plain port', 'tcp://box', {}, {}, 'tcp://box', { port: 2375, tls: null }],
    [
      'https asks for TLS',
      'https://box',
      {},
      {},
      'https://box',
      { port: 2376, tls: { ca: null, cert: null, key: null, verify: true } },
    ],
    [
      'DOCKER_TLS_VERIFY takes the certificates beside the configuration',
      'tcp://box',
      { DOCKER_TLS_VERIFY: '1' },
      inFolder('/home/ann/.docker'),
      'tcp://box',
      { port: 2376, tls },
    ],
    [
      'DOCKER_CERT_PATH says where they are',
      'tcp://box:1',
      { DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: '/c' },
      inFolder('/c'),
      'tcp://box:1',
      { port: 1, tls },
    ],
    [
      'DOCKER_TLS alone does not verify',
      'tcp://box',
      { DOCKER_TLS: '1', DOCKER_CERT_PATH: '/c' },
      inFolder('/c'),
      'tcp://box',
      { port: 2376, tls: { ...tls, verify: false } },
    ],
    [
      'a context brings its own certificates',
      'remote',
      {},
      contextFiles('remote', 'tcp://box:2376', { tls: pems }),
      'remote',
      { port: 2376, tls },
    ],
    [
      'a context without any is its plain address',
      'remote',
      { DOCKER_TLS_VERIFY: '1' },
      contextFiles('remote', 'tcp://box:2375'),
      'tcp://box:2375',
      { port: 2375, tls: null },
    ],
    [
      'a context may skip verification',
      'remote',
      {},
      contextFiles('remote', 'tcp://box:1', { skip: true }),
      'remote',
      { port: 1, tls: { ca: null, cert: null, key: null, verify: false } },
    ],
  ])('%s', async (_name, text, env, files, address, dial) => {
    expect(await resolveTarget(text, fakeSurroundings({ env, files }))).toEqual({
      address,
      dial: { kind: 'tcp', host: 'box', ...dial },
    });
  });

  it('takes a context with a socket for that socket', async () => {
    const files = contextFiles('colima', 'unix:///c.sock');
    expect(await resolveTarget('colima', fakeSurroundings({ files }))).toEqual({
      address: 'unix:///c.sock',
      dial: { kind: 'socket', path: '/c.sock' },
    });
  });

  it.each([
    ['an unknown context', 'nope', {}, 'NOT_FOUND'],
    [
      'a certificate folder without certificates',
      'tcp://box',
      { DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: '/c' },
      'ENGINE_TLS',
    ],
    ['the demo, which is no connection', 'demo', {}, 'BAD_INPUT'],
  ])('refuses %s', async (_name, text, env, code) => {
    await expect(resolveTarget(text, fakeSurroundings({ env }))).rejects.toMatchObject({ code });
  });
});
