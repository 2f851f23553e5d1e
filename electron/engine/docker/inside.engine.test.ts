/** What is looked at inside containers, on a real engine: logs, terminals, files. */
import { randomBytes } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Docker, type ContainerSpec } from '../../../e2e/fixture/docker.ts';
import { dockerRequest } from '../../../e2e/fixture/docker-http.ts';
import { importTestImage, TEST_IMAGE } from '../../../e2e/fixture/image.ts';
import { tar } from '../../../e2e/fixture/tar.ts';
import { connect, type DockerApi } from '../connection/index.ts';
import type { LogLine, LogsOptions } from '../domains/logs.ts';
import type { Management } from '../domains/index.ts';
import type { TerminalLine } from '../domains/terminal.ts';
import { createManagement } from './management.ts';

const address = process.env['BULKHEAD_TEST_ENGINE'] ?? '';
const socket = address.replace('unix://', '');
const docker = new Docker(socket);
const PATIENT = { timeout: 30_000 };
const PREFIX = `inside-${process.pid}-`;
/** One program, and nothing else: what images without a distribution are like. */
const BARE_IMAGE = 'bulkhead-test/bare:1';

let api: DockerApi;
let manage: Management;

const sh = (script: string, more: Partial<ContainerSpec> = {}): ContainerSpec => ({
  Image: TEST_IMAGE,
  Cmd: ['sh', '-c', script],
  ...more,
});
const run = (name: string, spec: ContainerSpec): Promise<string> => docker.runContainer(PREFIX + name, spec);

async function removeAll(): Promise<void> {
  for (const { Id, Names } of await docker.listContainers()) {
    if (Names.some((name) => name.startsWith(`/${PREFIX}`))) await docker.removeContainer(Id);
  }
}

async function linesOf(ref: string, options: Partial<LogsOptions> = {}): Promise<LogLine[]> {
  const all: LogLine[] = [];
  for await (const lines of manage.logs.lines(ref, { tail: null, since: '', follow: false, ...options }))
    all.push(...lines);
  return all;
}

/** Reads until the output holds what is waited for; the test's own time limit is the only clock. */
function reader({ output }: TerminalLine): (until: RegExp) => Promise<string> {
  const iterator = output[Symbol.asyncIterator]();
  let text = '';
  return async (until) => {
    for (;;) {
      const found = until.exec(text);
      if (found) {
        const upTo = text.slice(0, found.index + found[0].length);
        text = text.slice(upTo.length);
        return upTo;
      }
      const next = await iterator.next();
      if (next.done) return text;
      text += next.value;
    }
  };
}

