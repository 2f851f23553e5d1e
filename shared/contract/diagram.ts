/** The diagram and everything that can be exported. */
import * as z from 'zod';
import { GROUPINGS } from '../diagram/matrix-table.ts';
import { LAYERS } from '../diagram/shown.ts';
import { procedure } from './procedure.ts';

const door = z.object({ address: z.string(), hostPort: z.number(), port: z.number(), protocol: z.string() });

const node = z.object({
  key: z.string(),
  id: z.string(),
  kind: z.enum(['container', 'service', 'host', 'lan', 'internet', 'volume', 'project', 'network']),
  name: z.string(),
  project: z.string(),
  service: z.string(),
  image: z.string(),
  state: z.string(),
  up: z.boolean(),
  networks: z.array(z.string()),
  doors: z.array(door),
  marks: z.array(z.enum(['engine', 'isolated', 'offline'])),
});

const compartment = z.object({
  key: z.string(),
  name: z.string(),
  kind: z.enum(['network', 'host', 'none']),
  driver: z.string(),
  subnets: z.array(z.string()),
  internal: z.boolean(),
  shut: z.boolean(),
  project: z.string(),
});

const edge = z.object({
  key: z.string(),
  kind: z.enum(['network', 'name', 'data', 'control']),
  what: z.string(),
  from: z.string(),
  to: z.string(),
  both: z.boolean(),
  cut: z.enum(['held', 'engine', 'wanted']).optional(),
  label: z.string(),
});

const scope = z.object({
  project: z.string().max(512).optional(),
  network: z.string().max(512).optional(),
  filter: z.string().max(512).optional(),
  ids: z.array(z.string().max(512)).max(10_000).optional(),
});

const ids = z.array(z.string().max(512)).max(10_000);
const keys = z.array(z.string().max(512)).max(10_000);

/** How a screen shows what its scope has; absent: all of it.  What is drawn is exported so, what is data is not. */
const shown = z.object({
  layers: z.array(z.enum(LAYERS)).max(LAYERS.length).optional(),
  /** Names of projects, and keys of compartments, that are one node each. */
  folded: z.object({ projects: keys, networks: keys }).optional(),
  /** Id of the endpoint whose reach is shown. */
  focus: z.string().max(512).optional(),
  /** Of the matrix: by what it is grouped; of a query for pairs who are its rows and who its columns, by id. */
  grouping: z.enum(GROUPINGS).optional(),
  rows: ids.optional(),
  columns: ids.optional(),
});

/** Verdicts are in the frame of the matrix; keys and edges are `shared/diagram/model.ts`. */
export const diagramView = z.object({
  engine: z.object({ name: z.string(), version: z.string(), kind: z.string() }),
  scope: z.string(),
  nodes: z.array(node),
  compartments: z.array(compartment),
  edges: z.array(edge),
  /** How many lines of cuts are left out, because there are too many to see anything. */
  omitted: z.number(),
  /** Ids of all that rule the engine, in the scope or not. */
  masters: z.array(z.string()),
});

export const exportFormat = z.enum(['svg', 'png', 'pdf', 'mermaid', 'dot', 'drawio', 'json', 'csv', 'k8s', 'compose']);

const MOST = 20_000;
const name = z.string().max(4096);
const names = z.array(name).max(MOST);

/** An export that was kept, as `shared/exports/packed.ts` makes it small. */
const packed = z.object({
  engine: name,
  endpoints: z.array(z.object({ key: name, kind: name, state: name, image: name })).max(MOST),
  networks: z
    .array(z.object({ key: name, members: names }))
    .max(MOST)
    .nullable(),
  verdicts: z.string(),
  drawn: z
    .object({
      scope: name,
      nodes: z
        .array(
          node
            .omit({ id: true, doors: true, networks: true })
            .extend({ key: name, name, published: names, networks: names }),
        )
        .max(MOST),
      compartments: z.array(compartment).max(MOST),
      edges: z.array(edge.omit({ key: true })).max(MOST),
      omitted: z.number(),
    })
    .nullable(),
});

export const exportInput = z.object({
  format: exportFormat,
  scope,
  /** What a picture is of. */
  view: z.enum(['diagram', 'matrix']),
  shown: shown.optional(),
  theme: z.enum(['light', 'dark', 'auto']),
  scale: z.union([z.literal('auto'), z.literal(1), z.literal(2), z.literal(3), z.literal(4)]),
  paper: z.enum(['a4', 'a3']),
  /** `2026-03-01`, for paper; `''`: none. */
  date: z.string().regex(/^(\d{4}-\d{2}-\d{2})?$/),
  /** Shows what changed since; formats of policies and CSV cannot. */
  before: packed.optional(),
});

export const compareInput = exportInput.pick({ scope: true, theme: true }).extend({ before: packed });

export const compareResult = z.object({
  /** A line for each change, with its sign; none: nothing changed. */
  lines: z.array(z.string()),
  svg: z.string(),
  notes: z.array(z.string()),
});

export const exportResult = z.object({
  name: z.string(),
  mediaType: z.string(),
  encoding: z.enum(['text', 'base64']),
  content: z.string(),
  /** What is good to know about it, for people. */
  notes: z.array(z.string()),
});

export const diagramContract = {
  /** As it is now; asked again when a frame says that something changed. */
  get: procedure.input(scope).output(diagramView),
  export: procedure.input(exportInput).output(exportResult),
  /** What changed since an export that was kept, as a picture and as text. */
  compare: procedure.input(compareInput).output(compareResult),
};
export type DiagramView = z.infer<typeof diagramView>;
export type DiagramScopeInput = z.infer<typeof scope>;
export type ShownInput = z.infer<typeof shown>;
export type ExportFormatName = z.infer<typeof exportFormat>;
export type ExportInput = z.infer<typeof exportInput>;
export type CompareInput = z.infer<typeof compareInput>;
export type CompareResult = z.infer<typeof compareResult>;
export type ExportResult = z.infer<typeof exportResult>;
