/**
 * A diagram for draw.io (diagrams.net), with every node, line and network an object of its own that can be moved and edited.
 *
 * The file is plain XML, not compressed, so that changes show in git.  A hull is draw.io's free polygon.
 */
import { linesOfNode } from './cards.ts';
import type { Geometry, PlacedCompartment, PlacedEdge, PlacedNode, Point } from './geometry.ts';
import { plain, shortened } from './metrics.ts';
import { differs, isZoneKind, type Diagram } from './model.ts';
import { outlineOf } from './outline.ts';
import { compartmentTitle, edgeTitle, hullStyle, nameInk, nodeTitle, styleOf } from './paint.ts';
import { LIGHT } from './palette.ts';
import { omittedText, titleOf } from './sheet.ts';
import { num } from './shapes.ts';
import { escapeXml } from './svg.ts';

export function toDrawio(diagram: Diagram, geometry: Geometry): string {
  const ids = new Map<string, string>();
  const nodes = geometry.nodes.map((placed, index) => {
    const id = `node-${index}`;
    if (!ids.has(placed.node.key)) ids.set(placed.node.key, id);
    return nodeXml(placed, id);
  });
  const cells = [
    ...geometry.compartments.flatMap(hullXml),
    ...nodes,
    ...geometry.edges.map((placed, index) => edgeXml(placed, `edge-${index}`, nearest(geometry, placed))),
  ];
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<mxfile host="Bulkhead" type="device">',
    `  <diagram id="bulkhead" name="${escapeXml([titleOf(diagram), omittedText(diagram)].filter((one) => one !== '').join(' · '))}">`,
    `    <mxGraphModel dx="0" dy="0" grid="1" gridSize="10" guides="1" tooltips="1" connect="1" arrows="1" fold="1" page="1" pageScale="1" pageWidth="${num(Math.ceil(geometry.width + 80))}" pageHeight="${num(Math.ceil(geometry.height + 80))}" math="0" shadow="0">`,
    '      <root>',
    '        <mxCell id="0"/>',
    '        <mxCell id="networks" value="Networks" parent="0"/>',
    '        <mxCell id="lines" value="Lines" parent="0"/>',
    '        <mxCell id="endpoints" value="Endpoints" parent="0"/>',
    ...cells,
    '      </root>',
    '    </mxGraphModel>',
    '  </diagram>',
    '</mxfile>',
    '',
  ].join('\n');
}

const OFFSET = 40;

function hullXml({ compartment, hue, rects, labels }: PlacedCompartment, index: number): string[] {
  const at = (hue % 8) as 0;
  const cells = outlineOf(rects).flatMap((loop, part) => {
    const [left, top] = [Math.min(...loop.map(({ x }) => x)), Math.min(...loop.map(({ y }) => y))];
    const [w, h] = [Math.max(...loop.map(({ x }) => x)) - left, Math.max(...loop.map(({ y }) => y)) - top];
    if (w <= 0 || h <= 0 || isHole(loop)) return [];
    const corners = loop.map(({ x, y }) => `[${share(x - left, w)},${share(y - top, h)}]`).join(',');
    const { fill, stroke, width = 1, dash } = hullStyle(compartment, at);
    const style = `shape=mxgraph.basic.polygon;polyline=0;polyCoords=[${corners}];rounded=1;html=0;fillColor=${LIGHT[fill ?? 'page']};strokeColor=${LIGHT[stroke ?? 'quiet']};strokeWidth=${num(width)};${dash ? 'dashed=1;' : ''}`;
    return [
      vertex({
        id: `network-${index}-${part}`,
        value: '',
        tooltip: compartmentTitle(compartment),
        style,
        parent: 'networks',
        x: left,
        y: top,
        w,
        h,
      }),
    ];
  });
  const style = `text;html=0;align=left;verticalAlign=middle;fontStyle=1;fontSize=11;fontColor=${LIGHT[nameInk(compartment, at)]};overflow=width;`;
  return [
    ...cells,
    ...labels.map(({ x, y, room, main }, part) => {
      const facts = main
        ? [compartment.internal ? 'internal' : '', compartment.shut ? 'shut inside' : '', compartment.subnets[0] ?? '']
        : [];
      const value = [compartment.name, ...facts].filter((one) => one !== '').join('  ');
      return vertex({
        id: `network-${index}-name-${part}`,
        value,
        tooltip: '',
        style,
        parent: 'networks',
        x,
        y: y - 12,
        w: room,
        h: 16,
      });
    }),
  ];
}

/** Four digits are enough for a place on a screen. */
function share(value: number, of: number): string {
  return String(Math.round((value / of) * 10_000) / 10_000);
}

/** Loops of holes turn the other way. */
function isHole(loop: readonly Point[]): boolean {
  let area = 0;
  loop.forEach((point, index) => {
    const next = loop[(index + 1) % loop.length];
    if (next) area += point.x * next.y - next.x * point.y;
  });
  return area < 0;
}