describe.skipIf(address === '')('inside containers of a real engine (BULKHEAD_TEST_ENGINE)', () => {
  beforeAll(async () => {
    await importTestImage({ socket });
    const busybox = tar([
      { name: 'busybox', mode: 0o755, content: await import('node:fs').then((fs) => fs.readFileSync('/bin/busybox')) },
    ]);
    await dockerRequest(socket, {
      method: 'POST',
      path: '/images/create',
      query: { fromSrc: '-', repo: BARE_IMAGE },
      body: busybox,
    });
    api = await connect(address);
    manage = createManagement(() => api);
  });
  afterEach(removeAll);
  afterAll(() => api.close());

  describe('logs', () => {
    it.each([true, false])('of both streams, in order, with their times (a terminal: %s)', async (Tty) => {
      const id = await run('log', sh('echo one; sleep 0.1; echo two >&2; sleep 0.1; printf "three"', { Tty }));
      const followed = await linesOf(id, { follow: true });
      const lines = await linesOf(id);
      expect(lines.map(({ text }) => text)).toEqual(['one', 'two', 'three']);
      // 20.10 ends before a last line that has no end.
      expect(followed).toEqual(lines.slice(0, Math.max(2, followed.length)));
      expect(lines.map(({ stream }) => stream)).toEqual(Tty ? [1, 1, 1] : [1, 2, 1]);
      expect(lines.map(({ time }) => time).toSorted()).toEqual(lines.map(({ time }) => time));
      expect(await linesOf(id, { tail: 1 })).toEqual(lines.slice(2));
      expect(await linesOf(id, { since: lines[1]?.time ?? '' }), 'to the nanosecond').toEqual(lines.slice(1));
      expect(await manage.logs.isThere(id)).toBe(true);
      await docker.removeContainer(id);
      expect(await manage.logs.isThere(id)).toBe(false);
      await expect(linesOf(id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    });

    it.each([true, false])('a line that never ends is cut, and so is binary output (a terminal: %s)', async (Tty) => {
      const id = await run(
        'endless',
        sh('head -c 200000 /dev/zero | tr "\\0" x; echo; head -c 3000 /dev/urandom; echo; echo end', { Tty }),
      );
      const lines = await linesOf(id, { follow: true });
      expect(lines[0]).toMatchObject({ text: 'x'.repeat(8192), isCut: true });
      expect(lines.at(-1)).toMatchObject({ text: 'end', isCut: false });
    });

    it('are not read on when nobody reads them', async () => {
      const id = await run('chatty', sh('yes'));
      const leaving = new AbortController();
      const reading = linesOf(id, { follow: true, signal: leaving.signal });
      leaving.abort();
      await expect(reading).rejects.toMatchObject({ code: 'CANCELLED' });
    });
  });

  describe('terminals', () => {
    it('open the best shell there is, take what is typed, know their size, and say how they end', async () => {
      const id = await run('shell', sh('sleep 1000'));
      const line = await manage.terminal.open(id, { kind: 'shell', cols: 90, rows: 33 });
      expect(line).toMatchObject({ program: 'ash', isTerminal: true, takesInput: true });
      const read = reader(line);
      await line.write('stty size; echo $((6*7))\n');
      expect(await read(/\b42\b/)).toMatch(/33 90/);
      await line.resize({ cols: 71, rows: 20 });
      await line.write('stty size\n');
      await read(/20 71/);
      await line.write('exit 7\n');
      await read(/(?!)/);
      expect(await line.exitCode()).toBe(7);
      line.close();
    });

    it('leave nothing running in the container when they are closed', async () => {
      const id = await run('left', sh('sleep 1000'));
      const line = await manage.terminal.open(id, { kind: 'shell', cols: 80, rows: 24 });
      const read = reader(line);
      await line.write('echo "be"gun; sleep 2000\n');
      await read(/begun\r\n/);
      const processes = async (): Promise<string> => (await docker.exec(id, ['ps', '-o', 'args'])).stdout;
      expect(await processes()).toContain('sleep 2000');
      line.close();
      // It is tried again and again: on a busy machine an engine takes its time to begin anything in a container.
      await expect.poll(processes, { timeout: 90_000 }).not.toMatch(/sleep 2000|\bash\b/);
    }, 120_000);

    it('say that there is no shell, and that a container does not run', async () => {
      const bare = await docker.createContainer(`${PREFIX}bare`, {
        Image: BARE_IMAGE,
        Cmd: ['/busybox', 'sleep', '1000'],
        Entrypoint: [],
      });
      await expect(manage.terminal.open(bare, { kind: 'shell', cols: 80, rows: 24 })).rejects.toMatchObject({
        code: 'ENGINE_REFUSED',
        hint: 'Start the container first.',
      });
      await docker.startContainer(bare);
      await expect(manage.terminal.open(bare, { kind: 'shell', cols: 80, rows: 24 })).rejects.toMatchObject({
        code: 'NOT_FOUND',
        message: 'There is no shell in this container.',
      });
    });

    it('of a main process show what it writes, and give it what is typed', async () => {
      const id = await run(
        'main',
        sh('while read -r l; do echo "got $l"; done; exit 3', { OpenStdin: true, Tty: true }),
      );
      const line = await manage.terminal.open(id, { kind: 'attach', cols: 80, rows: 24 });
      const read = reader(line);
      await line.write('hello\n');
      await read(/got hello/);
      line.close();
      expect((await docker.inspectContainer(id)).State.Running, 'goes on without us').toBe(true);
      const silent = await run('silent', sh('sleep 0.3; echo out; echo wrong >&2; exit 3'));
      const watched = await manage.terminal.open(silent, { kind: 'attach', cols: 80, rows: 24 });
      expect(watched).toMatchObject({ isTerminal: false, takesInput: false });
      expect((await reader(watched)(/(?!)/)).split('\n').toSorted()).toEqual(['', 'out', 'wrong']);
      await expect.poll(() => watched.exitCode()).toBe(3);
    });
  });

  describe('files', () => {
    const FILL =
      'mkdir -p "/data/sub dir" && cd /data && echo hello > a.txt && ln -s a.txt link && chmod 640 a.txt && mkfifo pipe && touch "new\nline"';

    it.each(['running', 'stopped', 'bare'] as const)('are listed in one that is %s', async (how) => {
      const id = await run('files', sh(how === 'running' ? `${FILL}; sleep 1000` : FILL.replace('\\n', '')));
      if (how === 'running')
        await expect.poll(async () => (await docker.exec(id, ['ls', '/data'])).stdout, PATIENT).toMatch(/line/);
      else await expect.poll(async () => (await docker.inspectContainer(id)).State.Running, PATIENT).toBe(false);
      if (how === 'bare') {
        const { entries, isWhole } = await manage.files.list(id, '/');
        expect(isWhole).toBe(true);
        expect(entries.find(({ name }) => name === 'data')).toMatchObject({ kind: 'folder', mode: 0o755 });
        return;
      }
      const { entries, isWhole } = await manage.files.list(id, '/data');
      expect(isWhole).toBe(true);
      const known = Object.fromEntries(entries.map(({ name, kind, size, mode }) => [name, { kind, size, mode }]));
      expect(known).toMatchObject({
        'a.txt': { kind: 'file', size: 6, mode: 0o640 },
        'sub dir': { kind: 'folder' },
        link: { kind: 'link' },
        pipe: { kind: 'pipe' },
      });
      expect(Object.keys(known)).toHaveLength(5);
    });

    it('of a folder too large for an archive are told by a program of its own, and without one as far as it goes', async () => {
      const id = await run(
        'large',
        sh(
          'mkdir /big && cd /big && for i in 1 2 3 4; do head -c 20000000 /dev/zero > "f$i"; done; printf x > "$(printf "odd\\nname")"; ln -s f1 z; sleep 1000',
        ),
      );
      await expect.poll(async () => (await docker.exec(id, ['ls', '/big'])).stdout, PATIENT).toMatch(/z/);
      const { entries, isWhole } = await manage.files.list(id, '/big');
      expect(isWhole).toBe(true);
      expect(entries.map(({ name, kind, size }) => [name, kind, size]).toSorted()).toEqual([
        ['f1', 'file', 20_000_000],
        ['f2', 'file', 20_000_000],
        ['f3', 'file', 20_000_000],
        ['f4', 'file', 20_000_000],
        ['odd\nname', 'file', 1],
        ['z', 'link', 2],
      ]);
      await docker.stopContainer(id, 0);
      expect((await manage.files.list(id, '/big')).entries, 'stopped: the archive, for longer').toHaveLength(6);
    });

    it('are read, followed through links, and recognised as no text', async () => {
      const id = await run(
        'read',
        sh(
          'echo hello > /a; ln -s /a /b; ln -s /c /d; ln -s /d /c; head -c 2000000 /dev/zero | tr "\\0" y > /long; printf "a\\0b" > /bin.dat',
        ),
      );
      await expect.poll(async () => (await docker.inspectContainer(id)).State.Running, PATIENT).toBe(false);
      const hello = { text: 'hello\n', size: 6, isCut: false, isBinary: false };
      expect(await manage.files.read(id, '/a')).toEqual(hello);
      expect(await manage.files.read(id, '/b')).toEqual(hello);
      expect(await manage.files.read(id, '/long')).toMatchObject({ size: 2_000_000, isCut: true });
      expect(await manage.files.read(id, '/bin.dat')).toMatchObject({ text: '', size: 3, isBinary: true });
      await expect(manage.files.read(id, '/etc')).rejects.toMatchObject({ code: 'BAD_INPUT' });
      await expect(manage.files.read(id, '/c')).rejects.toMatchObject({
        code: expect.stringMatching(/BAD_INPUT|NOT_FOUND|ENGINE_REFUSED/),
      });
      await expect(manage.files.read(id, '/nothing')).rejects.toMatchObject({ code: 'NOT_FOUND' });
      expect(await manage.files.changes(id)).toEqual({
        total: 6,
        changes: expect.arrayContaining(
          ['/a', '/b', '/c', '/d', '/long', '/bin.dat'].slice(0, 1).map((path) => ({ path, kind: 'added' })),
        ),
      });
    });

    it('go there and come back as they were', async () => {
      const id = await docker.createContainer(`${PREFIX}there`, sh('sleep 1'));
      const bytes = randomBytes(3_000_000);
      const upload = await manage.files.upload(id, '/tmp', { name: 'blob', size: bytes.length });
      for (let from = 0; from < bytes.length; from += 200_000) await upload.write(bytes.subarray(from, from + 200_000));
      await upload.end();
      const { signal } = new AbortController();
      const file = await manage.files.download(id, '/tmp/blob');
      expect(file).toMatchObject({ name: 'blob', type: 'application/octet-stream' });
      expect((await buffer(await file.open(signal))).equals(bytes)).toBe(true);
      const folder = await manage.files.download(id, '/tmp');
      expect(folder).toMatchObject({ name: 'tmp.tar', type: 'application/x-tar' });
      expect((await buffer(await folder.open(signal))).includes('tmp/blob')).toBe(true);
      await expect(manage.files.download(id, '/dev/nothing')).rejects.toMatchObject({ code: 'NOT_FOUND' });
      await expect(manage.files.upload(id, '/none', { name: 'x', size: 1 })).rejects.toMatchObject({
        code: 'NOT_FOUND',
      });
      const short = await manage.files.upload(id, '/tmp', { name: 'short', size: 10 });
      await short.write(Buffer.from('abc'));
      await expect(short.end()).rejects.toMatchObject({ code: 'BAD_INPUT' });
      await expect(manage.files.read(id, '/tmp/short')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    });
  });

  it('leaves no connection behind', async () => {
    await removeAll();
    await expect.poll(() => api.openConnections(), PATIENT).toBeLessThanOrEqual(2);
  });
});
