import { describe, expect, it } from 'vitest';
import type { CompareInput, ExportFormatName, ExportInput } from '../../../shared/contract/diagram.ts';
import { toJson } from '../../../shared/diagram/json.ts';
import { CASES, diagramOf, MOMENTS, type TestCase } from '../../../shared/diagram/test-topologies.ts';
import { packRecorded } from '../../../shared/exports/packed.ts';
import { readRecorded } from '../../../shared/exports/read-recorded.ts';
import { sketch } from '../../../shared/reachability/fixtures.ts';
import { compareView, exportView } from './export-view.ts';
import { changesOf } from './formats.ts';
import { sourceOf } from './test-source.ts';

const keptOf = (one: TestCase): CompareInput['before'] =>
  structuredClone(packRecorded(readRecorded('kept', toJson(diagramOf(one))))) as CompareInput['before'];
const input = (format: ExportFormatName, more: Partial<ExportInput> = {}): ExportInput => ({
  format,
  scope: {},
  view: 'diagram',
  theme: 'light',
  scale: 1,
  paper: 'a4',
  date: '',
  ...more,
});

const PROJECT = CASES['project'] ?? { topology: sketch({}), denials: [] };
const NOW = sourceOf(MOMENTS.after);
const PART =
  'The kept export is of project shop, this one of everything: what only one of them has shows as added or removed.';
const OTHER = 'The kept export is of the engine “far”, this one of “engine”: what differs may never have changed.';

describe('what the page saves', () => {
  it.each([
    { format: 'svg', view: 'diagram', compared: false, name: 'bulkhead-engine.svg' },
    { format: 'svg', view: 'matrix', compared: false, name: 'bulkhead-engine-matrix.svg' },
    { format: 'svg', view: 'diagram', compared: true, name: 'bulkhead-engine-changes.svg' },
    { format: 'json', view: 'diagram', compared: false, name: 'bulkhead-engine.json' },
    { format: 'json', view: 'diagram', compared: true, name: 'bulkhead-engine-changes.json' },
  ] as const)('as $format of the $view (compared: $compared) is called $name', async (one) => {
    const before = one.compared ? { before: keptOf(MOMENTS.before) } : {};
    expect((await exportView(NOW, input(one.format, { view: one.view, ...before }))).name).toBe(one.name);
  });

  it.each(['svg', 'mermaid', 'dot', 'drawio', 'json'] as const)(
    'as %s says once where the kept export is of another scope and engine',
    async (format) => {
      const before = { ...keptOf(PROJECT), engine: 'far' };
      const { notes, content } = await exportView(NOW, input(format, { before }));
      expect(notes).toEqual([OTHER, PART]);
      if (format === 'json') expect(JSON.parse(content)).toMatchObject({ version: 1, notes: [OTHER, PART] });
    },
  );
});

describe('what changed, as text', () => {
  it('says where the kept export is of another scope and engine', () => {
    const notes: string[] = [];
    const kept = { ...readRecorded('kept', toJson(diagramOf(PROJECT))), engine: 'far' };
    const scale = 1;
    const asked = { scope: {}, view: 'diagram', shown: {}, theme: 'light', scale, paper: 'a4', date: '' } as const;
    changesOf(NOW, { ...asked, fonts: [], before: kept, note: ({ message }) => void notes.push(message) });
    expect(notes).toEqual([OTHER, PART]);
  });
});

describe('what the page compares', () => {
  it('says once where the kept export is of another scope and engine', async () => {
    const before = { ...keptOf(PROJECT), engine: 'far' };
    expect((await compareView(NOW, { before, scope: {}, theme: 'light' })).notes).toEqual([OTHER, PART]);
  });

  it('has the lines of all that its picture shows', async () => {
    const before = keptOf(MOMENTS.before);
    const { lines, svg, notes } = await compareView(NOW, { before, scope: {}, theme: 'light' });
    expect(notes).toEqual([]);
    expect(lines).toContain('~ container:proxy: image nginx:1.28 → nginx:1.29');
    expect(svg).toContain('nginx:1.28 → nginx:1.29');
  });
});
