/** Volumes on a real engine: what is in them, read, copied, backed up and restored without running anything. */
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createJobs, type Jobs } from '../../electron/app/jobs.ts';
import { openDriver } from '../../electron/app/open-driver.ts';
import { startClone, startVolumeRemoval } from '../../electron/app/volume-jobs.ts';
import { unusedVolumes, volumeRows } from '../../electron/app/volume-rows.ts';
import type { EngineDriver } from '../../electron/engine/driver.ts';
import type { VolumesDomain } from '../../electron/engine/domains/volumes.ts';
import { startEngine, type RunningEngine } from '../engines/engine.ts';
import { Docker } from '../fixture/docker.ts';
import { importTestImage, TEST_IMAGE } from '../fixture/image.ts';
import { failureOf, listen, readAll } from './management.ts';

let engine: RunningEngine;
let driver: EngineDriver;
let docker: Docker;
let volumes: VolumesDomain;
let jobs: Jobs;

const inside = async (script: string): Promise<string> => {
  const { code, stdout, stderr } = await docker.exec('i5-writer', ['sh', '-c', script]);
  if (code !== 0) throw new Error(stderr);
  return stdout;
};
const ended = (job: string) =>
  new Promise<{ state: string; error: unknown; result: Readonly<Record<string, string>> }>((resolve) => {
    jobs.onDetail(job, (now) => now.state !== 'running' && resolve(now));
  });
/** Nothing of ours is left, whatever was done. */
const leftovers = async (): Promise<readonly string[]> => [
  ...(await docker.listContainers()).flatMap(({ Names }) => Names).filter((name) => name.includes('bulkhead')),
  ...(await driver.manage.images.list()).flatMap(({ tags }) => tags).filter((tag) => tag.includes('bulkhead-volumes')),
];

beforeAll(async () => {
  engine = await startEngine({
    version: process.env['BULKHEAD_TEST_VERSION'] ?? '28.5',
    name: `i5-volumes-${process.pid}`,
  });
  docker = new Docker(engine.socket);
  await importTestImage(engine);
  driver = await openDriver(engine.url);
  volumes = driver.manage.volumes;
  jobs = createJobs({ tellMs: 0 });
  await volumes.create({ name: 'i5-data', driver: 'local', options: {}, labels: { purpose: 'test' } });
  await docker.runContainer('i5-writer', {
    Image: TEST_IMAGE,
    Cmd: ['sleep', '3600'],
    HostConfig: { Binds: ['i5-data:/data', 'i5-copy-target:/copy'] },
  });
  await docker.createContainer('i5-reader', {
    Image: TEST_IMAGE,
    Cmd: ['true'],
    HostConfig: { Binds: ['i5-data:/in:ro'] },
  });
  await inside(
    'cd /data && mkdir -p "a folder/deep" && echo hello > hello.txt && echo deep > "a folder/deep/文件" && ' +
      'head -c 300000 /dev/zero > "a folder/zeros" && ln -s hello.txt link && chown 1234:5678 hello.txt && ' +
      'chmod 4750 hello.txt && chown 999:998 /data && chmod 1770 /data && touch -d "2020-02-03 04:05:06" hello.txt && mkfifo pipe',
  );
});
afterAll(async () => {
  await jobs.close();
  await driver.close();
  await engine.stop();
});

