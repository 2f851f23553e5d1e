/** `bulkhead export` of the build, each format read by a program that it is for: on the demo, on a real engine, and with names that are hostile. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toJson } from '../../shared/diagram/json.ts';
import { diagramOf, MOMENTS } from '../../shared/diagram/test-topologies.ts';
import { startEngine, type RunningEngine } from '../engines/engine.ts';
import { buildFixture } from '../fixture/topology.ts';
import { FORMATS, openReaders, type Format, type Readers } from './export-readers.ts';
import { VERSIONS } from './world.ts';

const run = promisify(execFile);
const CLI = join(import.meta.dirname, '..', '..', 'out', 'cli.js');
const [NEWEST = '28.5'] = [...VERSIONS].sort((a, b) => b.localeCompare(a, 'en', { numeric: true }));

let folder: string;
let readers: Readers;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bulkhead-export-'));
  readers = await openReaders();
});
afterAll(async () => {
  await readers.close();
  await rm(folder, { recursive: true, force: true });
});

/** An override of Compose is of one project. */
const OF_PROJECT = ['--project', 'shop'];

/** A policy names workloads as Compose does. */
function named(format: Format, names: readonly string[]): readonly string[] {
  const short = names.map((name) => name.replace(/^shop-(\w+)-1$/, format === 'k8s' ? 'shop/$1' : '$1'));
  if (format === 'compose') return short.filter((name) => name !== 'agent');
  // The agent is in the machine's own network, which NetworkPolicies leave out.
  return format === 'k8s' ? short.filter((name) => name !== 'agent') : names;
}

async function exported(engine: string, format: Format, ...more: string[]): Promise<string> {
  const file = join(folder, `${Math.random().toString(36).slice(2)}.${format}`);
  const argv = [CLI, '--engine', engine, 'export', '--format', format, '-o', file, '--date', '2026-03-01', ...more];
  const { stdout } = await run(process.execPath, argv, {
    env: { ...process.env, BULKHEAD_CONFIG_DIR: join(folder, 'config') },
  });
  expect(stdout).toBe('');
  return file;
}

describe('the demo', () => {
  it.each(FORMATS)('%s is read by its reader, and the same when made again', async (format) => {
    const more = format === 'compose' ? OF_PROJECT : [];
    const file = await exported('demo', format, ...more);
    const texts = await readers[format](file);
    if (texts)
      for (const name of named(format, ['shop-db-1', 'shop-proxy-1', 'agent']))
        expect(texts.join('\n')).toContain(name);
    expect(await readFile(await exported('demo', format, ...more))).toEqual(await readFile(file));
  });

  it('is limited to a project, a network, a filter', async () => {
    expect(await readers.svg(await exported('demo', 'svg', '--network', 'shop_edge'))).not.toContain('legacy-db');
    expect(await readers.csv(await exported('demo', 'csv', '--project', 'shop'))).not.toContain('legacy-db');
    const found = await readers.json(await exported('demo', 'json', '--filter', 'LEGACY'));
    expect(found).toEqual(['legacy-app', 'legacy-db', 'host', 'lan', 'internet']);
  });

  it('goes to standard output, alone there; what names nothing is a mistake', async () => {
    const env = { ...process.env, BULKHEAD_CONFIG_DIR: join(folder, 'config') };
    const png = await run(process.execPath, [CLI, '--engine', 'demo', 'export', '--format', 'png'], {
      env,
      encoding: 'buffer',
      maxBuffer: 1e8,
    });
    expect(png.stdout.subarray(1, 4).toString()).toBe('PNG');
    for (const argv of [
      ['--format', 'gif'],
      ['--format', 'svg', '--project', 'none'],
      ['--format', 'svg', '--theme', 'pink'],
      ['--format', 'svg', '--filter', 'nosuchthing'],
      ['--format', 'k8s', '--project', 'shop', '--network', 'bridge'],
      ['--format', 'svg', '--focus', 'shop-db-1', '--filter', 'legacy'],
      ['--format', 'pdf', '--date', '2026-13-45'],
      ['--format', 'pdf', '--date', '2026-02-31'],
      [],
    ]) {
      await expect(run(process.execPath, [CLI, '--engine', 'demo', 'export', ...argv], { env })).rejects.toMatchObject({
        code: 2,
        stdout: '',
      });
    }
  });
});

