/**
 * Every format of `bulkhead export`, of the page's export menu and of the tray: one entry each.
 *
 * Formats of pictures are asynchronous because their libraries are loaded when they are needed.
 */
import { buildDiagram } from '../../../shared/diagram/build.ts';
import { toJson } from '../../../shared/diagram/json.ts';
import type { Diagram } from '../../../shared/diagram/model.ts';
import type { ExportFormat, ExportRequest, ExportSource } from './format.ts';
import { POLICY_FORMATS } from './policies.ts';

const TABLE = {
  json: {
    about: 'endpoints, networks, edges and reach as data',
    extension: 'json',
    mediaType: 'application/json',
    write: (source, request) => toJson(diagramOf(source, request)),
  },
  ...POLICY_FORMATS,
} as const satisfies Record<string, ExportFormat>;

export type FormatName = keyof typeof TABLE;

export const FORMATS: Readonly<Record<FormatName, ExportFormat>> = TABLE;

export function isFormat(name: string): name is FormatName {
  return Object.hasOwn(FORMATS, name);
}

function diagramOf(source: ExportSource, { scope }: ExportRequest): Diagram {
  return buildDiagram({
    topology: source.topology(),
    matrix: source.matrix(),
    denials: source.denials(),
    explain: (from, to) => source.explain(from, to),
    scope,
  });
}