describe('volumes', () => {
  it('are listed with who uses them, and their size', async () => {
    const rows = volumeRows(await driver.refresh());
    const row = rows.find(({ name }) => name === 'i5-data');
    expect(row).toMatchObject({ driver: 'local', labels: { purpose: 'test' }, anonymous: false });
    expect(row?.users.map(({ name, destination, writable }) => [name, destination, writable])).toEqual(
      expect.arrayContaining([
        ['i5-writer', '/data', true],
        ['i5-reader', '/in', false],
      ]),
    );
    const usage = await volumes.usage();
    expect(usage.find(({ name }) => name === 'i5-data')?.size).toBeGreaterThan(300_000);
  });

  it('are read folder by folder', async () => {
    const { entries, cut } = await volumes.list('i5-data', '');
    expect(cut).toBe(false);
    const byName = new Map(entries.map((entry) => [entry.name, entry]));
    expect([...byName.keys()].toSorted()).toEqual(['a folder', 'hello.txt', 'link', 'pipe']);
    expect(byName.get('hello.txt')).toMatchObject({ kind: 'file', size: 6, mode: 0o4750 });
    expect(byName.get('hello.txt')?.modifiedAt).toBe(Date.parse('2020-02-03T04:05:06Z'));
    expect(byName.get('link')).toMatchObject({ kind: 'link', target: 'hello.txt' });
    expect(byName.get('pipe')?.kind).toBe('other');
    expect(byName.get('a folder')).toMatchObject({ kind: 'directory', size: 300_005 });
    const deeper = await volumes.list('i5-data', 'a folder/deep');
    expect(deeper.entries).toMatchObject([{ name: '文件', kind: 'file', size: 5 }]);
    await expect.poll(leftovers).toEqual([]);
  });

  it('give out a file as it is, and a folder as an archive', async () => {
    const file = await volumes.open('i5-data', 'a folder/deep/文件');
    expect([file.name, (await readAll(file.content)).toString()]).toEqual(['文件', 'deep\n']);
    const big = await volumes.open('i5-data', 'a folder/zeros');
    expect((await readAll(big.content)).equals(Buffer.alloc(300_000))).toBe(true);
    const folder = await volumes.open('i5-data', 'a folder');
    expect(folder.name).toBe('a folder.tar');
    expect((await readAll(folder.content)).length).toBeGreaterThan(300_000);
  });

  it.each([
    ['a folder that is not there', 'i5-data', 'absent', 'NOT_FOUND'],
    ['a way out of the volume', 'i5-data', '../../etc', 'NOT_FOUND'],
  ])('%s is told', async (_, name, path, code) => {
    expect(await failureOf(volumes.list(name, path))).toMatchObject({ code });
    await expect.poll(leftovers).toEqual([]);
  });

  it('are backed up and restored with owners, rights, times and links', async () => {
    const archive = await readAll(await volumes.save('i5-data'));
    await volumes.create({ name: 'i5-restored', driver: 'local', options: {}, labels: {} });
    const told = listen();
    await volumes.restore('i5-restored', Readable.from([archive]), { report: told });
    expect(told.sum()?.done).toBeGreaterThan(300_000);
    await docker.runContainer('i5-check', {
      Image: TEST_IMAGE,
      Cmd: ['sleep', '3600'],
      HostConfig: { Binds: ['i5-data:/one:ro', 'i5-restored:/two:ro'] },
    });
    // The root's own time is that of the restoring: the engine writes into it.
    const script =
      'for v in one two; do (cd /$v && stat -c "%n %a %u %g" . && find . -mindepth 1 | sort | while read f; do ' +
      'stat -c "%n %a %u %g %Y %F" "$f"; done; cat hello.txt "a folder/deep/文件"; readlink link); done';
    const { stdout } = await docker.exec('i5-check', ['sh', '-c', script]);
    const lines = stdout.trim().split('\n');
    expect(lines.length).toBeGreaterThan(10);
    expect(lines.slice(lines.length / 2)).toEqual(lines.slice(0, lines.length / 2));
    await docker.removeContainer('i5-check');
    await expect.poll(leftovers).toEqual([]);
  });

  it.each([
    ['nonsense', Buffer.from('this is no archive '.repeat(2000))],
    ['an archive that is cut short', null],
  ])('%s is not restored, and says so', async (_, content) => {
    const archive = content ?? (await readAll(await volumes.save('i5-data'))).subarray(0, 100_000);
    await volumes.create({ name: 'i5-bad', driver: 'local', options: {}, labels: {} });
    const error = await failureOf(volumes.restore('i5-bad', Readable.from([archive]), { report: listen() }));
    expect(error).toMatchObject({ code: 'BAD_INPUT', hint: expect.stringContaining('no archive') as string });
    await volumes.remove('i5-bad');
    await expect.poll(leftovers).toEqual([]);
  });

  it('are cloned into a new volume, and into no other', async () => {
    const stage = { domain: volumes, topology: await driver.refresh() };
    expect(await ended(startClone(jobs, stage, { from: 'i5-data', to: 'i5-clone' }))).toMatchObject({
      state: 'done',
      result: { volume: 'i5-clone' },
    });
    expect((await volumes.list('i5-clone', 'a folder')).entries.map(({ name }) => name).toSorted()).toEqual([
      'deep',
      'zeros',
    ]);
    const again = { domain: volumes, topology: await driver.refresh() };
    expect(() => startClone(jobs, again, { from: 'i5-data', to: 'i5-clone' })).toThrow(/already/);
  });

  it('a clone onto a full disk fails in the engine’s words, and leaves no half of a copy', async () => {
    const options = { type: 'tmpfs', device: 'tmpfs', o: 'size=64k' };
    await volumes.create({ name: 'i5-small', driver: 'local', options, labels: {} });
    const error = await failureOf(volumes.copy('i5-data', 'i5-small', { report: listen() }));
    expect(error).toMatchObject({
      message: expect.stringContaining('no space left') as string,
      hint: expect.stringContaining('Free space') as string,
    });
    await volumes.remove('i5-small');
    await expect.poll(leftovers).toEqual([]);
  });

  it('that are used stay, and it is said who uses them', async () => {
    const removal = { domain: volumes, topology: await driver.refresh(), kind: 'remove' } as const;
    expect(await ended(startVolumeRemoval(jobs, removal, ['i5-data']))).toMatchObject({
      state: 'failed',
      error: { code: 'ENGINE_REFUSED', hint: expect.stringContaining('i5-writer') as string },
    });
  });

  it('prune takes what was shown, and tells how much room that made', async () => {
    const anonymous = await volumes.create({ name: '', driver: 'local', options: {}, labels: {} });
    const topology = await driver.refresh();
    const usage = await volumes.usage();
    expect(unusedVolumes(topology, usage, false).items.map(({ name }) => name)).toEqual([anonymous]);
    const all = unusedVolumes(topology, usage, true);
    expect(all.items.map(({ name }) => name).toSorted()).toEqual([anonymous, 'i5-clone', 'i5-restored'].toSorted());
    expect(all.bytes).toBeGreaterThan(600_000);
    const removal = { domain: volumes, topology, kind: 'prune' } as const;
    const job = startVolumeRemoval(
      jobs,
      removal,
      all.items.map(({ id }) => id),
    );
    const { state, result } = await ended(job);
    expect([state, Number(result['bytes'])]).toEqual(['done', all.bytes]);
    expect((await volumes.usage()).map(({ name }) => name).toSorted()).toEqual(['i5-copy-target', 'i5-data']);
  });

  it('a name that no volume can have is refused', async () => {
    const error = await failureOf(volumes.create({ name: 'a/b', driver: 'local', options: {}, labels: {} }));
    expect(error).toMatchObject({ code: 'BAD_INPUT', hint: expect.stringContaining('Letters') as string });
  });
});
