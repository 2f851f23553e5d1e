/** `bulkhead export` of the build, each format read by a program that it is for: on the demo, on a real engine, and with names that are hostile. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { chromium, type Browser, type Page } from '@playwright/test';
import { parse, parseAllDocuments } from 'yaml';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { geometryOf } from '../../electron/app/export/picture.ts';
import { toDot } from '../../shared/diagram/dot.ts';
import { toDrawio } from '../../shared/diagram/drawio.ts';
import { toMermaid } from '../../shared/diagram/mermaid.ts';
import { sheetOf } from '../../shared/diagram/sheet.ts';
import { toSvg } from '../../shared/diagram/svg.ts';
import { toJson } from '../../shared/diagram/json.ts';
import { CASES, diagramOf, MOMENTS } from '../../shared/diagram/test-topologies.ts';
import { startEngine, type RunningEngine } from '../engines/engine.ts';
import { buildFixture } from '../fixture/topology.ts';
import { VERSIONS } from './world.ts';

const run = promisify(execFile);
const CLI = join(import.meta.dirname, '..', '..', 'out', 'cli.js');
const MERMAID = createRequire(import.meta.url).resolve('mermaid/dist/mermaid.min.js');
const [NEWEST = '28.5'] = [...VERSIONS].sort((a, b) => b.localeCompare(a, 'en', { numeric: true }));

let folder: string;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bulkhead-export-'));
  browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
  page = await browser.newPage();
  await page.addScriptTag({ path: MERMAID });
});
afterAll(async () => {
  await browser.close();
  await rm(folder, { recursive: true, force: true });
});

const readers = {
  /** As an image, which runs no script and loads nothing; and its texts by an XML parser. */
  svg: async (file: string) => {
    const text = await readFile(file, 'utf8');
    const size = await page.evaluate(async (source) => {
      const image = new Image();
      image.src = `data:image/svg+xml;base64,${btoa(Array.from(new TextEncoder().encode(source), (byte) => String.fromCharCode(byte)).join(''))}`;
      await image.decode();
      return [image.naturalWidth, image.naturalHeight];
    }, text);
    expect(Math.min(...size)).toBeGreaterThan(100);
    return textsOfXml(text, 'text');
  },
  png: async (file: string) => {
    const base64 = (await readFile(file)).toString('base64');
    const [width = 0, colours = 0] = await page.evaluate(async (data) => {
      const image = new Image();
      image.src = `data:image/png;base64,${data}`;
      await image.decode();
      const canvas = new OffscreenCanvas(image.naturalWidth, image.naturalHeight);
      const pen = canvas.getContext('2d');
      if (!pen) return [0, 0];
      pen.drawImage(image, 0, 0);
      const { data: pixels } = pen.getImageData(0, 0, canvas.width, canvas.height);
      const seen = new Set<number>();
      for (let at = 0; at < pixels.length; at += 4) {
        seen.add(((pixels[at] ?? 0) << 16) | ((pixels[at + 1] ?? 0) << 8) | (pixels[at + 2] ?? 0));
      }
      return [image.naturalWidth, seen.size];
    }, base64);
    expect(width).toBeGreaterThan(400);
    expect(colours).toBeGreaterThan(20);
    return null;
  },
  pdf: async (file: string) => {
    await run('pdftoppm', ['-r', '50', '-png', '-singlefile', file, file]);
    await readers.png(`${file}.png`);
    return (await run('pdftotext', ['-layout', file, '-'])).stdout;
  },
  mermaid: async (file: string) => {
    const drawn = await page.evaluate(
      async (source) => {
        const { mermaid } = globalThis as unknown as {
          mermaid: {
            initialize(o: object): void;
            parse(t: string): Promise<{ diagramType: string }>;
            render(id: string, t: string): Promise<{ svg: string }>;
          };
        };
        mermaid.initialize({ startOnLoad: false, securityLevel: 'strict' });
        const { diagramType } = await mermaid.parse(source);
        const { svg } = await mermaid.render(`d${String(Math.random()).slice(2)}`, source);
        const holder = new DOMParser().parseFromString(svg, 'text/html').body;
        return { diagramType, text: holder.textContent, scripts: holder.querySelectorAll('script').length };
      },
      await readFile(file, 'utf8'),
    );
    expect([drawn.diagramType, drawn.scripts]).toEqual(['flowchart-v2', 0]);
    return drawn.text;
  },
  dot: async (file: string) => {
    const { stdout, stderr } = await run('dot', ['-Tsvg', file], { maxBuffer: 64 * 1024 * 1024 });
    expect(stderr).toBe('');
    return textsOfXml(stdout, 'text');
  },
  /** What draw.io reads: cells with parents and ends that are there, and geometry. */
  drawio: async (file: string) => {
    const text = await readFile(file, 'utf8');
    const found = await page.evaluate((source) => {
      const xml = new DOMParser().parseFromString(source, 'application/xml');
      const root = xml.querySelector('mxfile > diagram > mxGraphModel > root');
      const cells = [...(root?.querySelectorAll('mxCell') ?? [])];
      const idOf = (cell: Element): string => cell.getAttribute('id') ?? cell.parentElement?.getAttribute('id') ?? '';
      const ids = cells.map(idOf);
      const known = new Set(ids);
      const asked = cells.flatMap((cell) =>
        ['parent', 'source', 'target'].flatMap((name) => cell.getAttribute(name) ?? []),
      );
      return {
        error: xml.querySelector('parsererror')?.textContent ?? '',
        unique: known.size === ids.length,
        missing: asked.filter((id) => !known.has(id)),
        placed: cells.filter(
          (cell) => cell.getAttribute('vertex') === '1' && !cell.querySelector('mxGeometry[width][height]'),
        ).length,
        labels: [...(root?.querySelectorAll('UserObject') ?? [])].map((one) => one.getAttribute('label')).join('\n'),
      };
    }, text);
    expect({ ...found, labels: '' }).toEqual({ error: '', unique: true, missing: [], placed: 0, labels: '' });
    return found.labels;
  },
  json: async (file: string) => {
    const answer = JSON.parse(await readFile(file, 'utf8')) as { version: number; endpoints: { name: string }[] };
    expect(answer.version).toBe(1);
    return answer.endpoints.map(({ name }) => name).join('\n');
  },
  csv: async (file: string) => {
    const text = await readFile(file, 'utf8');
    const rows = text
      .trimEnd()
      .split('\n')
      .map((line) => line.split(','));
    expect(rows.every(({ length }) => length === rows.length)).toBe(true);
    return text;
  },
  k8s: async (file: string) => {
    const documents = parseAllDocuments(await readFile(file, 'utf8'));
    const kinds = documents.map((one) => (one.toJS() as { kind?: string } | null)?.kind);
    expect(kinds.length).toBeGreaterThan(0);
    expect(new Set(kinds)).toEqual(new Set(['NetworkPolicy']));
    return null;
  },
  compose: async (file: string) => {
    // `!override` is Compose's own tag, which the library says it does not know.
    const { services } = parse(await readFile(file, 'utf8'), { logLevel: 'error' }) as { services?: object };
    expect(Object.keys(services ?? {})).toEqual(expect.arrayContaining(['db', 'web']));
    return null;
  },
} as const;

