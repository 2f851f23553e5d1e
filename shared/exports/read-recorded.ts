/** Exports as they were kept: read back to be compared, whether written by `matrix --json` or by `export --format json`. */
import * as z from 'zod';
import { BulkheadError } from '../errors.ts';
import type { Verdict } from '../reachability/model.ts';
import {
  isUpIn,
  nameIn,
  NO_FACTS,
  NODE_KINDS,
  pairOf,
  type Recorded,
  type RecordedDrawing,
  type RecordedEndpoint,
  type RecordedNode,
} from './recorded.ts';

const text = z.string();
const verdict = z.enum(['open', 'partial', 'blocked', 'unknown']);

const said = text.default('');
const texts = z.array(text).default([]);
const engine = z.object({ name: said }).default({ name: '' });

const matrixJson = z.object({
  version: z.literal(1),
  engine,
  endpoints: z.array(z.object({ id: text, name: text, kind: text, state: text })),
  cells: z.array(z.object({ from: text, to: text, verdict })),
});

const exportJson = z.object({
  version: z.literal(1),
  engine,
  scope: said,
  endpoints: z.array(
    z.object({
      key: text,
      kind: text,
      state: text,
      image: text,
      name: said,
      project: said,
      service: said,
      networks: texts,
      published: texts,
      marks: texts,
    }),
  ),
  volumes: z.array(z.object({ key: text, name: text })).default([]),
  networks: z.array(
    z.object({
      key: text,
      kind: text,
      members: z.array(text),
      name: said,
      driver: said,
      subnets: texts,
      internal: z.boolean().default(false),
      shut: z.boolean().default(false),
      project: said,
    }),
  ),
  edges: z
    .array(
      z.object({
        layer: z.enum(['network', 'name', 'data', 'control']),
        what: text,
        from: text,
        to: text,
        both: z.boolean(),
        cut: z.enum(['held', 'engine', 'wanted']).optional(),
        label: text,
      }),
    )
    .default([]),
  omitted: z.number().default(0),
  reach: z.array(
    z.object({
      from: text,
      open: z.array(text),
      partial: z.array(text),
      blocked: z.array(text),
      unknown: z.array(text),
    }),
  ),
});

/** @throws BulkheadError `BAD_INPUT` where it is neither. */
export function readRecorded(name: string, content: string): Recorded {
  const bad = (message: string): BulkheadError =>
    new BulkheadError({
      code: 'BAD_INPUT',
      message: `${name}: ${message}`,
      hint: 'Give what "bulkhead export --format json" or "bulkhead matrix --json" has written.',
    });
  let data: unknown;
  try {
    data = JSON.parse(content);
  } catch (thrown) {
    throw bad(thrown instanceof Error ? thrown.message : 'This is no JSON.');
  }
  const exported = exportJson.safeParse(data);
  if (exported.success) return ofExport(exported.data);
  const matrix = matrixJson.safeParse(data);
  if (matrix.success) return ofMatrix(matrix.data);
  const [issue] = (typeof data === 'object' && data !== null && 'reach' in data ? exported : matrix).error.issues;
  throw bad(`${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`.trim());
}

function ofExport(exported: z.infer<typeof exportJson>): Recorded {
  const { endpoints, networks, reach } = exported;
  const verdicts = new Map<string, Verdict>();
  for (const { from, ...lists } of reach) {
    for (const which of verdict.options) for (const to of lists[which]) verdicts.set(pairOf(from, to), which);
  }
  return {
    engine: exported.engine.name,
    endpoints: new Map(endpoints.map(({ key, kind, state, image }) => [key, { kind, state, image }])),
    networks: new Map(networks.filter(({ kind }) => kind === 'network').map(({ key, members }) => [key, members])),
    verdicts,
    drawn: drawingOf(exported),
  };
}

const MARKS = ['engine', 'isolated', 'offline'] as const;
const NETWORK_KINDS = ['network', 'host', 'none'] as const;

function drawingOf({
  scope,
  endpoints,
  volumes,
  networks,
  edges,
  omitted,
}: z.infer<typeof exportJson>): RecordedDrawing {
  return {
    scope,
    omitted,
    nodes: [
      ...endpoints.map(({ kind, marks, name, key, ...rest }): RecordedNode => ({
        ...rest,
        key,
        name: name === '' ? nameIn(key) : name,
        kind: NODE_KINDS.find((one) => one === kind) ?? 'container',
        up: isUpIn(kind, rest.state),
        marks: MARKS.filter((one) => marks.includes(one)),
      })),
      ...volumes.map(({ key, name }): RecordedNode => ({ ...NO_FACTS, key, name, kind: 'volume', up: true })),
    ],
    compartments: networks.map(({ kind, name, key, driver, subnets, internal, shut, project }) => ({
      key,
      name: name === '' ? key : name,
      kind: NETWORK_KINDS.find((one) => one === kind) ?? 'network',
      driver,
      subnets,
      internal,
      shut,
      project,
    })),
    edges: edges.map(({ layer, what, from, to, both, cut, label }) => ({
      kind: layer,
      what,
      from,
      to,
      both,
      label,
      ...(cut === undefined ? {} : { cut }),
    })),
  };
}

/** Two of one name are told apart by their order, as in the other format; a matrix tells their cells by name alone, the last one's. */
function ofMatrix({ engine: { name: called }, endpoints, cells }: z.infer<typeof matrixJson>): Recorded {
  const found = new Map<string, RecordedEndpoint>();
  const keys = new Map<string, string>();
  for (const { name, kind, state } of endpoints) {
    const plain = ['host', 'lan', 'internet'].includes(kind) ? kind : `${kind}:${name}`;
    let key = plain;
    for (let time = 2; found.has(key); time += 1) key = `${plain}#${String(time)}`;
    found.set(key, { kind, state, image: '' });
    if (!keys.has(name)) keys.set(name, plain);
  }
  const keyOf = (name: string): string => keys.get(name) ?? name;
  const apart = cells.filter(({ from, to }) => from !== to);
  return {
    engine: called,
    endpoints: found,
    networks: null,
    drawn: null,
    verdicts: new Map(apart.map((cell) => [pairOf(keyOf(cell.from), keyOf(cell.to)), cell.verdict])),
  };
}
