/** Policy as code, as a user and a CI run it: the build's command line with files of their own, against a real engine. */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments, parseDocument } from 'yaml';
import { startEngine, type RunningEngine } from '../engines/engine.ts';
import { buildFixture, type Fixture } from '../fixture/topology.ts';
import { measure } from './measure.ts';
import { VERSIONS } from './world.ts';

const CLI = join(import.meta.dirname, '..', '..', 'out', 'cli.js');

interface Answer {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const FILE = `# The shop's policy; reviewed in spring.
version: 1
posture: open # for now

rules:
  # The API may only use the database's own port.
  - { from: shop/api, to: shop/db, ports: [tcp/5432], action: allow } # kept
  - { from: shop/api, to: shop/db, action: deny }

  - from: container:worker # old machine
    to: container:cache
    action: deny
`;

describe.each(VERSIONS)('policy as code on engine %s', (version) => {
  let engine: RunningEngine;
  let fixture: Fixture;
  let folder: string;
  const file = (name: string): string => join(folder, name);

  beforeAll(async () => {
    engine = await startEngine({ version, name: `policy-code-${version}-${String(process.pid)}` });
    fixture = await buildFixture(engine);
    folder = await mkdtemp(join(tmpdir(), 'bulkhead-policy-'));
    await writeFile(file('policy.yaml'), FILE);
  });
  afterAll(async () => {
    await engine.stop();
    await rm(folder, { recursive: true, force: true });
  });

  /** @param home whose configuration: another machine's, for a CI that keeps none. */
  const bulkhead = (argv: readonly string[], home = 'home'): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const child = spawn(process.execPath, [CLI, '--engine', engine.url, ...argv], {
        env: { ...process.env, BULKHEAD_CONFIG_DIR: file(home) },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      let [stdout, stderr] = ['', ''];
      child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
      child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
      child.on('error', reject);
      child.on('close', (code) => resolve({ code, stdout, stderr }));
    });
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

  it('says where a file is wrong before anything is asked of the engine', async () => {
    await writeFile(file('wrong.yaml'), FILE.replace('action: deny }', 'action: drop }'));
    for (const what of ['apply', 'check']) {
      const { code, stdout, stderr } = await bulkhead(['policy', what, file('wrong.yaml')]);
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toContain(`${file('wrong.yaml')}:8:44 "drop" is no action.`);
    }
    expect((await bulkhead(['policy', 'apply', file('missing.yaml')])).code).toBe(2);
    expect((await bulkhead(['policy', 'frob', file('policy.yaml')])).code).toBe(2);
  });

  it('shows a plan, and says what an engine without the policy does otherwise', async () => {
    const plan = await bulkhead(['policy', 'apply', file('policy.yaml'), '--dry-run']);
    expect(plan.code).toBe(0);
    expect(plan.stdout).toMatch(/Save .*policy\.yaml as the policy file/);
    expect(await reaches('worker', 'cache', 6379)).toBe(true);
    const check = await bulkhead(['policy', 'check', file('policy.yaml')]);
    expect(check.code).toBe(1);
    expect(check.stdout).toContain(
      '! worker → cache: passes, and the file denies it (container:worker → container:cache)',
    );
  });

  it('applies a file, on the wire and word for word, and then agrees with it', async () => {
    const apply = await bulkhead(['policy', 'apply', file('policy.yaml')]);
    expect(apply.code, apply.stderr).toBe(0);
    expect(apply.stdout).toContain('Applied ');
    expect(await reaches('worker', 'cache', 6379)).toBe(false);
    expect(await reaches('cache', 'worker', 7000)).toBe(true);
    expect((await bulkhead(['policy', 'show'])).stdout).toBe(FILE);
    const check = await bulkhead(['policy', 'check', file('policy.yaml')]);
    expect(check).toMatchObject({ code: 0, stdout: '' });
  });

  it('keeps comments and order when the app changes a rule, and tells the difference', async () => {
    expect((await bulkhead(['block', 'web', 'worker'])).code).toBe(0);
    const shown = (await bulkhead(['policy', 'show'])).stdout;
    for (const line of FILE.split('\n').filter((one) => one !== '')) expect(shown.split('\n')).toContain(line);
    expect(shown.startsWith(FILE.trimEnd())).toBe(true);
    const check = await bulkhead(['policy', 'check', file('policy.yaml')]);
    expect(check.code).toBe(1);
    expect(check.stdout).toMatch(/^- deny container:web → container:worker$/m);
    expect(check.stdout).toMatch(/^! web → worker: does not pass, and the file does not deny it$/m);
    const data = JSON.parse((await bulkhead(['policy', 'check', file('policy.yaml'), '--json'])).stdout) as object;
    expect(data).toMatchObject({
      version: 1,
      agrees: false,
      pairs: expect.arrayContaining([{ from: 'web', to: 'worker', is: 'shut', rule: '' }]),
    });
    expect((await bulkhead(['undo'])).code).toBe(0);
    expect((await bulkhead(['policy', 'check', file('policy.yaml')])).code).toBe(0);
  });

  it('finds rules that somebody took off the wire', async () => {
    const pid = (await fixture.docker.inspectContainer('cache')).State.Pid;
    const worker = (await fixture.docker.inspectContainer('worker')).State.Pid;
    // The machine's own too: where it filters bridges, its table is a second wall.
    for (const inside of [[], ...[pid, worker].map((one) => ['nsenter', '-t', String(one), '-n'])]) {
      const { code, stdout } = await engine.exec([...inside, 'nft', 'list', 'tables']);
      expect(code).toBe(0);
      for (const [, family = '', name = ''] of stdout.matchAll(/table (\S+) (bulkhead\S*)/g)) {
        await engine.exec([...inside, 'nft', 'delete', 'table', family, name]);
      }
    }
    expect(await reaches('worker', 'cache', 6379)).toBe(true);
    const check = await bulkhead(['policy', 'check', file('policy.yaml')]);
    expect(check.code).toBe(1);
    expect(check.stdout).toContain('! worker → cache: passes, and the file denies it');
    expect((await bulkhead(['policy', 'apply', file('policy.yaml')])).code).toBe(0);
    expect(await reaches('worker', 'cache', 6379)).toBe(false);
  });

  it('compares what passes where this machine keeps no policy for the engine', async () => {
    const other = await bulkhead(['policy', 'check', file('policy.yaml')], 'ci');
    expect({ code: other.code, stdout: other.stdout }).toEqual({ code: 0, stdout: '' });
    expect(other.stderr).toContain('keeps no policy');
    await writeFile(file('more.yaml'), `${FILE}  - { from: shop/proxy, to: shop/web, action: deny }\n`);
    const more = await bulkhead(['policy', 'check', file('more.yaml')], 'ci');
    expect(more.code).toBe(1);
    expect(more.stdout).toContain('! proxy → web: passes, and the file denies it');
  });

  it('exports the policy for others, and what changed since an export', async () => {
    const k8s = await bulkhead(['export', '--format', 'k8s', '--project', 'shop']);
    expect(k8s.code).toBe(0);
    const names = parseAllDocuments(k8s.stdout).flatMap(
      (one) => (one.toJS() as { metadata: { name: string } } | null)?.metadata.name ?? [],
    );
    expect(names).toEqual(['shop-api', 'shop-db', 'shop-proxy', 'shop-web']);
    const compose = await bulkhead(['export', '--format', 'compose', '--project', 'shop', '-o', file('override.yml')]);
    expect(compose.code).toBe(0);
    const read = parseDocument(await readFile(file('override.yml'), 'utf8')).toJS() as { services: object };
    expect(Object.keys(read.services)).toEqual(['api', 'db', 'proxy', 'web']);

    expect((await bulkhead(['export', '--format', 'json', '-o', file('old.json')])).code).toBe(0);
    await writeFile(file('matrix.json'), (await bulkhead(['matrix', '--json'])).stdout);
    expect(await bulkhead(['export', '--diff', file('old.json')])).toMatchObject({ code: 0, stdout: '' });
    expect((await bulkhead(['block', 'proxy', 'web'])).code).toBe(0);
    for (const old of ['old.json', 'matrix.json']) {
      const { code, stdout } = await bulkhead(['export', '--diff', file(old)]);
      expect(code).toBe(0);
      expect(stdout.split('\n')).toContain('< container:proxy → container:web: open → blocked');
    }
    expect((await bulkhead(['export', '--diff', file('override.yml')])).code).toBe(2);
  });
});
