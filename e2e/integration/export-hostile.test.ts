/** Every format with names that would break it, read back by its reader: each name is found again, and none is run. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ExportRequest, ExportSource } from '../../electron/app/export/format.ts';
import { FORMATS as WRITERS } from '../../electron/app/export/formats.ts';
import { fitText, plain, shortened } from '../../shared/diagram/metrics.ts';
import { CASES, diagramOf, HOSTILE, type TestCase } from '../../shared/diagram/test-topologies.ts';
import { EMPTY_POLICY } from '../../shared/policy/model.ts';
import { plain as plainName } from '../../shared/policy/selector.ts';
import { deny, sketch } from '../../shared/reachability/fixtures.ts';
import { evaluate, explain } from '../../shared/reachability/index.ts';
import { FORMATS, openReaders, type Format, type Readers } from './export-readers.ts';

let folder: string;
let readers: Readers;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bulkhead-hostile-'));
  readers = await openReaders();
});
afterAll(async () => {
  await readers.close();
  await rm(folder, { recursive: true, force: true });
});

/** What a spreadsheet would run, and a name that is longer than any picture. */
const LONG = `${'long-'.repeat(2000)}end`;
const NAMES = [...HOSTILE, '+1+2', '-2+3', '@SUM(A1:A9)', '\t=1', LONG];

/** Each of them a container, its service and a network of its own; all are of one project. */
function hostileCase(): TestCase {
  const topology = sketch({
    containers: Object.fromEntries(
      NAMES.map((name, index) => [name, { on: `n${index} all`, project: 'p <&> "q"', service: name, image: 'image' }]),
    ),
  });
  return {
    topology: {
      ...topology,
      networks: topology.networks.map((network) => ({
        ...network,
        project: 'p <&> "q"',
        labels: { 'com.docker.compose.network': network.name },
      })),
    },
    denials: NAMES.slice(1).map((name) => deny(NAMES[0] ?? '', name)),
  };
}

function sourceOf({ topology, denials }: TestCase): ExportSource {
  return {
    topology: () => topology,
    matrix: () => evaluate(topology, denials),
    denials: () => denials,
    // Nothing may pass: each service of an override has something to be said of.
    policy: () => ({ ...EMPTY_POLICY, posture: 'guarded' }),
    explain: (from, to) => explain(topology, denials, from, to),
  };
}

async function made(format: Format, one: TestCase, more: Partial<ExportRequest> = {}): Promise<string> {
  const content = await WRITERS[format].write(sourceOf(one), {
    scope: one.scope ?? {},
    view: 'diagram',
    shown: {},
    theme: 'light',
    scale: 1,
    paper: 'a3',
    date: '2026-03-01',
    // The same boxes on every machine.
    fonts: ['none'],
    before: null,
    note: () => undefined,
    ...more,
  });
  const file = join(folder, `${Math.random().toString(36).slice(2)}.${format}`);
  await writeFile(file, content);
  return file;
}

/** As the fonts that come along can draw it: no joiners, a box for what they lack. */
const drawn = (text: string): string =>
  text.replaceAll(/\u200d|\ufe0f/g, '').replaceAll(/[\u{1f433}\u4e2d\u6587\u7f51\u7edc]/gu, '\u25a1');

/** pdftotext puts marks of direction around what is written from right to left, and spaces as wide as they look. */
const letters = (text: string): string =>
  [...text.normalize('NFKC').replaceAll(/[\u202a-\u202e\u2066-\u2069\u200e\u200f\s]/g, '')].toSorted().join('');

/** On a card of the diagram, and before a row of the matrix. */
const onCard = (name: string): string => fitText(plain(name), 170, 12.5, 600);
const isCutOf = (text: string, whole: string): boolean => {
  const [head = '', tail] = text.split('…');
  return tail === undefined ? text === whole : head !== '' && whole.startsWith(head) && whole.endsWith(tail);
};

