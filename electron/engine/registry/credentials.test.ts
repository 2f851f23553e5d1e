import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { toErrorShape } from '../../../shared/errors.ts';
import { fakeSurroundings } from '../connection/fake-surroundings.ts';
import { askHelper, type AskHelper } from './credential-helper.ts';
import { allCredentials, credentialsFor, headerOf } from './credentials.ts';

const base64 = (text: string): string => Buffer.from(text).toString('base64');

const around = (config: unknown, env: Record<string, string> = {}) =>
  fakeSurroundings({
    env,
    files: {
      [`${env['DOCKER_CONFIG'] ?? '/home/ann/.docker'}/config.json`]:
        typeof config === 'string' ? config : JSON.stringify(config),
    },
  });

const ask: AskHelper = ({ helper, registry }) =>
  Promise.resolve(registry.includes('unknown') ? null : { username: `${helper}-user`, secret: `of ${registry}` });

const HUB = 'https://index.docker.io/v1/';
const AUTH = { auth: base64('ann:se:cret') };
const ANN = { username: 'ann', password: 'se:cret' };

describe('the user’s docker credentials', () => {
  test.each([
    ['a plain host', { auths: { 'r:5000': AUTH } }, 'r:5000', { ...ANN, serveraddress: 'r:5000' }],
    ['an old address', { auths: { 'https://r/v1/': AUTH } }, 'r', { ...ANN, serveraddress: 'r' }],
    ['Docker Hub', { auths: { [HUB]: AUTH } }, 'docker.io', { ...ANN, serveraddress: HUB }],
    ['a token', { auths: { r: { identitytoken: 't' } } }, 'r', { identitytoken: 't', serveraddress: 'r' }],
    [
      'separate fields',
      { auths: { r: { username: 'a', password: 'b' } } },
      'r',
      { username: 'a', password: 'b', serveraddress: 'r' },
    ],
    [
      'one helper for all',
      { credsStore: 'pass', auths: { r: {} } },
      'r',
      { username: 'pass-user', password: 'of r', serveraddress: 'r' },
    ],
    [
      'a helper of its own',
      { credsStore: 'pass', credHelpers: { r: 'gcr' } },
      'r',
      { username: 'gcr-user', password: 'of r', serveraddress: 'r' },
    ],
    [
      'a helper that has none, and a file that has',
      { credsStore: 'pass', auths: { unknown: AUTH } },
      'unknown',
      { ...ANN, serveraddress: 'unknown' },
    ],
    ['another registry', { auths: { r: AUTH } }, 's', null],
    ['no entry', {}, 'r', null],
    ['nonsense', { auths: { r: { auth: '!!' } } }, 'r', null],
    ['a helper that is a path', { credsStore: '../../bin/sh' }, 'r', null],
  ])('%s', async (_, config, registry, expected) => {
    expect(await credentialsFor(registry, { around: around(config), ask })).toEqual(expected);
  });

  test('DOCKER_CONFIG names the folder', async () => {
    const surroundings = around({ auths: { r: AUTH } }, { DOCKER_CONFIG: '/elsewhere' });
    expect(await credentialsFor('r', { around: surroundings, ask })).toMatchObject(ANN);
  });

  test('what a helper keeps as a token is sent as one', async () => {
    const token: AskHelper = () => Promise.resolve({ username: '<token>', secret: 't' });
    const found = await credentialsFor('r', { around: around({ credsStore: 'pass' }), ask: token });
    expect(found).toEqual({ identitytoken: 't', serveraddress: 'r' });
  });

  test('a build gets all there are', async () => {
    const all = await allCredentials({ around: around({ auths: { r: AUTH }, credHelpers: { g: 'gcr' } }), ask });
    expect(all).toEqual({
      r: { ...ANN, serveraddress: 'r' },
      g: { username: 'gcr-user', password: 'of g', serveraddress: 'g' },
    });
  });

  test('a configuration that is broken says so', async () => {
    await expect(credentialsFor('r', { around: around('{'), ask })).rejects.toMatchObject({ code: 'STORAGE' });
  });

  test('the header is base64 that is safe in an address', () => {
    expect(headerOf({ a: '~~~???' })).not.toMatch(/[+/]/);
    expect(JSON.parse(Buffer.from(headerOf({ a: '~~~???' }), 'base64url').toString())).toEqual({ a: '~~~???' });
  });
});

describe('a credential helper', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bulkhead-helper-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  async function helper(script: string): Promise<Record<string, string>> {
    const path = join(folder, 'docker-credential-test');
    await writeFile(path, `#!/bin/sh\n${script}\n`);
    await chmod(path, 0o755);
    return { PATH: `${folder}:/usr/bin:/bin` };
  }
  const question = (env: Record<string, string>) => askHelper({ helper: 'test', registry: 'r:5000', env });

  test('is asked for one registry on its standard input', async () => {
    const env = await helper('[ "$1" = get ] && printf \'{"Username":"ann","Secret":"%s"}\' "$(cat)"');
    expect(await question(env)).toEqual({ username: 'ann', secret: 'r:5000' });
  });

  test('that has none answers null', async () => {
    const env = await helper('echo "credentials not found in native keychain"; exit 1');
    expect(await question(env)).toBeNull();
  });

  test.each([
    ['fails', 'echo hunter2; echo hunter2 >&2; exit 3'],
    ['answers nonsense', 'echo hunter2'],
  ])('that %s is told without a word of what it said', async (_, script) => {
    const env = await helper(script);
    const error = await question(env).then(
      () => null,
      (thrown: unknown) => toErrorShape(thrown),
    );
    expect(error).toMatchObject({ code: 'STORAGE' });
    expect(JSON.stringify(error)).not.toContain('hunter2');
  });

  test('that is not there is told', async () => {
    await expect(question({ PATH: folder })).rejects.toMatchObject({ code: 'STORAGE' });
  });
});
