/** Bulkhead off every engine it ever changed, as an uninstaller wants it: the command, and what a Debian package runs before its files go. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startEngine, type RunningEngine } from '../engines/engine.ts';
import { Docker } from '../fixture/docker.ts';
import { importTestImage } from '../fixture/image.ts';
import { realise, type Realised } from '../truth/realise.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const CLI = join(ROOT, 'out', 'cli.js');
const GONE = 'unix:///nonexistent/docker.sock';

interface Answer {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function run(command: string, argv: readonly string[], env: NodeJS.ProcessEnv): Promise<Answer> {
  return new Promise((resolve) => {
    execFile(command, [...argv], { encoding: 'utf8', env }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? 1), stdout, stderr });
    });
  });
}

describe('two engines of one user', () => {
  let engines: readonly RunningEngine[];
  let worlds: readonly Realised[] = [];
  let home: string;
  let before: unknown;
  let env: NodeJS.ProcessEnv;
  const bulkhead = (...argv: string[]): Promise<Answer> => run(process.execPath, [CLI, ...argv], env);
  const state = async (engine: RunningEngine): Promise<unknown> => {
    /** What was made in the same second is told in any order. */
    const docker = async (...argv: string[]): Promise<readonly string[]> =>
      (await engine.exec(['docker', ...argv])).stdout
        .split('\n')
        .filter((line) => line !== '')
        .sort();
    const inside = await Promise.all(
      (await docker('ps', '-q')).map(async (id) => {
        const [pid = ''] = await docker('inspect', '-f', '{{.State.Pid}}', id);
        return (await engine.exec(['nsenter', '-t', pid, '-n', 'nft', '-s', 'list', 'ruleset'])).stdout;
      }),
    );
    return {
      host: (await engine.exec(['nft', '-s', 'list', 'ruleset'])).stdout,
      containers: await docker('ps', '-a', '--no-trunc', '--format', '{{.ID}} {{.Names}} {{.State}}'),
      images: await docker('images', '-aq', '--no-trunc'),
      networks: await docker('network', 'ls', '-q', '--no-trunc'),
      inside,
    };
  };
  const states = (): Promise<unknown> => Promise.all(engines.map(state));

  beforeAll(async () => {
    engines = [
      await startEngine({ version: '28.5', name: 'leave-a' }),
      await startEngine({ version: '20.10', name: 'leave-b' }),
    ];
    for (const engine of engines) await importTestImage(engine);
  });
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'bulkhead-leave-'));
    env = { PATH: process.env['PATH'], HOME: home };
    worlds = await Promise.all(
      engines.map(({ socket }) =>
        realise(new Docker(socket), { networks: { net: {} }, containers: { web: 'net', api: 'net' } }),
      ),
    );
    before = await states();
    for (const { url } of engines) {
      expect(await bulkhead('--engine', url, 'block', 'web', 'api')).toMatchObject({ code: 0 });
    }
    expect(await states(), 'the positive control').not.toEqual(before);
  });
  afterEach(async () => {
    for (const world of worlds) await world.remove();
    await rm(home, { recursive: true, force: true });
  });
  afterAll(async () => {
    for (const engine of engines) await engine.stop();
  });

  it('are cleared by one command, told one by one, and are clean afterwards', { timeout: 120_000 }, async () => {
    const dry = await bulkhead('clear', '--all', '--dry-run');
    expect(dry.code).toBe(0);
    for (const { url } of engines) expect(dry.stdout).toContain(`${url}: would be cleared\n`);
    expect(await states(), 'nothing was done yet').not.toEqual(before);

    const { code, stdout } = await bulkhead('clear', '--all', '--json');
    expect(code).toBe(0);
    const told = JSON.parse(stdout) as { engines: { address: string; outcome: string }[] };
    expect(told.engines.map(({ address, outcome }) => `${address} ${outcome}`).sort()).toEqual(
      engines.map(({ url }) => `${url} cleared`).sort(),
    );
    expect(await states()).toEqual(before);

    const again = await bulkhead('clear', '--all');
    expect(again).toMatchObject({ code: 0, stdout: '' });
    expect(again.stderr).toContain('Nothing of Bulkhead is left');
    expect(await states(), 'looking leaves nothing either').toEqual(before);
  });

  it('are cleared although a third one cannot be reached, which is said', { timeout: 120_000 }, async () => {
    await writeFile(join(home, '.config', 'bulkhead', 'policies', 'gone.engine'), `${GONE}\n`);
    const { code, stdout } = await bulkhead('clear', '--all');
    expect(code).toBe(3);
    expect(stdout).toContain(`${GONE}: `);
    for (const { url } of engines) expect(stdout).toContain(`${url}: cleared\n`);
    expect(await states()).toEqual(before);
  });

  it('are cleared beside an app that runs, which puts nothing back', { timeout: 120_000 }, async () => {
    const [engine] = engines;
    if (!engine) throw new Error('There are two engines.');
    const app = spawn(process.execPath, [CLI, '--engine', engine.url, 'serve', '--no-open'], { env, stdio: 'pipe' });
    try {
      const helpers = async (): Promise<number> =>
        (await engine.exec(['docker', 'ps', '-q', '--filter', 'label=dev.bulkhead'])).stdout.split('\n').length - 1;
      await expect.poll(helpers, { timeout: 30_000 }).toBe(1);
      expect(await bulkhead('clear', '--all')).toMatchObject({ code: 0 });
      expect(await states()).toEqual(before);
      // As long as it takes an app to see that its file is empty, several times over.
      const until = Date.now() + 3000;
      while (Date.now() < until) expect(await helpers()).toBe(0);
      expect(await states()).toEqual(before);
    } finally {
      app.kill('SIGTERM');
      await once(app, 'exit');
    }
  });

  it(
    'are cleared before a Debian package goes, and left alone when a newer one comes',
    { timeout: 120_000 },
    async () => {
      const held = await states();
      const place = await mkdtemp(join(tmpdir(), 'bulkhead-prerm-'));
      try {
        await mkdir(join(place, 'Bulkhead'));
        // In the place of the program; it is told apart by what it is asked for.
        const program = join(place, 'Bulkhead', 'bulkhead');
        const cli = `exec '${process.execPath}' '${CLI}' clear --all`;
        await writeFile(program, `#!/bin/sh\ncase " $* " in *' --clear-engines '*) ${cli} ;; esac\nexit 9\n`);
        await chmod(program, 0o755);
        await writeFile(join(place, 'passwd'), `root:x:0:0::/nonexistent:/bin/sh\nlea:x:0:0::${home}:/bin/sh\n`);
        const script = join(ROOT, 'resources', 'uninstall', 'before-remove.sh');
        // A view of the machine of its own: there the package is installed, and one person has an account.
        const inView = `mount --bind '${place}/passwd' /etc/passwd && mount --bind '${place}' /opt && exec sh '${script}' "$0"`;
        const dpkg = (asks: string): Promise<Answer> => run('unshare', ['--mount', 'sh', '-c', inView, asks], env);

        expect(await dpkg('upgrade')).toMatchObject({ code: 0, stdout: '' });
        expect(await states()).toEqual(held);
        const removed = await dpkg('remove');
        expect(removed.code).toBe(0);
        expect(removed.stderr).not.toContain('not cleared');
        expect(removed.stdout).toContain('removing its rules from the engines of lea');
        expect(await states()).toEqual(before);

        await writeFile(program, '#!/bin/sh\nexit 9\n');
        const stuck = await dpkg('remove');
        expect(stuck.code, 'a package can always be removed').toBe(0);
        expect(stuck.stderr).toContain('some engines of lea were not cleared');
      } finally {
        await rm(place, { recursive: true, force: true });
      }
    },
  );
});
