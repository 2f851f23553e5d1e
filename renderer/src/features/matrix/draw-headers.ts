/** The static layer's headers: names that stay while the cells scroll, under bands of their group. */
import type { Axis } from './geometry.ts';
import { visibleRange } from './geometry.ts';
import { BAND, FONT, labelSize, SMALLEST_LABELLED, type Pen, type Scene, type Viewport } from './scene.ts';
import { isZone, type Side } from './view.ts';

/**
 * Cuts a text to a width, saying so with an ellipsis; `measure` gives pixels.
 *
 * `middle` keeps both ends: container names of one project start alike and differ at the end.
 */
export function ellipsize(
  text: string,
  width: number,
  measure: (text: string) => number,
  where: 'end' | 'middle' = 'end',
): string {
  if (measure(text) <= width) return text;
  const characters = [...text];
  const cut = (kept: number): string => {
    const tail = where === 'middle' ? Math.floor(kept / 2) : 0;
    const head = characters.slice(0, kept - tail).join('');
    return `${head}…${tail > 0 ? characters.slice(-tail).join('') : ''}`;
  };
  let low = 0;
  let high = characters.length;
  while (low < high) {
    const half = (low + high + 1) >> 1;
    if (measure(cut(half)) <= width) low = half;
    else high = half - 1;
  }
  return cut(low);
}

export function drawHeaders(pen: Pen, scene: Scene, viewport: Viewport): void {
  const { layout, palette } = scene;
  pen.fillStyle = palette.header;
  pen.fillRect(0, 0, viewport.width, layout.headerHeight);
  pen.fillRect(0, 0, layout.headerWidth, viewport.height);
  drawRowHeader(pen, scene, viewport);
  drawColHeader(pen, scene, viewport);
  pen.fillStyle = palette.header;
  pen.fillRect(0, 0, layout.headerWidth, layout.headerHeight);
  pen.fillStyle = palette.line;
  pen.fillRect(0, layout.headerHeight - 1, viewport.width, 1);
  pen.fillRect(layout.headerWidth - 1, 0, 1, viewport.height);
}

function drawRowHeader(pen: Pen, scene: Scene, viewport: Viewport): void {
  const { layout, view } = scene;
  const top = layout.headerHeight;
  pen.save();
  pen.beginPath();
  pen.rect(0, top, layout.headerWidth, viewport.height);
  pen.clip();
  eachBand(view.rows, layout.rows, (label, start, length) => {
    const y = top + start - viewport.scroll.y;
    if (y + length < top || y > viewport.height) return;
    pen.fillStyle = scene.palette.band;
    pen.fillRect(0, y, BAND - 3, length);
    // Turned a quarter to the left, written upwards, centred on the part of the band that is seen.
    const seenFrom = Math.max(y, top);
    const seenTo = Math.min(y + length, viewport.height);
    pen.save();
    pen.translate((BAND - 3) / 2, (seenFrom + seenTo) / 2);
    pen.rotate(-Math.PI / 2);
    bandText(pen, scene, label, seenTo - seenFrom);
    pen.restore();
  });
  const width = layout.headerWidth - BAND - 24;
  pen.font = labelFont(layout.rows.cell);
  eachLabel(scene, view.rows, layout.rows, viewport.scroll.y, viewport.height - top, (text, at, index, match) => {
    const y = top + at + layout.rows.cell / 2;
    if (match) matchBox(pen, scene, BAND, top + at + 1, layout.headerWidth - BAND - 2, layout.rows.cell - 2);
    stateDot(pen, scene, index, layout.headerWidth - 10, y);
    const mark = isolationMark(pen, scene, index, layout.headerWidth - 23, y);
    pen.textAlign = 'right';
    pen.textBaseline = 'middle';
    pen.fillStyle = labelInk(scene, index, match);
    pen.fillText(fitted(pen, text, width - mark), layout.headerWidth - 19 - mark, y);
  });
  pen.restore();
}

function drawColHeader(pen: Pen, scene: Scene, viewport: Viewport): void {
  const { layout, view } = scene;
  const left = layout.headerWidth;
  pen.save();
  pen.beginPath();
  pen.rect(left, 0, viewport.width, layout.headerHeight);
  pen.clip();
  eachBand(view.cols, layout.cols, (label, start, length) => {
    const x = left + start - viewport.scroll.x;
    if (x + length < left || x > viewport.width) return;
    pen.fillStyle = scene.palette.band;
    pen.fillRect(x, 0, length, BAND - 3);
    const seenFrom = Math.max(x, left);
    const seenTo = Math.min(x + length, viewport.width);
    pen.save();
    pen.translate((seenFrom + seenTo) / 2, (BAND - 3) / 2);
    bandText(pen, scene, label, seenTo - seenFrom);
    pen.restore();
  });
  const height = layout.headerHeight - BAND - 24;
  pen.font = labelFont(layout.cols.cell);
  eachLabel(scene, view.cols, layout.cols, viewport.scroll.x, viewport.width - left, (text, at, index, match) => {
    const x = left + at + layout.cols.cell / 2;
    if (match) matchBox(pen, scene, left + at + 1, BAND, layout.cols.cell - 2, layout.headerHeight - BAND - 2);
    stateDot(pen, scene, index, x, layout.headerHeight - 10);
    const mark = isolationMark(pen, scene, index, x, layout.headerHeight - 23);
    pen.save();
    pen.translate(x, layout.headerHeight - 19 - mark);
    pen.rotate(-Math.PI / 2);
    pen.textAlign = 'left';
    pen.textBaseline = 'middle';
    pen.fillStyle = labelInk(scene, index, match);
    pen.fillText(fitted(pen, text, height - mark), 0, 0);
    pen.restore();
  });
  pen.restore();
}