/** How each format writes a name, and whether a text that was found is that. */
const FOUND: Readonly<Record<Exclude<Format, 'png'>, (name: string) => (text: string) => boolean>> = {
  // The whole of it in the title of its card, and as much as there is room for on it.
  svg: (name) => (text) => text.startsWith(`${plain(name)}, image, running`),
  pdf: (name) => (text) =>
    letters(text).includes(letters(drawn(onCard(name)))) || hasLetters(text, drawn(onCard(name))),
  mermaid: (name) => (text) => text.trim() === plain(shortened(name)).trim(),
  dot: (name) => (text) => text.trim() === plain(shortened(name)).trim(),
  drawio: (name) => (text) => text === plain(shortened(name)),
  json: (name) => (text) => text === name,
  csv: (name) => (text) => text === (/^[=+\-@\t\r]/.test(name) ? `'${wellFormed(name)}` : wellFormed(name)),
  k8s: (name) => (text) => text === `p <&> "q"/${name}`,
  // What no service of Compose can be called is left as it is, and told in a comment.
  compose: (name) => (text) =>
    /^[\w.-]+$/.test(name)
      ? text === name
      : text.startsWith('# Left as they are') && text.includes(wellFormed(plainName(name))),
};

/** Half a character cannot be written to a file. */
function wellFormed(text: string): string {
  return text.replaceAll(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '\ufffd');
}

/** A line of paper may hold several cards side by side: all letters of a name are on it, in whatever direction. */
function hasLetters(line: string, name: string): boolean {
  const left = [...letters(line)];
  return [...letters(name)].every((letter) => {
    const at = left.indexOf(letter);
    if (at !== -1) left.splice(at, 1);
    return at !== -1;
  });
}

describe('names that are hostile', () => {
  const one = hostileCase();

  it('are all that they were meant to be', () => {
    expect(LONG.length).toBeGreaterThan(10_000);
    expect(diagramOf(one).nodes.filter(({ kind }) => kind === 'container')).toHaveLength(NAMES.length);
  });

  it.each(FORMATS)('are read by the reader of %s, each of them whole or as it is said to be cut', async (format) => {
    const texts = await readers[format](
      await made(format, one, format === 'compose' ? { scope: { project: 'p <&> "q"' } } : {}),
    );
    if (format === 'png') return expect(texts).toBeNull();
    const missing = NAMES.filter((name) => !texts?.some(FOUND[format](name)));
    expect(missing.map((name) => name.slice(0, 60))).toEqual([]);
  });

  it.each(['svg', 'pdf', 'png'] as const)('are in the picture of the matrix as %s', async (format) => {
    const texts = await readers[format](await made(format, one, { view: 'matrix' }));
    if (format !== 'svg') return;
    for (const name of NAMES) {
      expect(
        texts?.some((text) => text.startsWith(`${plain(name)}: `)),
        name.slice(0, 60),
      ).toBe(true);
      expect(texts?.filter((text) => isCutOf(text, plain(name))).length, name.slice(0, 60)).toBeGreaterThan(0);
    }
  });

  it('are the same in the colours of both themes, and at twice the size', async () => {
    const [one1, dark, twice] = await Promise.all([
      readers.decoded(await made('png', one)),
      readers.decoded(await made('png', one, { theme: 'dark' })),
      readers.decoded(await made('png', one, { scale: 2 })),
    ]);
    expect([dark.width, dark.height]).toEqual([one1.width, one1.height]);
    expect([twice.width, twice.height]).toEqual([2 * one1.width, 2 * one1.height]);
  });
});

describe('topologies of all kinds', () => {
  it.each(Object.keys(CASES))('%s is read by every reader, with the name of each container', async (name) => {
    const found = CASES[name];
    if (!found) throw new Error(name);
    const containers = diagramOf(found).nodes.filter(({ kind }) => kind === 'container');
    for (const format of ['svg', 'mermaid', 'dot', 'drawio', 'json', 'csv'] as const) {
      const texts = await readers[format](await made(format, found));
      for (const node of containers) {
        const is = format === 'svg' ? (text: string) => text.startsWith(plain(node.name)) : FOUND[format](node.name);
        expect(texts?.some(is), `${format}: ${node.name}`).toBe(true);
      }
    }
  });
});
