/** The command line of the build, as a user runs it, against a real engine: answers, exit codes, nothing else on stdout. */
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startEngine, type RunningEngine } from '../engines/engine.ts';
import { buildFixture, type Fixture } from '../fixture/topology.ts';
import { measure } from './measure.ts';
import { VERSIONS } from './world.ts';

const CLI = join(import.meta.dirname, '..', '..', 'out', 'cli.js');
const [NEWEST = '28.5'] = [...VERSIONS].sort((a, b) => b.localeCompare(a, 'en', { numeric: true }));

interface Answer {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

describe(`the command line on engine ${NEWEST}`, () => {
  let engine: RunningEngine;
  let fixture: Fixture;
  let configDir: string;

  beforeAll(async () => {
    engine = await startEngine({ version: NEWEST, name: 'cli' });
    fixture = await buildFixture(engine);
    configDir = await mkdtemp(join(tmpdir(), 'bulkhead-cli-'));
  });
  afterAll(async () => {
    await engine.stop();
    await rm(configDir, { recursive: true, force: true });
  });

  const bare = (...argv: string[]): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const child = spawn(process.execPath, [CLI, ...argv], {
        env: { ...process.env, BULKHEAD_CONFIG_DIR: configDir },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      let stdout = '';
      let stderr = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
      child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
      child.on('error', reject);
      child.on('close', (code) => resolve({ code, stdout, stderr }));
    });
  const bulkhead = (...argv: string[]): Promise<Answer> => bare('--engine', engine.url, ...argv);
  const reaches = async (from: string, to: string, port: number): Promise<boolean> => {
    const addresses = Object.values(fixture.container(to).attachments).map(({ IPAddress }) => IPAddress);
    return (
      await measure(
        fixture,
        from,
        addresses.map((address) => ({ address, port })),
      )
    ).includes(true);
  };

  it('prints the matrix as the JSON of the design, and nothing else', async () => {
    const { code, stdout } = await bulkhead('matrix', '--json');
    expect(code).toBe(0);
    const answer = JSON.parse(stdout) as {
      version: number;
      engine: { version: string };
      endpoints: { name: string; kind: string; project: string }[];
      cells: {
        from: string;
        to: string;
        verdict: string;
        enforced: boolean;
        channels: unknown[];
        reasons: unknown[];
      }[];
    };
    expect(answer.version).toBe(1);
    expect(answer.engine.version).toMatch(/^\d+\.\d+/);
    expect(answer.endpoints).toHaveLength(13);
    expect(answer.cells).toHaveLength(13 * 13);
    expect(answer.cells.find(({ from, to }) => from === 'web' && to === 'api')).toMatchObject({
      verdict: 'open',
      enforced: true,
    });
    expect(answer.cells.filter(({ reasons }) => reasons.length === 0)).toEqual([]);
  });

  it('prints one project as CSV', async () => {
    const { code, stdout } = await bulkhead('matrix', '--csv', '--project', 'shop');
    expect(code).toBe(0);
    const lines = stdout.trimEnd().split('\n');
    expect(lines[0]).toBe('from \\ to,api,db,proxy,web');
    expect(lines).toHaveLength(5);
  });

  it('explains one cell by name and by id', async () => {
    const byName = await bulkhead('explain', 'web', 'api', '--json');
    const byId = await bulkhead(
      'explain',
      fixture.container('web').id.slice(0, 12),
      fixture.container('api').id,
      '--json',
    );
    expect(byName.code).toBe(0);
    expect(JSON.parse(byName.stdout)).toMatchObject({ from: 'web', to: 'api', verdict: 'open' });
    expect(byId.stdout).toBe(byName.stdout);
  });

  it('shows what a block would do without doing it', async () => {
    const { code, stdout } = await bulkhead('block', 'api', 'db', '--dry-run', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ action: 'block', possible: true, pairs: [{}] });
    expect(await reaches('api', 'db', 5432)).toBe(true);
  });

  it('blocks one direction; the wire and verify agree; it outlives the command', async () => {
    expect(await reaches('api', 'cache', 6379)).toBe(true);
    const block = await bulkhead('block', 'api', 'cache');
    expect(block).toMatchObject({ code: 0 });
    expect(await reaches('api', 'cache', 6379)).toBe(false);
    expect(await reaches('cache', 'api', 9000)).toBe(true);
    const verify = await bulkhead('verify', '--json');
    const answer = JSON.parse(verify.stdout) as {
      version: number;
      agree: number;
      disagree: number;
      errors: number;
      probes: object[];
    };
    expect(answer).toMatchObject({ version: 1, disagree: 0, errors: 0 });
    expect(answer.agree).toBe(answer.probes.length);
    expect(answer.probes).toContainEqual(
      expect.objectContaining({
        from: 'api',
        to: 'cache',
        port: 'tcp/6379',
        predicted: 'blocked',
        measured: 'blocked',
      }),
    );
    expect(verify.code).toBe(0);
    const matrix = JSON.parse((await bulkhead('matrix', '--json')).stdout) as { cells: { from: string; to: string }[] };
    expect(matrix.cells.find(({ from, to }) => from === 'api' && to === 'cache')).toMatchObject({
      verdict: 'blocked',
      enforced: true,
    });
  });

  it('exits with 1 from verify when the wire is not as predicted', async () => {
    const pid = (await fixture.docker.inspectContainer('db')).State.Pid;
    const inside = (...argv: string[]): Promise<unknown> => engine.exec(['nsenter', '-t', String(pid), '-n', ...argv]);
    const verify = (): Promise<Answer> => bulkhead('verify', '--from', 'cache', '--to', 'db', '--json');
    const nft =
      'table inet foreign { chain in { type filter hook input priority 0; iifname != lo tcp dport 5432 drop; }; }';
    await inside('nft', nft);
    const filtered = await verify();
    await inside('nft', 'delete table inet foreign');
    expect(filtered.code, 'a firewall rule of somebody else’s is foreseen').toBe(0);
    expect(filtered.stdout).toContain('"predicted": "blocked"');
    // Routes inside containers are not read.
    const { IPAddress = '' } = fixture.container('cache').attachments['data'] ?? {};
    await inside('ip', 'route', 'add', 'blackhole', `${IPAddress}/32`);
    const { code, stdout } = await verify();
    await inside('ip', 'route', 'del', 'blackhole', `${IPAddress}/32`);
    expect(code).toBe(1);
    expect((JSON.parse(stdout) as { disagree: number }).disagree).toBeGreaterThan(0);
  });

  it('allows again, and clears', async () => {
    expect(await bulkhead('allow', 'api', 'cache')).toMatchObject({ code: 0 });
    expect(await reaches('api', 'cache', 6379)).toBe(true);
    expect(await bulkhead('block', 'api', 'db')).toMatchObject({ code: 0 });
    expect(await bulkhead('clear')).toMatchObject({ code: 0, stdout: '' });
    expect(await reaches('api', 'db', 5432)).toBe(true);
  });

  it('tells what was changed, and takes it back', async () => {
    const entries = async (): Promise<{ id: string; who: string; change: { action: string }; undoneBy: string }[]> => {
      const { code, stdout } = await bulkhead('history', '--json');
      expect(code).toBe(0);
      return (JSON.parse(stdout) as { entries: Awaited<ReturnType<typeof entries>> }).entries;
    };
    const made = await entries();
    expect(made.map(({ who, change }) => `${who} ${change.action}`).slice(0, 4)).toEqual([
      'cli clear',
      'cli block',
      'cli allow',
      'cli block',
    ]);
    const plan = await bulkhead('undo', '--dry-run', '--json');
    expect(JSON.parse(plan.stdout)).toMatchObject({ action: 'undo', from: made[0]?.id, possible: true, pairs: [{}] });
    expect(await reaches('api', 'db', 5432)).toBe(true);
    expect(await bulkhead('undo')).toMatchObject({ code: 0 });
    expect(await reaches('api', 'db', 5432), 'what clear took away is back').toBe(false);
    const clash = await bulkhead('undo', made[2]?.id ?? '', '--dry-run');
    expect(clash, 'an older change about another pair can still be taken back').toMatchObject({ code: 0 });
    expect(await bulkhead('allow', 'api', 'db')).toMatchObject({ code: 0 });
    const refused = await bulkhead('undo', made[1]?.id.slice(0, 6) ?? '');
    expect(refused).toMatchObject({ code: 4, stdout: '' });
    expect(refused.stderr).toMatch(/was changed again since/);
    expect(await bulkhead('undo', '--json')).toMatchObject({ code: 0 });
    expect(await reaches('api', 'db', 5432)).toBe(false);
    expect(await bulkhead('undo', made[1]?.id ?? '')).toMatchObject({ code: 0 });
    expect(await reaches('api', 'db', 5432)).toBe(true);
    const told = await bulkhead('history');
    expect(told.stdout.split('\n')[1]).toMatch(/^\w+ +\S+ \S+ +cli +undo \w+ +holds \(probes: \d+\)$/);
    expect(await bulkhead('undo', made[1]?.id ?? '')).toMatchObject({ code: 2, stdout: '' });
  });

  it.each([
    { argv: ['frobnicate'], code: 2, says: /no command "frobnicate"/ },
    { argv: ['block', 'web'], code: 2, says: /takes 2 names/ },
    { argv: ['explain', 'web', 'nosuch'], code: 2, says: /no endpoint "nosuch"/ },
    { argv: ['matrix', '--json', '--csv'], code: 2, says: /one of --json and --csv/ },
    { argv: ['block', 'web', 'agent'], code: 4, says: /network of the host/ },
    { argv: ['block', 'agent', 'web'], code: 4, says: /network of the host/ },
    { argv: ['block', 'side', 'web'], code: 4, says: /./ },
    { argv: ['block', 'web', 'db', '--port', 'tcp/0'], code: 2, says: /no port between 1 and 65535/ },
    { argv: ['isolate', 'agent'], code: 4, says: /network of the host/ },
    { argv: ['isolate', 'nosuch'], code: 2, says: /no endpoint "nosuch"/ },
    { argv: ['guard', 'web'], code: 2, says: /cannot be guarded/ },
    { argv: ['undo', 'nosuch'], code: 2, says: /no such change/ },
  ])('answers $argv with exit code $code and a sentence on stderr', async ({ argv, code, says }) => {
    const answer = await bulkhead(...argv);
    expect(answer).toMatchObject({ code, stdout: '' });
    expect(answer.stderr).toMatch(says);
  });

  it('exits with 3 when the engine is not there', async () => {
    const answer = await bare('--engine', 'unix:///nonexistent/docker.sock', 'matrix');
    expect(answer).toMatchObject({ code: 3, stdout: '' });
    expect(answer.stderr).toMatch(/\S/);
  });

  it('takes two apart by networks alone, says what that does, and puts them back', async () => {
    /** Whether `from` reaches any address that `to` has now. */
    const reachesNow = async (from: string, to: string, port: number): Promise<boolean> => {
      const { NetworkSettings } = await fixture.docker.inspectContainer(to);
      const targets = Object.values(NetworkSettings.Networks).map(({ IPAddress }) => ({ address: IPAddress, port }));
      return (await measure(fixture, from, targets)).includes(true);
    };
    expect(await reachesNow('worker', 'cache', 6379)).toBe(true);
    const dry = await bulkhead('block', 'worker', 'cache', '--method', 'network', '--dry-run');
    expect(dry).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/Make the network .*\n[^]*Closes:\n {2}worker → cache: open → blocked/),
    });
    expect(await reachesNow('worker', 'cache', 6379)).toBe(true);
    expect(await bulkhead('block', 'worker', 'cache', '--method', 'network')).toMatchObject({ code: 0 });
    expect(await reachesNow('worker', 'cache', 6379)).toBe(false);
    expect(await reachesNow('api', 'cache', 6379)).toBe(true);
    const { entries } = JSON.parse((await bulkhead('history', '--json')).stdout) as {
      entries: { change: object; undoable: boolean }[];
    };
    expect(entries[0]).toMatchObject({ change: { action: 'block', method: 'network' }, undoable: true });
    expect(await bulkhead('undo')).toMatchObject({ code: 0 });
    expect(await reachesNow('worker', 'cache', 6379)).toBe(true);
    expect((await fixture.docker.listNetworks()).filter(({ Name }) => Name.includes('apart'))).toEqual([]);
  });

  it('puts separate networks together again when everything is cleared', async () => {
    expect(await bulkhead('block', 'worker', 'cache', '--method', 'network')).toMatchObject({ code: 0 });
    expect(await bulkhead('clear')).toMatchObject({ code: 0 });
    const names = (await fixture.docker.listNetworks()).map(({ Name }) => Name);
    expect(names.filter((name) => name.includes('apart'))).toEqual([]);
    const { NetworkSettings } = await fixture.docker.inspectContainer('cache');
    expect(Object.keys(NetworkSettings.Networks)).toContain('back');
  });

  it('takes separate networks back by undo, and knows no single ports of them', async () => {
    expect(await bulkhead('allow', 'worker', 'cache', '--method', 'network')).toMatchObject({ code: 2 });
    expect(await bulkhead('block', 'worker', 'cache', '--method', 'network', '--port', 'tcp/6379')).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('no single ports'),
    });
    expect(await bulkhead('block', 'worker', 'cache', '--method', 'unlink')).toMatchObject({ code: 4 });
  });

  it('reports on the engine', async () => {
    const { code, stdout } = await bulkhead('doctor', '--json');
    expect(code).toBe(0);
    const { findings } = JSON.parse(stdout) as { findings: { id: string; level: string }[] };
    expect(findings).toContainEqual(expect.objectContaining({ id: 'helper', level: 'ok' }));
    expect(findings).toContainEqual(expect.objectContaining({ id: 'host-mode', level: 'warn' }));
  });
});
