/** The diagram and its exports for the page: one session in, shapes of the contract out. */
import type {
  CompareInput,
  CompareResult,
  DiagramScopeInput,
  DiagramView,
  ExportInput,
  ExportResult,
  ShownInput,
} from '../../../shared/contract/diagram.ts';
import { BulkheadError } from '../../../shared/errors.ts';
import { unpackRecorded } from '../../../shared/exports/packed.ts';
import type { Recorded } from '../../../shared/exports/recorded.ts';
import { buildDiagram } from '../../../shared/diagram/build.ts';
import type { DiagramScope } from '../../../shared/diagram/model.ts';
import type { Shown } from '../../../shared/diagram/shown.ts';
import type { ExportSource, Note } from './format.ts';
import { changesOf, FORMATS } from './formats.ts';

export function diagramView(source: ExportSource, scope: DiagramScopeInput): DiagramView {
  const {
    engine,
    scope: said,
    nodes,
    compartments,
    edges,
    omitted = 0,
    masters,
  } = buildDiagram({
    topology: source.topology(),
    matrix: source.matrix(),
    denials: source.denials(),
    explain: (from, to) => source.explain(from, to),
    scope: scopeOf(scope),
  });
  return structuredClone({ engine, scope: said, nodes, compartments, edges, omitted, masters }) as DiagramView;
}

export async function exportView(
  source: ExportSource,
  { format, scope, before, shown = {}, ...rest }: ExportInput,
): Promise<ExportResult> {
  const notes: string[] = [];
  const { write, extension, mediaType, compares } = FORMATS[format];
  if (before && !compares) {
    throw new BulkheadError({ code: 'BAD_INPUT', message: `"${format}" shows no changes.`, hint: '' });
  }
  const isMatrix = rest.view === 'matrix' && (format === 'svg' || format === 'png' || format === 'pdf');
  const content = await write(source, {
    ...rest,
    scope: scopeOf(scope),
    shown: shownOf(shown),
    fonts: [],
    before: before ? recordedOf(before) : null,
    note: ({ message }) => notes.push(message),
  });
  return {
    name: `${fileName(source.topology().engine.name)}${isMatrix ? '-matrix' : ''}${before ? '-changes' : ''}.${extension}`,
    mediaType,
    notes,
    ...(typeof content === 'string'
      ? { encoding: 'text', content }
      : { encoding: 'base64', content: Buffer.from(content).toString('base64') }),
  };
}

export async function compareView(source: ExportSource, input: CompareInput): Promise<CompareResult> {
  const notes: string[] = [];
  const request = {
    scope: scopeOf(input.scope),
    view: 'diagram',
    shown: {},
    theme: input.theme,
    scale: 1,
    paper: 'a4',
    date: '',
    fonts: [],
    before: recordedOf(input.before),
    note: ({ message }: Note) => void notes.push(message),
  } as const;
  const svg = String(await FORMATS.svg.write(source, request));
  const lines = changesOf(source, request).split('\n').slice(0, -1);
  // Picture and text each tell the same of the two.
  return { lines, svg, notes: [...new Set(notes)] };
}

/** What the contract leaves undefined is absent. */
function recordedOf(packed: CompareInput['before']): Recorded {
  const { drawn, ...rest } = packed;
  if (!drawn) return unpackRecorded({ ...rest, drawn });
  const edges = drawn.edges.map(({ cut, ...edge }) => (cut === undefined ? edge : { ...edge, cut }));
  return unpackRecorded({ ...rest, drawn: { ...drawn, edges } });
}

function scopeOf({ project, network, filter, ids }: DiagramScopeInput): DiagramScope {
  return {
    ...(project === undefined ? {} : { project }),
    ...(network === undefined ? {} : { network }),
    ...(filter === undefined ? {} : { filter }),
    ...(ids === undefined ? {} : { ids }),
  };
}

function shownOf({ layers, folded, focus, grouping, rows, columns }: ShownInput): Shown {
  return {
    ...(layers === undefined ? {} : { layers }),
    ...(folded === undefined
      ? {}
      : { folded: { projects: new Set(folded.projects), networks: new Set(folded.networks) } }),
    ...(focus === undefined ? {} : { focus }),
    table: {
      ...(grouping === undefined ? {} : { grouping }),
      ...(rows === undefined ? {} : { rows }),
      ...(columns === undefined ? {} : { columns }),
    },
  };
}

/** A machine's name is hostile text; a file's name is plain. */
function fileName(engine: string): string {
  const plain = engine.replaceAll(/[^A-Za-z0-9._-]+/g, '-').replaceAll(/^[.-]+|[.-]+$/g, '');
  return `bulkhead-${plain === '' ? 'engine' : plain.slice(0, 60)}`;
}
