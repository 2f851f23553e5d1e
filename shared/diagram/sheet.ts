/** A diagram as a sheet: title above, legend below. */
import type { Geometry } from './geometry.ts';
import { fitText, plain, textWidth } from './metrics.ts';
import { isZoneKind, type Diagram } from './model.ts';
import { paintGeometry, styleOf, text } from './paint.ts';
import { num, type GroupShape, type Picture, type Shape } from './shapes.ts';

export const MARGIN = 28;
export const HEAD = 56;
const LEGEND_LINE = 22;
const LEAST_WIDTH = 560;

export interface SheetText {
  /** What stands at the right of the title, e.g. a date. */
  readonly corner?: string;
}

export function sheetOf(diagram: Diagram, geometry: Geometry, { corner = '' }: SheetText = {}): Picture {
  const inner = Math.max(geometry.width, LEAST_WIDTH - 2 * MARGIN);
  const width = Math.ceil(inner + 2 * MARGIN);
  const legend = legendOf(diagram, inner, MARGIN + HEAD + geometry.height + 30);
  const height = Math.ceil(MARGIN + HEAD + geometry.height + 30 + legend.height + MARGIN - 10);
  const left = MARGIN + Math.max(0, (inner - geometry.width) / 2);
  const moved = movedBy(geometry, left, MARGIN + HEAD);
  const title = titleOf(diagram);
  return {
    width,
    height,
    title,
    description: descriptionOf(diagram),
    shapes: [
      { kind: 'rect', x: 0, y: 0, w: width, h: height, r: 0, fill: 'page' },
      text(fitText(title, inner - 120, 18, 600), MARGIN, MARGIN + 14, 18, 600, 'ink'),
      text(fitText(engineOf(diagram), inner - 120, 11.5), MARGIN, MARGIN + 33, 11.5, 400, 'quiet'),
      ...(corner === '' ? [] : [text(corner, width - MARGIN, MARGIN + 14, 11.5, 400, 'quiet', 'end')]),
      ...paintGeometry(moved),
      legend.group,
    ],
  };
}

/** @param what what the sheet is of where nothing limits it */
export function titleOf({ engine, scope, focus, compared }: Diagram, what = 'Networks'): string {
  const said = scope === '' ? what : capital(scope);
  const of = scope === '' ? 'of' : 'on';
  const more = compared ? ': what changed' : focus === undefined ? '' : `: what an intruder in ${focus} gets to`;
  return plain(`${said} ${of} ${engine.name || 'this engine'}${more}`);
}

/** `+12 more cuts, not drawn`; `''` where the picture has them all. */
export function omittedText({ omitted = 0 }: Pick<Diagram, 'omitted'>): string {
  return omitted === 0 ? '' : `+${omitted} more ${omitted === 1 ? 'cut' : 'cuts'}, not drawn`;
}

/** The line below a title. */
export function engineOf({ engine, endpoints, compartments, compared }: Diagram): string {
  const things = endpoints.filter(({ kind }) => !isZoneKind(kind)).length;
  const product = engine.kind === 'podman' ? 'Podman' : engine.kind === 'demo' ? 'Demo engine' : 'Docker';
  const networks = compartments.filter(({ kind }) => kind === 'network').length;
  const size = `${counted(things, 'endpoint')} in ${counted(networks, 'network')}`;
  return plain(`${product} ${engine.version} · ${compared ? compared.summary : size}`);
}

