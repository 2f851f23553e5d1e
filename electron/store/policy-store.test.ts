import { execFileSync, spawnSync } from 'node:child_process';
import { lstat, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EMPTY_POLICY, type Policy } from '../../shared/policy/model.ts';
import { createPolicyStore } from './policy-store.ts';

const KEY = 'unix:///var/run/docker.sock';
const blocked = (...names: readonly string[]): Policy => ({
  ...EMPTY_POLICY,
  rules: names.map((name) => ({ from: `container:${name}`, to: 'shop/db', action: 'deny' })),
});

describe('the policy store', () => {
  let configDir = '';
  beforeEach(async () => {
    configDir = await mkdtemp(join(tmpdir(), 'bulkhead-store-'));
  });
  afterEach(async () => {
    await rm(configDir, { recursive: true, force: true });
  });

  it('reads what it wrote, each engine apart, and nothing where nothing was written', async () => {
    const store = createPolicyStore({ configDir: join(configDir, 'new', 'folder') });
    await store.write(KEY, blocked('a'));
    await store.write('demo', blocked('b'));
    const again = createPolicyStore({ configDir: join(configDir, 'new', 'folder') });
    expect([await again.read(KEY), await again.read('demo'), await again.read('tcp://x')]).toEqual([
      blocked('a'),
      blocked('b'),
      EMPTY_POLICY,
    ]);
    expect((await stat(again.path(KEY))).mode & 0o777).toBe(0o600);
  });

  it('leaves no file behind where there is nothing to say', async () => {
    const store = createPolicyStore({ configDir });
    await store.write(KEY, EMPTY_POLICY);
    expect(await readdir(configDir)).toEqual([]);
  });

  it.each([
    'unix:///var/run/docker.sock',
    'unix:///VAR/run/docker.sock',
    'unix:///var/run/docker_sock',
    'npipe:////./pipe/docker_engine',
    'ssh://user@[2001:db8::1]:22',
    '../../etc/passwd',
    '..',
    '\u0000/',
    'CON',
    '艙',
    'x'.repeat(1000),
  ])('gives %j a file of its own inside the folder', (key) => {
    const { path } = createPolicyStore({ configDir });
    expect(dirname(path(key))).toBe(join(configDir, 'policies'));
    expect(basename(path(key))).toMatch(/^[a-z0-9][a-z0-9-]{0,63}-[0-9a-f]{8}\.yaml$/);
    expect(path(`${key} `)).not.toBe(path(key));
  });

  it('keeps the comments, mode and link of a file the user wrote', async () => {
    const store = createPolicyStore({ configDir });
    const real = join(configDir, 'repository.yaml');
    await mkdir(dirname(store.path(KEY)));
    await writeFile(real, '# Ours.\nversion: 1\nrules:\n  # why\n  - { from: a, to: shop/db, action: deny } # note\n', {
      mode: 0o640,
    });
    await symlink(real, store.path(KEY));
    await store.write(KEY, blocked('a', 'b'));
    expect(await readFile(real, 'utf8')).toBe(
      '# Ours.\nversion: 1\nrules:\n  # why\n  - { from: a, to: shop/db, action: deny } # note\n  - { from: container:b, to: shop/db, action: deny }\n',
    );
    expect((await lstat(store.path(KEY))).isSymbolicLink()).toBe(true);
    expect((await stat(real)).mode & 0o777).toBe(0o640);
  });

  it('says where a file cannot be understood, and does not touch it', async () => {
    const store = createPolicyStore({ configDir });
    const file = store.path(KEY);
    await mkdir(dirname(file));
    await writeFile(file, 'version: 1\nrulez: []\n');
    const error = expect.objectContaining({ code: 'POLICY_FILE', message: expect.stringContaining(`${file}:2:1 `) });
    await expect(store.read(KEY)).rejects.toEqual(error);
    await expect(store.write(KEY, blocked('a'))).rejects.toEqual(error);
    expect(await readFile(file, 'utf8')).toBe('version: 1\nrulez: []\n');
  });

  it('writes one after the other, also after a failure, and leaves no temporary file', async () => {
    const store = createPolicyStore({ configDir });
    const names = Array.from({ length: 20 }, (_, at) => `c${at}`);
    const folder = dirname(store.path(KEY));
    await writeFile(folder, 'a file where the folder should be');
    await expect(store.write(KEY, blocked('a'))).rejects.toMatchObject({ code: 'STORAGE' });
    await rm(folder);
    await Promise.all(names.map((_, at) => store.write(KEY, blocked(...names.slice(0, at + 1)))));
    expect(await store.read(KEY)).toEqual(blocked(...names));
    expect(await readdir(folder)).toHaveLength(1);
  });

  const adding =
    (name: string) =>
    (policy: Policy): Policy => ({ ...policy, rules: [...policy.rules, ...blocked(name).rules] });

  it('loses no change of several stores at once', async () => {
    const names = Array.from({ length: 12 }, (_, at) => `c${at}`);
    const after = await Promise.all(names.map((name) => createPolicyStore({ configDir }).update(KEY, adding(name))));
    const { rules } = await createPolicyStore({ configDir }).read(KEY);
    expect(rules.map(({ from }) => from).sort()).toEqual(names.map((name) => `container:${name}`).sort());
    expect(after.map((policy) => policy.rules.length).sort((a, b) => a - b)).toEqual(names.map((_, at) => at + 1));
    expect(await readdir(join(configDir, 'policies'))).toHaveLength(1);
  });

  it('changes nothing when the edit throws, and lets the next one pass', async () => {
    const store = createPolicyStore({ configDir });
    await store.write(KEY, blocked('a'));
    const refused = new Error('no');
    await expect(
      store.update(KEY, () => {
        throw refused;
      }),
    ).rejects.toBe(refused);
    expect(await store.update(KEY, adding('b'))).toEqual(blocked('a', 'b'));
  });

  it('waits for a living holder and then says what to do', async () => {
    const store = createPolicyStore({ configDir, lockWaitMs: 100 });
    await store.write(KEY, blocked('a'));
    const lock = `${store.path(KEY)}.lock`;
    await writeFile(lock, JSON.stringify({ pid: process.pid, started: '', host: hostname() }));
    await expect(store.update(KEY, adding('b'))).rejects.toMatchObject({
      code: 'STORAGE',
      hint: expect.stringContaining(`delete ${lock}`),
    });
    expect(await store.read(KEY)).toEqual(blocked('a'));
    await rm(lock);
    expect(await store.update(KEY, adding('b'))).toEqual(blocked('a', 'b'));
  });

  it.each<[string, () => string]>([
    ['a dead process', () => JSON.stringify({ pid: deadPid(), started: '', host: hostname() })],
    // Only Linux tells when a process started.
    ...(process.platform === 'linux'
      ? [
          [
            'a process whose number another has now',
            () => JSON.stringify({ pid: process.pid, started: 'then 1', host: hostname() }),
          ] as [string, () => string],
        ]
      : []),
  ])('breaks the lock of %s', async (_, text) => {
    const store = createPolicyStore({ configDir, lockWaitMs: 2000 });
    await store.write(KEY, blocked('a'));
    await writeFile(`${store.path(KEY)}.lock`, text());
    expect(await store.update(KEY, adding('b'))).toEqual(blocked('a', 'b'));
    expect(await readdir(join(configDir, 'policies'))).toHaveLength(1);
  });

  it('breaks a lock that a crash left without a name, but not a fresh one', async () => {
    const store = createPolicyStore({ configDir, lockWaitMs: 0 });
    await store.write(KEY, blocked('a'));
    const lock = `${store.path(KEY)}.lock`;
    await writeFile(lock, '');
    await expect(store.update(KEY, adding('b'))).rejects.toMatchObject({ code: 'STORAGE' });
    await utimes(lock, 1, 1);
    expect(await store.update(KEY, adding('b'))).toEqual(blocked('a', 'b'));
  });
});

