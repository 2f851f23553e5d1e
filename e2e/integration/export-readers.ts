/** Each format of `bulkhead export`, read by a program that it is for; every reader gives the texts that it found, one each. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { chromium, type Browser, type Page } from '@playwright/test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy';
import { parse, parseAllDocuments } from 'yaml';
import { expect } from 'vitest';
import { WORKLOAD_ANNOTATION } from '../../shared/exports/network-policy.ts';

const run = promisify(execFile);
const MERMAID = createRequire(import.meta.url).resolve('mermaid/dist/mermaid.min.js');
const SCHEMA = join(import.meta.dirname, '..', '..', 'docs', 'schemas', 'export.v1.json');
const BIG = { maxBuffer: 64 * 1024 * 1024 };

export const FORMATS = ['svg', 'png', 'pdf', 'mermaid', 'dot', 'drawio', 'json', 'csv', 'k8s', 'compose'] as const;
export type Format = (typeof FORMATS)[number];

/** Texts as a reader sees them; null: the format holds no text. */
type Read = (file: string) => Promise<readonly string[] | null>;

export interface Readers extends Readonly<Record<Format, Read>> {
  /** A decoder's word on an image; every `step`-th pixel is looked at. */
  decoded(file: string): Promise<{ readonly width: number; readonly height: number; readonly colours: number }>;
  /** One sheet of paper: its words as pdftotext has them, its size in points as pdfinfo has it. */
  sheet(file: string): Promise<{ readonly text: string; readonly pages: number; readonly size: string }>;
  close(): Promise<void>;
}

