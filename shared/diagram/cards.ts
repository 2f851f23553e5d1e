/** What is written on a node, and how large that makes it. */
import { fitText, plain, textWidth } from './metrics.ts';
import { doorText, hopsText, SIGNS, type DiagramNode, type Mark } from './model.ts';
import type { Ink } from './shapes.ts';

export interface Chip {
  readonly text: string;
  readonly ink: Ink;
  readonly soft: Ink;
  readonly w: number;
  /** A port to the outside: it has a mark of its own. */
  readonly isDoor: boolean;
}

export interface Card {
  readonly title: string;
  readonly subtitle: string;
  readonly chips: readonly Chip[];
  readonly w: number;
  readonly h: number;
}

/** What is written besides names; pictures are in English, the page has its own. */
export interface DiagramWords {
  readonly files: string;
  readonly host: string;
  readonly hostAbout: string;
  readonly lan: string;
  readonly lanAbout: string;
  readonly internet: string;
  readonly endpoints: (count: number) => string;
  readonly tasks: (state: string) => string;
  readonly state: (state: string) => string;
  readonly morePorts: (count: number) => string;
  readonly marks: Readonly<Record<Mark, string>>;
  readonly internal: string;
  readonly shut: string;
}

export const ENGLISH: DiagramWords = {
  files: 'shared files',
  host: 'host',
  hostAbout: "the engine's machine",
  lan: 'LAN',
  lanAbout: 'private addresses',
  internet: 'internet',
  endpoints: (count) => `${count} ${count === 1 ? 'endpoint' : 'endpoints'}`,
  tasks: (state) => `service, ${state} tasks`,
  state: (state) => state,
  morePorts: (count) => `${count} more ports`,
  marks: { engine: 'rules the engine', isolated: 'isolated', offline: 'cut off from outside' },
  internal: 'internal',
  shut: 'shut inside',
};

/** What a file without cards of ours says of a node, line by line. @param second image and state, in the file's own order. */
export function linesOfNode(node: DiagramNode, second: string): readonly string[] {
  const texts = [
    node.name,
    holdsText(node),
    second,
    ...node.doors.map(doorText),
    ...node.marks,
    hopsText(node),
    ...(node.changes ?? []),
  ];
  return texts.filter((text) => text !== '');
}

/** `8 endpoints`; `''` for what is not folded. */
function holdsText({ holds }: Pick<DiagramNode, 'holds'>): string {
  return holds === undefined ? '' : ENGLISH.endpoints(holds);
}

export const TITLE_SIZE = 12.5;
export const SUB_SIZE = 10.5;
export const CHIP_SIZE = 10;
export const CHIP_HEIGHT = 16;
const CHIP_GAP = 4;
/** Left of the texts stands the sign of the state. */
export const CARD_LEFT = 24;
const CARD_RIGHT = 12;
const MOST_DOORS = 3;
const MOST_CHANGES = 5;
const CHANGE_ROOM = 200;
const CHANGE_INKS = {
  came: ['came', 'came-soft'],
  went: ['went', 'went-soft'],
  changed: ['changed', 'changed-soft'],
} as const satisfies Record<string, readonly [Ink, Ink]>;

function signOf(text: string): keyof typeof CHANGE_INKS {
  return text.startsWith(SIGNS.came) ? 'came' : text.startsWith(SIGNS.went) ? 'went' : 'changed';
}

export function cardOf(node: DiagramNode, words: DiagramWords = ENGLISH): Card {
  if (node.kind === 'volume') return sized(plain(node.name), words.files, [], 170);
  if (node.kind === 'host') return sized(words.host, words.hostAbout, [], 190);
  if (node.kind === 'lan') return sized(words.lan, words.lanAbout, [], 190);
  if (node.kind === 'internet') return sized(words.internet, '', [], 130);
  return sized(plain(node.name), subtitleOf(node, words), chipsOf(node, words), 206);
}

function subtitleOf(node: DiagramNode, words: DiagramWords): string {
  if (node.holds !== undefined) return words.endpoints(node.holds);
  if (node.kind === 'service') return words.tasks(node.state);
  const image = plain(node.image);
  if (node.up) return image;
  const state = words.state(plain(node.state));
  return image === '' ? state : `${state} · ${image}`;
}

function chipsOf(node: DiagramNode, words: DiagramWords): readonly Chip[] {
  const { doors, marks, changes = [] } = node;
  const hops = hopsText(node);
  const chip = (text: string, ink: Ink, soft: Ink, isDoor = false): Chip => ({
    text,
    ink,
    soft,
    isDoor,
    w: textWidth(text, CHIP_SIZE, 600) + (isDoor ? 24 : 14),
  });
  const shown = doors.length > MOST_DOORS ? doors.slice(0, MOST_DOORS - 1) : doors;
  const changeChip = (text: string): Chip => {
    const [ink, soft] = CHANGE_INKS[signOf(text)];
    return chip(fitText(plain(text), CHANGE_ROOM, CHIP_SIZE, 600), ink, soft);
  };
  const told = changes.length > MOST_CHANGES ? changes.slice(0, MOST_CHANGES - 1) : changes;
  const rest = changes.length - told.length;
  return [
    ...told.map((text) => changeChip(text)),
    ...(rest > 0 ? [changeChip(`~ ${String(rest)} more`)] : []),
    ...(hops === '' ? [] : [chip(hops, 'cut', 'cut-soft')]),
    ...marks.map((mark) =>
      mark === 'engine'
        ? chip(words.marks[mark], 'control', 'control-soft')
        : chip(words.marks[mark], 'cut', 'cut-soft'),
    ),
    ...shown.map((door) => chip(doorText(door), 'accent', 'accent-soft', true)),
    ...(shown.length < doors.length
      ? [chip(words.morePorts(doors.length - shown.length), 'accent', 'accent-soft', true)]
      : []),
  ];
}

function sized(name: string, text: string, chips: readonly Chip[], most: number): Card {
  const room = most - CARD_LEFT - CARD_RIGHT;
  const title = fitText(name, room, TITLE_SIZE, 600);
  const subtitle = fitText(text, room, SUB_SIZE);
  const w = Math.ceil(
    Math.max(
      textWidth(title, TITLE_SIZE, 600) + CARD_LEFT + CARD_RIGHT,
      textWidth(subtitle, SUB_SIZE) + CARD_LEFT + CARD_RIGHT,
      ...chips.map((chip) => chip.w + 20),
      96,
    ),
  );
  const h = (subtitle === '' ? 34 : 42) + chips.length * (CHIP_HEIGHT + CHIP_GAP);
  return { title, subtitle, chips, w, h };
}

/** Where a chip stands in its card. */
export function chipTop(card: Card, index: number): number {
  return (card.subtitle === '' ? 30 : 38) + index * (CHIP_HEIGHT + CHIP_GAP);
}
