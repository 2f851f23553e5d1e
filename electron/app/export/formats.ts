/**
 * Every format of `bulkhead export`, of the page's export menu and of the tray: one entry each.
 *
 * Formats of pictures are asynchronous because their libraries are loaded when they are needed.
 */
import { BulkheadError } from '../../../shared/errors.ts';
import { buildDiagram } from '../../../shared/diagram/build.ts';
import { toCsv } from '../../../shared/diagram/csv.ts';
import { toDot } from '../../../shared/diagram/dot.ts';
import { toDrawio } from '../../../shared/diagram/drawio.ts';
import { toJson } from '../../../shared/diagram/json.ts';
import { toMermaid } from '../../../shared/diagram/mermaid.ts';
import { matrixSheetOf } from '../../../shared/diagram/matrix-sheet.ts';
import { matrixTable } from '../../../shared/diagram/matrix-table.ts';
import type { Diagram } from '../../../shared/diagram/model.ts';
import { shownDiagram } from '../../../shared/diagram/shown.ts';
import { sheetOf } from '../../../shared/diagram/sheet.ts';
import type { Picture } from '../../../shared/diagram/shapes.ts';
import { toSvg } from '../../../shared/diagram/svg.ts';
import { changesJson, changesText } from '../../../shared/exports/changes-text.ts';
import { changesSince, comparedDiagram, comparisonNotes } from '../../../shared/exports/compared.ts';
import type { Recorded } from '../../../shared/exports/recorded.ts';
import { geometryOf, prepareLayout } from './picture.ts';
import type { ExportFormat, ExportRequest, ExportSource } from './format.ts';
import { POLICY_FORMATS } from './policies.ts';

const TABLE = {
  svg: {
    about: 'the diagram or the matrix, text as text, light, dark or as the reader has it',
    extension: 'svg',
    mediaType: 'image/svg+xml',
    compares: true,
    prepare: prepareLayout,
    write: async (source, request) => toSvg(await sheet(source, request), request.theme),
  },
  png: {
    about: 'the same as an image, 1 to 4 pixels to one',
    extension: 'png',
    mediaType: 'image/png',
    compares: true,
    prepare: async () => Promise.all([prepareLayout(), import('./png.ts').then(({ preparePng }) => preparePng())]),
    write: async (source, request) => {
      const picture = await sheet(source, request);
      const { toPng } = await import('./png.ts');
      return toPng(picture, request);
    },
  },
  pdf: {
    about: 'the same on paper, as vectors',
    extension: 'pdf',
    mediaType: 'application/pdf',
    compares: true,
    prepare: async () => Promise.all([prepareLayout(), import('./pdf.ts')]),
    write: async (source, request) => {
      const picture = await sheet(source, request, request.date);
      const { toPdf } = await import('./pdf.ts');
      return toPdf(picture, request);
    },
  },
  mermaid: {
    about: 'a flowchart for Markdown',
    extension: 'mmd',
    mediaType: 'text/vnd.mermaid',
    compares: true,
    write: (source, request) => toMermaid(diagramOf(source, request)),
  },
  dot: {
    about: 'a graph for Graphviz',
    extension: 'dot',
    mediaType: 'text/vnd.graphviz',
    compares: true,
    write: (source, request) => toDot(diagramOf(source, request)),
  },
  drawio: {
    about: 'a drawing for draw.io',
    extension: 'drawio',
    mediaType: 'application/vnd.jgraph.mxfile',
    compares: true,
    prepare: prepareLayout,
    write: async (source, request) => {
      const diagram = diagramOf(source, request);
      return toDrawio(diagram, await geometryOf(diagram));
    },
  },
  csv: {
    about: 'the matrix of verdicts as a table',
    extension: 'csv',
    mediaType: 'text/csv',
    compares: false,
    write: (source, request) => toCsv(plainDiagramOf(source, request)),
  },
  json: {
    about: 'endpoints, networks, edges and reach as data',
    extension: 'json',
    mediaType: 'application/json',
    compares: true,
    write: (source, request) => {
      const now = plainDiagramOf(source, request);
      if (!request.before) return toJson(now);
      return changesJson(changesSince(request.before, now), told(request.before, now, request));
    },
  },
  ...POLICY_FORMATS,
} as const satisfies Record<string, ExportFormat>;

export type FormatName = keyof typeof TABLE;

export const FORMATS: Readonly<Record<FormatName, ExportFormat>> = TABLE;

export function isFormat(name: string): name is FormatName {
  return Object.hasOwn(FORMATS, name);
}

async function sheet(source: ExportSource, request: ExportRequest, corner = ''): Promise<Picture> {
  if (request.view === 'matrix') {
    if (request.before) {
      throw new BulkheadError({
        code: 'BAD_INPUT',
        message: 'The matrix shows no changes.',
        hint: 'The diagram does, and so does the text.',
      });
    }
    const matrix = { matrix: source.matrix(), denials: source.denials() };
    return matrixSheetOf(matrixTable(plainDiagramOf(source, request), matrix, request.shown.table), { corner });
  }
  const diagram = diagramOf(source, request);
  return sheetOf(diagram, await geometryOf(diagram), { corner });
}

/** What changed since the export that the request names, as text; each line begins with its sign. */
export function changesOf(source: ExportSource, request: ExportRequest & { readonly before: Recorded }): string {
  const now = plainDiagramOf(source, request);
  told(request.before, now, request);
  return changesText(changesSince(request.before, now));
}

/** Whoever asked is told what is good to know of the two, whatever the format. */
function told(before: Recorded, now: Diagram, { note }: Pick<ExportRequest, 'note'>): readonly string[] {
  const notes = comparisonNotes(before, now);
  for (const message of notes) note({ message, hint: '' });
  return notes;
}

function diagramOf(source: ExportSource, request: ExportRequest): Diagram {
  const now = plainDiagramOf(source, request);
  if (!request.before) return shownDiagram(now, source.matrix(), request.shown);
  told(request.before, now, request);
  return comparedDiagram(request.before, now);
}

function plainDiagramOf(source: ExportSource, { scope }: Pick<ExportRequest, 'scope'>): Diagram {
  return buildDiagram({
    topology: source.topology(),
    matrix: source.matrix(),
    denials: source.denials(),
    explain: (from, to) => source.explain(from, to),
    scope,
  });
}