function counted(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Who is reached from the one in focus, and who is not; of everybody in the scope, whether drawn or not. */
function reachOf({ endpoints, focus }: Diagram): readonly string[] {
  if (focus === undefined) return [];
  const byHops = new Map<number, string[]>();
  for (const { name, hops = Infinity } of endpoints) byHops.set(hops, [...(byHops.get(hops) ?? []), name]);
  const reached = [...byHops].filter(([hops]) => hops > 0 && hops < Infinity).toSorted(([a], [b]) => a - b);
  const count = reached.reduce((sum, [, names]) => sum + names.length, 0);
  const far = byHops.get(Infinity) ?? [];
  const told = [
    ...reached.map(([hops, names]) => `in ${counted(hops, 'hop')} ${names.join(', ')}`),
    ...(count === 0 || far.length === 0 ? [] : [`out of reach ${far.length === 1 ? 'is' : 'are'} ${far.join(', ')}`]),
  ];
  const sum = count === 0 ? 'no other endpoint' : counted(count, 'endpoint');
  return [`An intruder in ${focus} gets to ${sum}${told.length === 0 ? '' : `: ${told.join('; ')}`}.`];
}

/** The picture in sentences, for who cannot see it. */
export function descriptionOf(diagram: Diagram): string {
  const { compared } = diagram;
  const omitted = omittedText(diagram);
  const more = omitted === '' ? [] : [`${omitted}.`];
  if (compared) return plain([`${capital(compared.summary)}. ${compared.lines.join('; ')}`, ...more].join('. '));
  const names = new Map(diagram.nodes.map(({ key, name }) => [key, name]));
  const inside = diagram.compartments.map(({ key, name, internal, shut }) => {
    const members = diagram.nodes.filter(({ networks }) => networks.includes(key)).map((node) => node.name);
    const how = [internal ? 'internal' : '', shut ? 'shut inside' : ''].filter((one) => one !== '').join(', ');
    return `${name}${how === '' ? '' : ` (${how})`}: ${members.join(', ')}.`;
  });
  const said = (key: string): string => names.get(key) ?? key;
  const lines = diagram.edges.map(
    ({ kind, what, from, to, both, cut, label }) =>
      `${what === 'door' ? 'way in' : what === 'part' ? 'cut in part' : cut === undefined ? kind : 'cut'}: ${said(from)} ${both ? '↔' : '→'} ${said(to)}${label === '' ? '' : ` (${label})`}.`,
  );
  return plain([...reachOf(diagram), ...inside, ...lines, ...more].join(' '));
}

function movedBy(geometry: Geometry, dx: number, dy: number): Geometry {
  const by = <Of extends { readonly x: number; readonly y: number }>(one: Of): Of => ({
    ...one,
    x: one.x + dx,
    y: one.y + dy,
  });
  return {
    ...geometry,
    nodes: geometry.nodes.map(by),
    compartments: geometry.compartments.map((one) => ({
      ...one,
      rects: one.rects.map(by),
      labels: one.labels.map(by),
    })),
    edges: geometry.edges.map(({ edge, points, middle }) => ({ edge, points: points.map(by), middle: by(middle) })),
  };
}

const DIFFERENCES = [
  { difference: 'came', text: '+ added' },
  { difference: 'went', text: '− removed' },
  { difference: 'changed', text: '~ changed' },
  { difference: 'same', text: 'as before' },
] as const;

/** A card and a line of each, as they are drawn. */
function differenceEntry(
  { difference, text: said }: (typeof DIFFERENCES)[number],
  line: (edge: Parameters<typeof styleOf>[0]) => Entry['sign'],
): Entry {
  return { text: said, sign: line({ kind: 'network', what: '', difference }) };
}

interface Entry {
  readonly text: string;
  readonly sign: (x: number, y: number) => readonly Shape[];
}

/** Only what the picture has is explained. */
function legendOf(
  { edges, nodes, compartments, compared, omitted }: Diagram,
  width: number,
  top: number,
): { readonly group: GroupShape; readonly height: number } {
  const has = (test: (edge: Diagram['edges'][number]) => boolean): boolean => edges.some(test);
  const line = (edge: Parameters<typeof styleOf>[0], isArrow = true): Entry['sign'] => {
    // Kinds of lines are told by their patterns where colours tell what differs.
    const isPlain = compared === undefined || edge.difference !== undefined;
    const { ink, width: thick, dash } = styleOf(isPlain ? edge : { ...edge, difference: 'same' });
    return (x, y) => [
      {
        kind: 'path',
        d: `M ${num(x)} ${num(y)} L ${num(x + (isArrow ? 22 : 28))} ${num(y)}`,
        stroke: ink,
        width: thick,
        ...(dash.length > 0 ? { dash } : {}),
      },
      ...(isArrow
        ? [
            {
              kind: 'path',
              d: `M ${num(x + 28)} ${num(y)} L ${num(x + 20)} ${num(y - 3.6)} L ${num(x + 20)} ${num(y + 3.6)} Z`,
              fill: ink,
            } as const,
          ]
        : []),
      ...(edge.cut === undefined
        ? []
        : [
            {
              kind: 'path',
              d: `M ${num(x + 9)} ${num(y - 6)} L ${num(x + 9)} ${num(y + 6)} M ${num(x + 14)} ${num(y - 6)} L ${num(x + 14)} ${num(y + 6)}`,
              stroke: ink,
              width: 2.2,
            } as const,
          ]),
    ];
  };
  const entries: (Entry | false)[] = [
    compartments.some(({ kind }) => kind === 'network') && {
      text: 'network: who is in it may talk, unless a line is cut',
      sign: (x, y) => [
        {
          kind: 'rect',
          x,
          y: y - 7,
          w: 28,
          h: 14,
          r: 5,
          fill: compared ? 'tint-7' : 'tint-0',
          stroke: compared ? 'rim-7' : 'rim-0',
          width: 1.4,
        },
      ],
    },
    ...(compared ? DIFFERENCES.map((one) => differenceEntry(one, line)) : []),
    has(({ what }) => what === 'door') && { text: 'published port', sign: line({ kind: 'network', what: 'door' }) },
    has(({ what }) => what === 'open') && {
      text: 'open in a shut network',
      sign: line({ kind: 'network', what: 'open' }),
    },
    has(({ cut }) => cut === 'held') && {
      text: 'cut by a rule',
      sign: line({ kind: 'network', what: 'cut', cut: 'held' }),
    },
    has(({ cut }) => cut === 'wanted') && {
      text: 'should be cut, is not yet',
      sign: line({ kind: 'network', what: 'cut', cut: 'wanted' }),
    },
    has(({ cut }) => cut === 'engine') && {
      text: 'cut by the engine',
      sign: line({ kind: 'network', what: 'cut', cut: 'engine' }),
    },
    has(({ what }) => what === 'part') && {
      text: 'cut for some of what is folded',
      sign: line({ kind: 'network', what: 'part' }),
    },
    omitted !== undefined && {
      text: omittedText({ omitted }),
      sign: line({ kind: 'network', what: 'cut', cut: 'engine' }, false),
    },
    has(({ kind }) => kind === 'data') && { text: 'shared files', sign: line({ kind: 'data', what: '' }) },
    has(({ kind }) => kind === 'control') && { text: 'control', sign: line({ kind: 'control', what: '' }) },
    has(({ kind }) => kind === 'name') && { text: 'link by name', sign: line({ kind: 'name', what: '' }) },
    nodes.some(({ up }) => !up) && {
      text: 'not running',
      sign: (x, y) => [
        { kind: 'rect', x, y: y - 7, w: 28, h: 14, r: 4, fill: 'card', stroke: 'card-line', width: 1.1, dash: [4, 3] },
      ],
    },
  ];
  const shapes: Shape[] = [];
  let [x, y] = [MARGIN, top];
  for (const entry of entries) {
    if (entry === false) continue;
    const room = 36 + textWidth(entry.text, 11) + 22;
    if (x > MARGIN && x + room - 22 > MARGIN + width) [x, y] = [MARGIN, y + LEGEND_LINE];
    shapes.push(...entry.sign(x, y - 4), text(entry.text, x + 36, y, 11, 400, 'quiet'));
    x += room;
  }
  return { group: { kind: 'group', role: 'legend', key: 'legend', title: 'Legend', shapes }, height: y - top + 8 };
}
