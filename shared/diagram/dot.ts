/**
 * A diagram for Graphviz.  Who is in one network alone stands in its cluster; who is in several, beside the clusters, with
 * a line to each of its networks, because clusters of Graphviz are a tree.
 */
import { linesOfNode } from './cards.ts';
import { plain, shortened } from './metrics.ts';
import { differs, isZoneKind, type Diagram, type DiagramEdge, type DiagramNode, type Differing } from './model.ts';
import { LIGHT } from './palette.ts';
import { omittedText, titleOf } from './sheet.ts';
import { styleOf } from './paint.ts';

export function toDot(diagram: Diagram): string {
  const ids = new Map(diagram.nodes.map(({ key }, index) => [key, `n${index}`]));
  const id = (key: string): string => ids.get(key) ?? '';
  const lines = [
    'digraph bulkhead {',
    '  graph [rankdir=LR, compound=true, fontname="Inter,Helvetica,Arial,sans-serif", fontsize=11, labeljust=l, nodesep=0.3, ranksep=0.7,',
    `    label=${quoted([titleOf(diagram), omittedText(diagram)].filter((one) => one !== '').join(' · '))}, labelloc=t];`,
    '  node [shape=box, style="rounded,filled", fillcolor=white, color="#c3ccd6", fontname="Inter,Helvetica,Arial,sans-serif", fontsize=11];',
    '  edge [fontname="Inter,Helvetica,Arial,sans-serif", fontsize=9, arrowsize=0.7];',
  ];
  diagram.compartments.forEach((compartment, index) => {
    const hue = (compartment.difference === undefined ? index % 8 : 7) as 0;
    const [fill, rim] = differs(compartment)
      ? [LIGHT[`${compartment.difference}-soft`], LIGHT[compartment.difference]]
      : [LIGHT[`tint-${hue}`], LIGHT[`rim-${hue}`]];
    const style = compartment.difference === 'went' ? 'rounded,filled,dashed' : 'rounded,filled';
    const own = diagram.nodes.filter(({ networks }) => networks.length === 1 && networks[0] === compartment.key);
    const facts = [
      compartment.internal ? 'internal' : '',
      compartment.shut ? 'shut inside' : '',
      compartment.subnets[0] ?? '',
    ];
    const label = [compartment.name, ...facts].filter((one) => one !== '').join('  ');
    lines.push(
      `  subgraph cluster_${index} {`,
      `    label=${quoted(label)}; style="${style}"; fillcolor="${fill}"; color="${rim}";`,
      `    net${index} [shape=point, width=0.08, color="${rim}", label="", tooltip=${quoted(compartment.name)}];`,
      ...own.map((node) => `    ${nodeDot(node, id(node.key))}`),
      '  }',
    );
  });
  for (const node of diagram.nodes) {
    if (node.networks.length === 1) continue;
    lines.push(`  ${nodeDot(node, id(node.key))}`);
  }
  diagram.compartments.forEach(({ key, difference }, index) => {
    const hue = (difference === undefined ? index % 8 : 7) as 0;
    for (const node of diagram.nodes) {
      if (node.networks.length < 2 || !node.networks.includes(key)) continue;
      lines.push(`  ${id(node.key)} -> net${index} [dir=none, penwidth=3, color="${LIGHT[`rim-${hue}`]}"];`);
    }
  });
  for (const edge of diagram.edges) lines.push(`  ${edgeDot(edge, id(edge.from), id(edge.to))}`);
  lines.push('}');
  return `${lines.join('\n')}\n`;
}

function nodeDot(node: DiagramNode, id: string): string {
  const label = linesOfNode(node, node.up || node.state === '' ? node.image : node.state)
    .map(escaped)
    .join('\\n');
  const look = isZoneKind(node.kind)
    ? ', fillcolor="#123c55", fontcolor=white, color="#123c55"'
    : node.kind === 'volume'
      ? ', shape=cylinder, style=filled, fillcolor="#efe8f8", color="#6a4d9c"'
      : node.up
        ? ''
        : ', style="rounded,filled,dashed", fontcolor="#5a6673"';
  return `${id} [label="${label}"${differs(node) ? differenceDot(node.difference) : look}];`;
}

/** Of a node or a cluster: what is different is coloured, and has its sign before its name. */
function differenceDot(difference: Differing): string {
  const style = difference === 'went' ? ', style="rounded,filled,dashed"' : '';
  return `, fillcolor="${LIGHT[`${difference}-soft`]}", color="${LIGHT[difference]}", penwidth=2${style}`;
}

function edgeDot(edge: DiagramEdge, from: string, to: string): string {
  const { ink, dash } = styleOf(edge);
  const mark = edge.cut === undefined ? '' : edge.cut === 'wanted' ? '✕ (not yet)' : '✕';
  const label = [mark, edge.label].filter((text) => text !== '').join(' ');
  const parts = [
    `color="${LIGHT[ink]}"`,
    `fontcolor="${LIGHT[ink]}"`,
    ...(label === '' ? [] : [`label=${quoted(label)}`]),
    ...(dash.length > 0 ? [`style=${edge.kind === 'data' && edge.difference !== 'went' ? 'dotted' : 'dashed'}`] : []),
    ...(differs(edge) ? ['penwidth=2'] : []),
    ...(edge.both ? ['dir=both'] : []),
    // A line that is cut pulls nothing together.
    ...(edge.cut === undefined ? [] : ['constraint=false', 'arrowhead=tee', ...(edge.both ? ['arrowtail=tee'] : [])]),
  ];
  return `${from} -> ${to} [${parts.join(', ')}];`;
}

function quoted(text: string): string {
  return `"${escaped(text)}"`;
}

/** In a label a backslash begins an escape (`\N`, `\l`), and an ampersand an HTML entity. */
function escaped(text: string): string {
  return plain(shortened(text)).replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('&', '&amp;');
}