function eachBand(side: Side, axis: Axis, draw: (label: string, start: number, length: number) => void): void {
  let index = 0;
  for (const { label, size } of side.groups) {
    const start = axis.offsets[index] ?? 0;
    draw(label, start, (axis.offsets[index + size - 1] ?? 0) + axis.cell - start);
    index += size;
  }
}

function eachLabel(
  scene: Scene,
  side: Side,
  axis: Axis,
  scroll: number,
  extent: number,
  draw: (text: string, at: number, frameIndex: number, match: boolean) => void,
): void {
  if (axis.cell < SMALLEST_LABELLED) return;
  const { first, last } = visibleRange(axis, scroll, extent);
  for (let position = first; position <= last; position += 1) {
    const index = side.members[position];
    if (index === undefined) continue;
    const match = scene.view.matches.has(index);
    const text = scene.displayName(side.labels[position] ?? '', index);
    draw(text, (axis.offsets[position] ?? 0) - scroll, index, match);
  }
}

function bandText(pen: Pen, scene: Scene, label: string, room: number): void {
  const text = scene.bandName(label);
  if (text === '' || room < 24) return;
  pen.font = `600 11px ${FONT}`;
  pen.textAlign = 'center';
  pen.textBaseline = 'middle';
  pen.fillStyle = scene.palette.bandInk;
  pen.fillText(
    ellipsize(text, room - 10, (part) => pen.measureText(part).width),
    0,
    0.5,
  );
}

function labelInk(scene: Scene, index: number, match: boolean): string {
  if (match) return scene.palette.matchInk;
  const endpoint = scene.frame.endpoints[index];
  const up = endpoint === undefined || isZone(endpoint) || endpoint.state === 'running' || runsTasks(endpoint);
  return up ? scene.palette.headerInk : scene.palette.headerQuiet;
}

function runsTasks({ kind, state }: Scene['frame']['endpoints'][number]): boolean {
  return kind === 'service' && !state.startsWith('0/');
}

/** A Swarm service: two sheets, one behind the other, since many may answer to the one name. */
function serviceMark(pen: Pen, x: number, y: number, up: boolean): void {
  pen.strokeRect(x - 1.5, y - 3.5, 5, 5);
  if (up) pen.fillRect(x - 3.5, y - 1.5, 5, 5);
  else pen.strokeRect(x - 3.5, y - 1.5, 5, 5);
}

/** Filled: running. Half: paused. Ring: not running. Services are square; zones have none. */
function stateDot(pen: Pen, scene: Scene, index: number, x: number, y: number): void {
  const endpoint = scene.frame.endpoints[index];
  if (!endpoint || isZone(endpoint)) return;
  const ink = scene.palette.headerQuiet;
  pen.fillStyle = ink;
  pen.strokeStyle = ink;
  pen.lineWidth = 1;
  if (endpoint.kind === 'service') {
    serviceMark(pen, x, y, runsTasks(endpoint));
    return;
  }
  pen.beginPath();
  pen.arc(x, y, 2.5, 0, Math.PI * 2);
  if (endpoint.state === 'running') pen.fill();
  else pen.stroke();
  if (endpoint.state === 'paused') {
    pen.beginPath();
    pen.arc(x, y, 2.5, Math.PI / 2, (Math.PI * 3) / 2);
    pen.fill();
  }
}

/** How much of a name's room the mark of an isolated endpoint takes. */
const MARK_ROOM = 13;

/** A ring struck through: isolated.  With a bar across: cut from the internet.  Gives the room it took, 0 for none. */
function isolationMark(pen: Pen, scene: Scene, index: number, x: number, y: number): number {
  const isolation = scene.frame.endpoints[index]?.isolation;
  if (!isolation) return 0;
  pen.strokeStyle = scene.palette.headerInk;
  pen.lineWidth = 1.5;
  pen.beginPath();
  pen.arc(x, y, 4, 0, Math.PI * 2);
  const slope = isolation.from === 'everything' ? 2.8 : 0;
  const reach = isolation.from === 'everything' ? 2.8 : 4;
  pen.moveTo(x - reach, y - slope);
  pen.lineTo(x + reach, y + slope);
  pen.stroke();
  return MARK_ROOM;
}

function matchBox(pen: Pen, scene: Scene, x: number, y: number, width: number, height: number): void {
  pen.fillStyle = scene.palette.match;
  pen.fillRect(x, y, width, height);
}

/** How wide row headers and how high column headers must be, from the longest names, within bounds. */
export function headerSizes(pen: Pen, scene: Omit<Scene, 'layout'>, cell: number): { width: number; height: number } {
  if (cell < SMALLEST_LABELLED) return { width: BAND + 8, height: BAND + 8 };
  pen.font = labelFont(cell);
  const longest = (side: Side): number =>
    side.members.reduce((most, index, position) => {
      const text = scene.displayName(side.labels[position] ?? '', index);
      const mark = scene.frame.endpoints[index]?.isolation ? MARK_ROOM : 0;
      return Math.max(most, pen.measureText(text).width + mark);
    }, 0);
  const within = (value: number, low: number, high: number): number => Math.ceil(Math.max(low, Math.min(high, value)));
  return {
    width: within(longest(scene.view.rows) + BAND + 36, 120, 240),
    height: within(longest(scene.view.cols) + BAND + 36, 90, 170),
  };
}

export function labelFont(cell: number): string {
  return `${labelSize(cell)}px ${FONT}`;
}

function fitted(pen: Pen, text: string, width: number): string {
  return ellipsize(text, width, (part) => pen.measureText(part).width, 'middle');
}