/** The number of a process that has ended. */
const deadPid = (): number => spawnSync(process.execPath, ['-e', '']).pid;

const canMount =
  process.getuid?.() === 0 && spawnSync('unshare', ['-m', 'sh', '-c', 'mount -t tmpfs none /mnt']).status === 0;

describe.skipIf(!canMount)('the policy store on a full disk (skipped where no tmpfs can be mounted)', () => {
  let configDir = '';
  beforeEach(async () => {
    configDir = await mkdtemp(join(tmpdir(), 'bulkhead-full-'));
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'none', configDir]);
  });
  afterEach(async () => {
    execFileSync('umount', [configDir]);
    await rm(configDir, { recursive: true, force: true });
  });

  it('says so and keeps the old file', async () => {
    const store = createPolicyStore({ configDir });
    await store.write(KEY, blocked('a'));
    const before = await readFile(store.path(KEY), 'utf8');
    const many = blocked(...Array.from({ length: 2000 }, (_, at) => `container-number-${at}`));
    await expect(store.write(KEY, many)).rejects.toMatchObject({
      code: 'STORAGE',
      hint: expect.stringMatching(/disk is full/),
    });
    expect(await readFile(store.path(KEY), 'utf8')).toBe(before);
    expect(await readdir(dirname(store.path(KEY)))).toEqual([basename(store.path(KEY))]);
    await store.write(KEY, blocked('b'));
    expect(await store.read(KEY)).toEqual(blocked('b'));
  });
});
