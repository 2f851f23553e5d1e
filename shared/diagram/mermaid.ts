/**
 * A diagram as a Mermaid flowchart, which GitHub and GitLab draw in Markdown.
 *
 * Subgraphs are a tree: who is in several networks stands outside of them, with a line to each.
 */
import { linesOfNode } from './cards.ts';
import { plain, shortened } from './metrics.ts';
import { differs, isZoneKind, type Diagram, type DiagramEdge, type DiagramNode, type Differing } from './model.ts';
import { LIGHT } from './palette.ts';
import { omittedText, titleOf } from './sheet.ts';

const CLASSES = [
  'classDef zone fill:#123c55,stroke:#123c55,color:#ffffff',
  'classDef down stroke-dasharray:4 3,opacity:0.7',
  'classDef files fill:#efe8f8,stroke:#6a4d9c,color:#1c2733',
  'classDef barred stroke:#b8361a,stroke-width:2px',
];
const DIFFERENCE_CLASSES = (['came', 'went', 'changed'] as const).map(
  (one) =>
    `classDef ${one} fill:${LIGHT[`${one}-soft`]},stroke:${LIGHT[one]},color:${LIGHT.ink},stroke-width:2px${one === 'went' ? ',stroke-dasharray:9 3' : ''}`,
);

function differenceLine(difference: Differing): string {
  const dash = difference === 'went' ? ',stroke-dasharray:9 3' : '';
  return `stroke:${LIGHT[difference]},color:${LIGHT[difference]},stroke-width:3px${dash}`;
}

const COLOURS = { cut: '#b8361a', wanted: '#8a5a00', engine: '#5a6673', data: '#6a4d9c', control: '#a01e5e' } as const;

export function toMermaid(diagram: Diagram): string {
  const ids = new Map(diagram.nodes.map(({ key }, index) => [key, `n${index}`]));
  const id = (key: string): string => ids.get(key) ?? '';
  const omitted = omittedText(diagram);
  const lines = [
    'flowchart LR',
    `  accTitle: ${oneLine(titleOf(diagram))}`,
    ...(omitted === '' ? [] : [`  accDescr: ${oneLine(omitted)}`]),
  ];
  diagram.compartments.forEach((compartment, index) => {
    const own = diagram.nodes.filter(({ networks }) => networks.length === 1 && networks[0] === compartment.key);
    const facts = [
      compartment.internal ? 'internal' : '',
      compartment.shut ? 'shut inside' : '',
      compartment.subnets[0] ?? '',
    ];
    const title = [compartment.name, ...facts]
      .filter((one) => one !== '')
      .map(escaped)
      .join(' · ');
    lines.push(`  subgraph g${index}["${title}"]`);
    if (own.length === 0) lines.push(`    g${index}net((" "))`);
    lines.push(...own.map((node) => `    ${nodeMermaid(node, id(node.key))}`), '  end');
  });
  for (const node of diagram.nodes) if (node.networks.length !== 1) lines.push(`  ${nodeMermaid(node, id(node.key))}`);
  let count = 0;
  const styles: string[] = [];
  diagram.compartments.forEach(({ key }, index) => {
    for (const node of diagram.nodes) {
      if (node.networks.length < 2 || !node.networks.includes(key)) continue;
      lines.push(`  ${id(node.key)} === g${index}`);
      count += 1;
    }
  });
  for (const edge of diagram.edges) {
    lines.push(`  ${edgeMermaid(edge, id(edge.from), id(edge.to))}`);
    const colour =
      edge.cut === undefined || edge.difference === 'same'
        ? colourOf(edge)
        : COLOURS[edge.cut === 'held' ? 'cut' : edge.cut];
    if (differs(edge)) styles.push(`  linkStyle ${count} ${differenceLine(edge.difference)}`);
    else if (colour !== '') styles.push(`  linkStyle ${count} stroke:${colour},color:${colour}`);
    count += 1;
  }
  const classes = diagram.compared ? [...CLASSES, ...DIFFERENCE_CLASSES] : CLASSES;
  const turned = diagram.compartments.flatMap((one, index) =>
    differs(one) ? [`  class g${index} ${one.difference}`] : [],
  );
  return `${[...lines, ...styles, ...classes.map((line) => `  ${line}`), ...turned].join('\n')}\n`;
}

function colourOf({ kind, difference }: DiagramEdge): string {
  if (difference === 'same') return '#5a6673';
  return kind === 'data' || kind === 'control' ? COLOURS[kind] : '';
}

function nodeMermaid(node: DiagramNode, id: string): string {
  const second = node.up || node.state === '' ? node.image : node.state;
  const texts = linesOfNode(node, second);
  const label = `"${texts.map(escaped).join('<br>')}"`;
  if (isZoneKind(node.kind)) return `${id}([${label}]):::zone`;
  if (node.kind === 'volume') return `${id}[(${label})]:::${differs(node) ? node.difference : 'files'}`;
  if (differs(node)) return `${id}(${label}):::${node.difference}`;
  const look = node.marks.includes('isolated') ? ':::barred' : node.up ? '' : ':::down';
  return `${id}(${label})${look}`;
}

function edgeMermaid(edge: DiagramEdge, from: string, to: string): string {
  const mark = edge.cut === undefined ? '' : edge.cut === 'wanted' ? '✕ not yet' : '✕';
  const label = [mark, escaped(edge.label)].filter((text) => text !== '').join(' ');
  const isDotted = edge.kind !== 'network' || edge.cut === 'wanted';
  const isCut = edge.cut !== undefined;
  const head = isCut ? 'x' : '>';
  const tail = edge.both ? (isCut ? 'x' : '<') : '';
  const line = isDotted ? '-.-' : '--';
  return `${from} ${tail}${line}${head}${label === '' ? '' : `|"${label}"|`} ${to}`;
}

/**
 * What is more than itself to some version of Mermaid, of characters that are plain elsewhere: what Markdown begins a list or a rule with, emphasis,
 * and what GitHub's Markdown makes a link of; and, to Mermaid's own search for styles, the word before a colon.
 */
const MARKUP =
  /[^\p{L}\p{N} .,_:/@+→·-]|(?<=^\u00A0*)[-+]|(?<=^\u00A0*\d+)\.(?=\u00A0|$)|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])|@|:(?=\/\/)|(?<=www)\.|s(?=tyle)/giu;
/**
 * Spaces that make a list or a code block of what is around them.  Mermaid 10 and 11 turn the numbers of a label of several lines back before they read
 * Markdown, but Markdown knows no list and no code by spaces that do not break.
 */
const SPACES = /^ +|(?<=^ *(?:[-+*]|\d+[.)])) /gu;

/** Mermaid reads Markdown and HTML in labels: all that is no plain character of a name becomes a number. */
function escaped(text: string): string {
  return plain(shortened(text))
    .replaceAll(SPACES, (found) => '\u00A0'.repeat(found.length))
    .replaceAll(MARKUP, (found) => `#${found.codePointAt(0) ?? 0xfffd};`);
}

function oneLine(text: string): string {
  return plain(text).replaceAll(/[;#{}"<>%&\\]/gu, ' ');
}