describe('pictures of the demo', () => {
  it.each(['svg', 'png', 'pdf'] as const)('%s is of the matrix too, the same when made again', async (format) => {
    const more = ['--view', 'matrix'];
    const file = await exported('demo', format, ...more);
    const texts = await readers[format](file);
    if (texts)
      for (const said of ['Matrix of demo', 'shop-db-1', 'Outside', 'from ↓']) expect(texts.join('\n')).toContain(said);
    expect(await readFile(await exported('demo', format, ...more))).toEqual(await readFile(file));
    expect(await readFile(await exported('demo', format))).not.toEqual(await readFile(file));
  });

  it('are as many pixels as --scale says', async () => {
    const sizes = await Promise.all(
      ['1', '2', '3', '4'].map(async (scale) => readers.decoded(await exported('demo', 'png', '--scale', scale))),
    );
    const [one] = sizes;
    expect(one?.width).toBeGreaterThan(500);
    expect(sizes.map(({ width }) => width)).toEqual([1, 2, 3, 4].map((scale) => (one?.width ?? 0) * scale));
    expect(sizes.map(({ height }) => height)).toEqual([1, 2, 3, 4].map((scale) => (one?.height ?? 0) * scale));
    expect(Math.min(...sizes.map(({ colours }) => colours))).toBeGreaterThan(20);
    const unsaid = await readers.decoded(await exported('demo', 'png'));
    expect(unsaid).toEqual(sizes[1]);
  });

  it.each([
    ['a4', '841.89 x 595.28 pts (A4)'],
    ['a3', '1190.55 x 841.89 pts (A3)'],
  ] as const)(
    'are one sheet of %s, with the date that was asked for, the engine and the legend',
    async (paper, size) => {
      const file = await exported('demo', 'pdf', '--paper', paper);
      const sheet = await readers.sheet(file);
      expect([sheet.pages, sheet.size]).toEqual([1, size]);
      for (const said of [
        /Networks of demo +2026-03-01/,
        /Demo engine \S+ · 11 endpoints in 4 networks/,
        /network: who is in it may talk, unless a line is cut/,
        /published port/,
      ])
        expect(sheet.text).toMatch(said);
      const undated = async (): Promise<Buffer> =>
        readFile(await exported('demo', 'pdf', '--paper', paper, '--date', 'none'));
      expect(await undated()).toEqual(await undated());
      const other = await readers.sheet(await exported('demo', 'pdf', '--paper', paper, '--date', 'none'));
      expect(other.text).not.toMatch(/\d{4}-\d{2}-\d{2}/);
    },
  );

  it('show no more than what was asked for: layers, folds, whom one gets to', async () => {
    const labels = async (...more: string[]): Promise<readonly string[]> =>
      (await readers.drawio(await exported('demo', 'drawio', ...more))) ?? [];
    expect(await labels('--fold', 'project:shop')).toContain('shop');
    expect((await labels('--fold', 'project:shop')).filter((label) => label.startsWith('shop-'))).toEqual([]);
    const [all, some] = await Promise.all([labels(), labels('--layer', 'network')]);
    expect(all).toContain('docker.sock');
    expect(some).not.toContain('docker.sock');
    const reach = await labels('--focus', 'shop-mailer-1');
    expect(reach).toEqual(expect.arrayContaining(['begins here', '1 hop away']));
    const svg = (await readers.svg(await exported('demo', 'svg', '--focus', 'shop-mailer-1')))?.join('\n');
    expect(svg).toContain('Networks of demo: what an intruder in shop-mailer-1 gets to');
  });

  it.each([
    ['--fold', 'shop'],
    ['--fold', 'project:none'],
    ['--layer', 'packets'],
    ['--focus', 'nobody'],
    ['--view', 'table'],
    ['--view', 'matrix', '--fold', 'project:shop'],
    ['--view', 'matrix', '--format', 'json'],
    ['--layer', 'network', '--format', 'csv'],
  ])('refuse %s %s', async (...more) => {
    const argv = [CLI, '--engine', 'demo', 'export', '--format', 'svg', ...more];
    const env = { ...process.env, BULKHEAD_CONFIG_DIR: join(folder, 'config') };
    await expect(run(process.execPath, argv, { env })).rejects.toMatchObject({ code: 2, stdout: '' });
  });
});

describe('what changed since a kept export', () => {
  const kept = async (): Promise<string> => {
    const file = join(folder, 'kept.json');
    await writeFile(file, toJson(diagramOf(MOMENTS.before)));
    return file;
  };

  it.each(['svg', 'png', 'pdf', 'mermaid', 'dot', 'drawio'] as const)(
    'is a picture of %s that its reader reads, with the signs, the same when made again',
    async (format) => {
      const more = ['--diff', await kept(), '--theme', 'dark'];
      const file = await exported('demo', format, ...more);
      const text = (await readers[format](file))?.join('\n');
      if (text !== undefined) {
        for (const said of ['+ shop-db-1', '− legacy', '− cache', '+ shop_app', '− front'])
          expect(text).toContain(said);
      }
      expect(await readFile(await exported('demo', format, ...more))).toEqual(await readFile(file));
    },
  );

  it('is text where no format is told, and data where JSON is', async () => {
    const env = { ...process.env, BULKHEAD_CONFIG_DIR: join(folder, 'config') };
    const argv = [CLI, '--engine', 'demo', 'export', '--diff', await kept()];
    const { stdout } = await run(process.execPath, argv, { env });
    expect(stdout).toContain('- container:legacy\n');
    const data = JSON.parse(await readFile(await exported('demo', 'json', '--diff', await kept()), 'utf8')) as {
      endpoints: { went: string[] };
    };
    expect(data.endpoints.went).toContain('container:legacy');
    await expect(run(process.execPath, [...argv, '--format', 'csv'], { env })).rejects.toMatchObject({
      code: 2,
      stdout: '',
    });
  });
});

describe(`a real engine ${NEWEST}`, () => {
  let engine: RunningEngine;
  let names: readonly string[];

  beforeAll(async () => {
    engine = await startEngine({ version: NEWEST, name: 'export' });
    await buildFixture(engine);
    names = ((await readers.json(await exported(engine.url, 'json'))) ?? []).filter(
      (name) => !['host', 'lan', 'internet'].includes(name),
    );
  });
  afterAll(() => engine.stop());

  it.each(FORMATS)('%s has every container of it', async (format) => {
    const texts = await readers[format](
      await exported(engine.url, format, ...(format === 'compose' ? OF_PROJECT : [])),
    );
    expect(names.length).toBeGreaterThan(3);
    if (texts && format !== 'k8s' && format !== 'compose')
      for (const name of names) expect(texts.join('\n')).toContain(name);
    if (format === 'compose') expect(texts).toEqual(expect.arrayContaining(['api', 'db', 'proxy', 'web']));
    if (format === 'k8s') expect(texts).toEqual(expect.arrayContaining(['shop/db', 'cache', 'worker', 'mailer']));
  });
});