type Format = keyof typeof readers;
const FORMATS: readonly Format[] = ['svg', 'png', 'pdf', 'mermaid', 'dot', 'drawio', 'json', 'csv', 'k8s', 'compose'];
/** An override of Compose is of one project. */
const OF_PROJECT = ['--project', 'shop'];

async function textsOfXml(source: string, tag: string): Promise<string> {
  const { error, texts } = await page.evaluate(
    ({ xml, name }) => {
      const parsed = new DOMParser().parseFromString(xml, 'application/xml');
      return {
        error: parsed.querySelector('parsererror')?.textContent ?? '',
        texts: [...parsed.querySelectorAll(name)].map(({ textContent }) => textContent).join('\n'),
      };
    },
    { xml: source, name: tag },
  );
  expect(error).toBe('');
  return texts;
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
    const text = await readers[format](file);
    if (text !== null) for (const name of ['shop-db-1', 'shop-proxy-1', 'agent']) expect(text).toContain(name);
    expect(await readFile(await exported('demo', format, ...more))).toEqual(await readFile(file));
  });

  it('is limited to a project, a network, a filter', async () => {
    expect(await readers.svg(await exported('demo', 'svg', '--network', 'shop_edge'))).not.toContain('legacy-db');
    expect(await readers.csv(await exported('demo', 'csv', '--project', 'shop'))).not.toContain('legacy-db');
    expect(await readers.json(await exported('demo', 'json', '--filter', 'LEGACY'))).toMatch(
      /^legacy-app\nlegacy-db\n/,
    );
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
      [],
    ]) {
      await expect(run(process.execPath, [CLI, '--engine', 'demo', 'export', ...argv], { env })).rejects.toMatchObject({
        code: 2,
        stdout: '',
      });
    }
  });
});

describe('topologies of all kinds, hostile ones too', () => {
  it.each(Object.keys(CASES))('%s is read by every reader', async (name) => {
    const found = CASES[name];
    if (!found) throw new Error(name);
    const diagram = diagramOf(found);
    const geometry = await geometryOf(diagram);
    const texts = {
      svg: toSvg(sheetOf(diagram, geometry), 'auto'),
      dot: toDot(diagram),
      mermaid: toMermaid(diagram),
      drawio: toDrawio(diagram, geometry),
    } as const;
    for (const format of ['svg', 'dot', 'mermaid', 'drawio'] as const) {
      const file = join(folder, `${name}.${format}`);
      await writeFile(file, texts[format]);
      const read = await readers[format](file);
      for (const node of diagram.nodes) {
        if (node.kind !== 'container' || !/^[\w-]{1,20}$/.test(node.name)) continue;
        expect(read, format).toContain(node.name);
      }
    }
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
      const text = await readers[format](file);
      if (text !== null) {
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
    names = (await readers.json(await exported(engine.url, 'json')))
      .split('\n')
      .filter((name) => !['host', 'lan', 'internet'].includes(name));
  });
  afterAll(() => engine.stop());

  it.each(FORMATS)('%s has every container of it', async (format) => {
    const text = await readers[format](await exported(engine.url, format, ...(format === 'compose' ? OF_PROJECT : [])));
    expect(names.length).toBeGreaterThan(3);
    if (text !== null) for (const name of names) expect(text).toContain(name);
  });
});