function nodeXml({ node, card, x, y, w, h }: PlacedNode, id: string): string {
  const second = node.up || node.state === '' ? node.image : `${node.state} · ${node.image}`;
  const texts = isZoneKind(node.kind) ? [card.title, card.subtitle] : linesOfNode(node, second);
  // A line break is ours; one of a name is made visible, as everywhere.
  const value = texts
    .filter((text) => text !== '')
    .map((text) => plain(shortened(text)))
    .join('\n');
  const base = 'html=0;whiteSpace=wrap;rounded=1;fontSize=11;';
  const style = isZoneKind(node.kind)
    ? `${base}arcSize=40;fillColor=#123c55;strokeColor=#123c55;fontColor=#ffffff;fontStyle=1;`
    : node.kind === 'volume'
      ? `${base}shape=cylinder3;boundedLbl=1;size=6;fillColor=#efe8f8;strokeColor=#6a4d9c;fontColor=#1c2733;`
      : `${base}arcSize=12;absoluteArcSize=1;fillColor=#ffffff;strokeColor=${node.marks.includes('isolated') ? '#b8361a' : '#c3ccd6'};fontColor=#1c2733;${node.up ? '' : 'dashed=1;opacity=70;'}`;
  const differing = differs(node)
    ? `fillColor=${LIGHT[`${node.difference}-soft`]};strokeColor=${LIGHT[node.difference]};strokeWidth=2.2;${node.difference === 'went' ? 'dashed=1;' : ''}`
    : '';
  return vertex({
    id,
    value,
    tooltip: nodeTitle(node),
    style: `${style}${differing}${node.hops === Infinity ? 'opacity=26;textOpacity=40;' : ''}`,
    parent: 'endpoints',
    x,
    y,
    w,
    h,
  });
}

function edgeXml({ edge, points }: PlacedEdge, id: string, ends: readonly [string, string]): string {
  const { ink, width, dash } = styleOf(edge);
  const mark = edge.cut === undefined ? '' : edge.cut === 'wanted' ? '✕ not yet' : '✕';
  const value = [mark, edge.label].filter((text) => text !== '').join(' ');
  const head = edge.cut === undefined ? 'block' : 'cross';
  const style = [
    'edgeStyle=orthogonalEdgeStyle;rounded=1;html=0;jettySize=auto;fontSize=10;labelBackgroundColor=#ffffff',
    `strokeColor=${LIGHT[ink]};fontColor=${LIGHT[ink]};strokeWidth=${num(width)}`,
    `endArrow=${head};endFill=1;endSize=5;startArrow=${edge.both ? head : 'none'};startFill=1;startSize=5`,
    ...(dash.length > 0 ? [`dashed=1;dashPattern=${dash.map(num).join(' ')}`] : []),
    '',
  ].join(';');
  const bends = points.slice(1, -1).map(({ x, y }) => `<mxPoint x="${num(x + OFFSET)}" y="${num(y + OFFSET)}"/>`);
  return [
    `        <UserObject id="${id}" label="${value === '' ? '' : attribute(value)}" tooltip="${attribute(edgeTitle(edge))}">`,
    `          <mxCell style="${style}" edge="1" parent="lines" source="${ends[0]}" target="${ends[1]}">`,
    '            <mxGeometry relative="1" as="geometry">',
    ...(bends.length > 0 ? [`              <Array as="points">${bends.join('')}</Array>`] : []),
    '            </mxGeometry>',
    '          </mxCell>',
    '        </UserObject>',
  ].join('\n');
}

/** Of a place outside that is drawn several times, the one at which the line ends. */
function nearest(geometry: Geometry, { edge, points }: PlacedEdge): readonly [string, string] {
  const find = (key: string, end: Point | undefined): string => {
    let best = '';
    let least = Infinity;
    geometry.nodes.forEach(({ node, x, y, w, h }, index) => {
      if (node.key !== key || !end) return;
      const away = Math.max(x - end.x, end.x - x - w, 0) + Math.max(y - end.y, end.y - y - h, 0);
      if (away < least) [least, best] = [away, `node-${index}`];
    });
    return best;
  };
  return [find(edge.from, points[0]), find(edge.to, points.at(-1))];
}

function vertex(cell: {
  readonly id: string;
  readonly value: string;
  readonly tooltip: string;
  readonly style: string;
  readonly parent: string;
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}): string {
  const { id, value, tooltip, style, parent, x, y, w, h } = cell;
  return [
    `        <UserObject id="${id}" label="${attribute(value)}" tooltip="${attribute(tooltip)}">`,
    `          <mxCell style="${style}" vertex="1" parent="${parent}">`,
    `            <mxGeometry x="${num(x + OFFSET)}" y="${num(y + OFFSET)}" width="${num(w)}" height="${num(h)}" as="geometry"/>`,
    '          </mxCell>',
    '        </UserObject>',
  ].join('\n');
}

/** Line breaks of ours stay: an XML reader would make spaces of them in an attribute. */
function attribute(text: string): string {
  return text.split('\n').map(escapeXml).join('&#10;');
}