export async function openReaders(): Promise<Readers> {
  const browser: Browser = await chromium.launch({
    executablePath: process.env['BULKHEAD_CHROMIUM'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox'],
  });
  const page: Page = await browser.newPage();
  // Whatever a name makes a reader run or load is a failure.
  const odd: string[] = [];
  page.on('dialog', (dialog) => {
    odd.push(`a dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => {
    if (!/^(data|blob|about):/.test(request.url())) odd.push(`a request: ${request.url()}`);
  });
  await page.addScriptTag({ content: await readFile(MERMAID, 'utf8') });

  const textsOfXml = async (source: string, names: string): Promise<readonly string[]> => {
    const { error, texts, live } = await page.evaluate(
      ({ xml, wanted }) => {
        const parsed = new DOMParser().parseFromString(xml, 'application/xml');
        const live = [...parsed.querySelectorAll('script, foreignObject, iframe, image, use')];
        const handlers = [...parsed.querySelectorAll('*')].flatMap((one) =>
          [...one.attributes].filter(({ name }) => name.startsWith('on')),
        );
        return {
          error: parsed.querySelector('parsererror')?.textContent ?? '',
          texts: [...parsed.querySelectorAll(wanted)].map(({ textContent }) => textContent),
          live: live.length + handlers.length,
        };
      },
      { xml: source, wanted: names },
    );
    expect({ error, live }).toEqual({ error: '', live: 0 });
    return texts;
  };

  const decoded: Readers['decoded'] = async (file) => {
    const base64 = (await readFile(file)).toString('base64');
    const [width = 0, height = 0, colours = 0] = await page.evaluate(async (data) => {
      const image = new Image();
      image.src = `data:image/png;base64,${data}`;
      await image.decode();
      // What is not blank is seen in a part as well; the whole of a large picture takes seconds.
      const canvas = new OffscreenCanvas(Math.min(image.naturalWidth, 2000), Math.min(image.naturalHeight, 2000));
      const pen = canvas.getContext('2d');
      if (!pen) return [0, 0, 0];
      pen.drawImage(image, 0, 0);
      const { data: pixels } = pen.getImageData(0, 0, canvas.width, canvas.height);
      const seen = new Set<number>();
      for (let at = 0; at < pixels.length; at += 4) {
        seen.add(((pixels[at] ?? 0) << 16) | ((pixels[at + 1] ?? 0) << 8) | (pixels[at + 2] ?? 0));
      }
      return [image.naturalWidth, image.naturalHeight, seen.size];
    }, base64);
    return { width, height, colours };
  };
  const isPicture = async (file: string): Promise<void> => {
    const { width, height, colours } = await decoded(file);
    expect(Math.min(width, height)).toBeGreaterThan(100);
    expect(colours).toBeGreaterThan(20);
  };

  const sheet: Readers['sheet'] = async (file) => {
    const info = (await run('pdfinfo', [file])).stdout;
    const fact = (name: string): string => new RegExp(`^${name}:\\s+(.*)$`, 'm').exec(info)?.[1] ?? '';
    expect(fact('JavaScript')).toBe('no');
    return {
      text: (await run('pdftotext', ['-layout', file, '-'], BIG)).stdout,
      pages: Number(fact('Pages')),
      size: fact('Page size'),
    };
  };

  const formats: Readonly<Record<Format, Read>> = {
    /** As an image, which runs no script and loads nothing; and its texts by an XML parser. */
    svg: async (file) => {
      const text = await readFile(file, 'utf8');
      const size = await page.evaluate(async (source) => {
        const image = new Image();
        image.src = `data:image/svg+xml;base64,${btoa(Array.from(new TextEncoder().encode(source), (byte) => String.fromCharCode(byte)).join(''))}`;
        await image.decode();
        return [image.naturalWidth, image.naturalHeight];
      }, text);
      expect(Math.min(...size)).toBeGreaterThan(100);
      return textsOfXml(text, 'text, title');
    },
    png: async (file) => {
      await isPicture(file);
      return null;
    },
    pdf: async (file) => {
      await run('pdftoppm', ['-r', '50', '-png', '-singlefile', file, file]);
      await isPicture(`${file}.png`);
      const { text, pages } = await sheet(file);
      expect(pages).toBe(1);
      return text.split('\n');
    },
    mermaid: async (file) => {
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
          for (const one of holder.querySelectorAll('br')) one.replaceWith('\n');
          const labels = [...holder.querySelectorAll('.nodeLabel, .cluster-label, .edgeLabel')];
          return {
            diagramType,
            // Spaces that do not break look like others.
            texts: labels.flatMap(({ textContent }) => textContent.replaceAll('\u00a0', ' ').split('\n')),
            scripts: holder.querySelectorAll('script, iframe, img').length,
          };
        },
        await readFile(file, 'utf8'),
      );
      expect([drawn.diagramType, drawn.scripts]).toEqual(['flowchart-v2', 0]);
      return drawn.texts;
    },
    dot: async (file) => {
      const { stdout, stderr } = await run('dot', ['-Tsvg', file], BIG);
      expect(stderr).toBe('');
      return (await textsOfXml(stdout, 'text')).map((text) => text.replaceAll('\u00a0', ' '));
    },
    /** What draw.io reads: cells with parents and ends that are there, and geometry. */
    drawio: async (file) => {
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
        // Labels are no markup there.
        const html = cells.filter((cell) => /html=1/.test(cell.getAttribute('style') ?? ''));
        return {
          error: xml.querySelector('parsererror')?.textContent ?? '',
          unique: known.size === ids.length,
          missing: asked.filter((id) => !known.has(id)),
          unplaced: cells.filter(
            (cell) => cell.getAttribute('vertex') === '1' && !cell.querySelector('mxGeometry[width][height]'),
          ).length,
          html: html.length,
          labels: [...(root?.querySelectorAll('UserObject') ?? [])].map((one) => one.getAttribute('label') ?? ''),
        };
      }, text);
      const sound = { error: '', unique: true, missing: [], unplaced: 0, html: 0, labels: [] };
      expect({ ...found, labels: [] }).toEqual(sound);
      return found.labels.flatMap((label) => label.split('\n'));
    },
    json: async (file) => {
      const answer = JSON.parse(await readFile(file, 'utf8')) as { endpoints: { name: string }[] };
      const validate = new Ajv2020({ strict: true }).compile(JSON.parse(await readFile(SCHEMA, 'utf8')) as object);
      validate(answer);
      expect(validate.errors ?? []).toEqual([]);
      return answer.endpoints.map(({ name }) => name);
    },
    csv: async (file) => {
      const [head = [], ...rows] = rowsOf(await readFile(file, 'utf8'));
      expect(rows.map(({ length }) => length)).toEqual(rows.map(() => head.length));
      const names = head.slice(1);
      expect(rows.map(([name]) => name)).toEqual(names);
      const words = new Set(rows.flatMap((row) => row.slice(1)));
      expect([...words].filter((word) => !['open', 'partial', 'blocked', 'unknown'].includes(word))).toEqual([]);
      // A spreadsheet runs what begins so.
      expect(names.filter((name) => /^[=+\-@\t\r]/.test(name))).toEqual([]);
      return names;
    },
    k8s: async (file) => {
      const documents = parseAllDocuments(await readFile(file, 'utf8'));
      expect(documents.flatMap(({ errors, warnings }) => [...errors, ...warnings])).toEqual([]);
      const manifests = documents.flatMap((one) => (one.toJS() as Manifest | null) ?? []);
      expect(manifests.length).toBeGreaterThan(0);
      for (const manifest of manifests) new NetworkPolicy(manifest).validate();
      return manifests.map(({ metadata }) => metadata.annotations[WORKLOAD_ANNOTATION] ?? '');
    },
    compose: async (file) => {
      // `!override` is Compose's own tag, which the library says it does not know.
      const text = await readFile(file, 'utf8');
      const { services } = parse(text, { logLevel: 'error' }) as { services?: object };
      return [...Object.keys(services ?? {}), ...text.split('\n').filter((line) => line.startsWith('#'))];
    },
  };
  const watched = Object.fromEntries(
    Object.entries(formats).map(([format, read]) => [
      format,
      async (file: string) => {
        const texts = await read(file);
        expect(odd).toEqual([]);
        return texts;
      },
    ]),
  ) as Record<Format, Read>;
  return { ...watched, decoded, sheet, close: () => browser.close() };
}

interface Manifest {
  readonly metadata: { readonly annotations: Readonly<Record<string, string>> };
}

/** Comma-separated values as RFC 4180 has them: quotes hold commas, line breaks, and quotes that are doubled. */
function rowsOf(text: string): readonly (readonly string[])[] {
  const rows: string[][] = [[]];
  let cell = '';
  let isQuoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const letter = text.charAt(at);
    if (isQuoted) {
      if (letter !== '"') cell += letter;
      else if (text.charAt(at + 1) === '"') {
        cell += '"';
        at += 1;
      } else isQuoted = false;
    } else if (letter === '"') {
      expect(cell, 'a quote inside a cell that is not quoted').toBe('');
      isQuoted = true;
    } else if (letter === ',' || letter === '\n') {
      rows.at(-1)?.push(cell);
      cell = '';
      if (letter === '\n') rows.push([]);
    } else cell += letter;
  }
  expect([isQuoted, cell, rows.pop()], 'it ends with a line break').toEqual([false, '', []]);
  return rows;
}
