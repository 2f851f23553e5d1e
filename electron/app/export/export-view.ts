/** The diagram and its exports for the page: one session in, shapes of the contract out. */
import type { DiagramScopeInput, DiagramView, ExportInput, ExportResult } from '../../../shared/contract/diagram.ts';
import { buildDiagram } from '../../../shared/diagram/build.ts';
import type { DiagramScope } from '../../../shared/diagram/model.ts';
import type { ExportSource } from './format.ts';
import { FORMATS } from './formats.ts';

export function diagramView(source: ExportSource, scope: DiagramScopeInput): DiagramView {
  const {
    engine,
    scope: said,
    nodes,
    compartments,
    edges,
  } = buildDiagram({
    topology: source.topology(),
    matrix: source.matrix(),
    denials: source.denials(),
    explain: (from, to) => source.explain(from, to),
    scope: scopeOf(scope),
  });
  return structuredClone({ engine, scope: said, nodes, compartments, edges }) as DiagramView;
}

export async function exportView(source: ExportSource, { format, scope, ...rest }: ExportInput): Promise<ExportResult> {
  const notes: string[] = [];
  const { write, extension, mediaType } = FORMATS[format];
  const content = await write(source, {
    ...rest,
    scope: scopeOf(scope),
    fonts: [],
    note: (text) => notes.push(text),
  });
  return {
    name: `${fileName(source.topology().engine.name)}.${extension}`,
    mediaType,
    notes,
    ...(typeof content === 'string'
      ? { encoding: 'text', content }
      : { encoding: 'base64', content: Buffer.from(content).toString('base64') }),
  };
}

function scopeOf({ project, network, filter, ids }: DiagramScopeInput): DiagramScope {
  return {
    ...(project === undefined ? {} : { project }),
    ...(network === undefined ? {} : { network }),
    ...(filter === undefined ? {} : { filter }),
    ...(ids === undefined ? {} : { ids }),
  };
}

/** A machine's name is hostile text; a file's name is plain. */
function fileName(engine: string): string {
  const plain = engine.replaceAll(/[^A-Za-z0-9._-]+/g, '-').replaceAll(/^[.-]+|[.-]+$/g, '');
  return `bulkhead-${plain === '' ? 'engine' : plain.slice(0, 60)}`;
}
