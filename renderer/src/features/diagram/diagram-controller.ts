/**
 * The diagram at work: owns the canvas and the small map, the camera and the pointer; draws when something changed.
 *
 * React hands it scenes and marks; panning, zooming, hovering and dragging stay in here and never render React.
 */
import type { Box, Point } from '../../../../shared/diagram/geometry.ts';
import { bordersBetween } from '../../../../shared/diagram/pins.ts';
import type { Palette } from '../../../../shared/diagram/palette.ts';
import type { GroupShape } from '../../../../shared/diagram/shapes.ts';
import { drawPainted, type Camera } from './canvas-painter.ts';
import { hitTest, type DiagramHit, type DiagramScene } from './scene.ts';

export interface DiagramMarks {
  /** The node under the keyboard, by key. */
  readonly active: string | null;
  /** Where the next explanation begins. */
  readonly from: string | null;
  /** What is not in here is drawn pale; null: nothing is. */
  readonly lit: ReadonlySet<string> | null;
  /** Hops from the endpoint in focus, by key. */
  readonly hops: ReadonlyMap<string, number>;
  /** Keys of nodes on the way to the active one. */
  readonly path: readonly (string | null)[];
  readonly selected: readonly [string, string] | null;
}

export interface DiagramHandlers {
  readonly onHit: (hit: DiagramHit, event: { readonly shift: boolean; readonly double: boolean }) => void;
  readonly onHover: (hit: DiagramHit, at: Point) => void;
  /** While a node is dragged, and at its end; in the diagram, how far in all since it was taken. */
  readonly onDrag: (key: string, by: Point, phase: 'move' | 'end') => void;
}

export interface DiagramController {
  setScene(scene: DiagramScene, palette: Palette): void;
  setMarks(marks: DiagramMarks): void;
  fit(): void;
  zoom(factor: number): void;
  pan(dx: number, dy: number): void;
  /** Brings a box into view, moving no more than needed. */
  reveal(box: Box): void;
  destroy(): void;
}

const LEAST_ZOOM = 0.05;
const MOST_ZOOM = 3;
/** Pixels that a press may move and still be a click. */
const CLICK_SLACK = 4;

export function createDiagramController(
  elements: { readonly stage: HTMLElement; readonly canvas: HTMLCanvasElement; readonly map: HTMLCanvasElement },
  handlers: DiagramHandlers,
): DiagramController {
  const { stage, canvas, map } = elements;
  const pen = penOf(canvas);
  const mapPen = penOf(map);
  let scene: DiagramScene | null = null;
  let palette: Palette | null = null;
  let marks: DiagramMarks = { active: null, from: null, lit: null, hops: new Map(), path: [], selected: null };
  let camera: Camera = { x: 0, y: 0, k: 1 };
  let isFitted = true;
  let request = 0;
  /** Everything in small, which moves by no pan and no zoom. */
  let small: { readonly scene: DiagramScene; readonly palette: Palette; readonly image: HTMLCanvasElement } | null =
    null;

  const schedule = (): void => {
    if (request === 0) request = requestAnimationFrame(draw);
  };
  const toDiagram = (x: number, y: number): Point => ({ x: (x - camera.x) / camera.k, y: (y - camera.y) / camera.k });
  const view = (): Box => {
    const { x, y } = toDiagram(0, 0);
    return { x, y, w: stage.clientWidth / camera.k, h: stage.clientHeight / camera.k };
  };

  const fit = (): void => {
    isFitted = true;
    if (!scene || stage.clientWidth === 0) return;
    const { x, y, w, h } = scene.bounds;
    const k = Math.max(LEAST_ZOOM, Math.min(1.25, stage.clientWidth / w, stage.clientHeight / h));
    camera = {
      k,
      x: (stage.clientWidth - w * k) / 2 - x * k,
      y: (stage.clientHeight - h * k) / 2 - y * k,
    };
    schedule();
  };

  const zoomAt = (factor: number, x: number, y: number): void => {
    const k = Math.min(MOST_ZOOM, Math.max(LEAST_ZOOM, camera.k * factor));
    const at = toDiagram(x, y);
    camera = { k, x: x - at.x * k, y: y - at.y * k };
    isFitted = false;
    schedule();
  };

  const alphaOf = (group: GroupShape): number => {
    const { lit } = marks;
    // Hulls of forces lie over each other, as boxes of layers never do.
    if (group.role === 'compartment') return scene?.geometry.width === 0 ? 0.75 : 1;
    if (lit === null) return 1;
    if (group.role === 'node') return lit.has(group.key) ? 1 : 0.22;
    return 0.25;
  };

  const draw = (): void => {
    request = 0;
    if (!scene || !palette) return;
    const ratio = window.devicePixelRatio || 1;
    size(canvas, stage.clientWidth, stage.clientHeight, ratio);
    pen.setTransform(1, 0, 0, 1, 0, 0);
    pen.fillStyle = palette.page;
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.setTransform(camera.k * ratio, 0, 0, camera.k * ratio, camera.x * ratio, camera.y * ratio);
    drawPainted(pen, scene.painted, palette, camera.k, view(), alphaOf);
    drawMarks(pen, scene, palette);
    drawMap(ratio);
    canvas.dataset['camera'] = `${camera.x.toFixed(2)} ${camera.y.toFixed(2)} ${camera.k.toFixed(4)}`;
    canvas.dataset['drawn'] = String(Number(canvas.dataset['drawn'] ?? '0') + 1);
  };

  const drawMarks = (on: CanvasRenderingContext2D, { geometry }: DiagramScene, inks: Palette): void => {
    on.setLineDash([]);
    const rings = (key: string, ink: string, width: number, by: number): void => {
      for (const { node, x, y, w, h } of geometry.nodes) {
        if (node.key !== key) continue;
        on.strokeStyle = ink;
        on.lineWidth = width;
        on.beginPath();
        on.roundRect(x - by, y - by, w + 2 * by, h + 2 * by, 9 + by);
        on.stroke();
      }
    };
    if (marks.selected) for (const key of marks.selected) rings(key, inks.accent, 2, 3);
    if (marks.from !== null) rings(marks.from, inks.accent, 3, 4);
    const steps = marks.path.map((key) => geometry.nodes.find(({ node }) => node.key === key));
    on.strokeStyle = inks.cut;
    on.lineWidth = 3;
    steps.slice(1).forEach((to, index) => {
      const from = steps[index];
      if (from && to && from !== to) drawStep(on, from, to);
    });
    on.font = '600 11px system-ui, sans-serif';
    on.textAlign = 'center';
    for (const { node, x, y, w } of geometry.nodes) {
      const hop = marks.hops.get(node.key);
      if (hop === undefined || hop < 1) continue;
      on.fillStyle = inks.cut;
      on.beginPath();
      on.arc(x + w - 2, y + 2, 9, 0, 2 * Math.PI);
      on.fill();
      on.fillStyle = inks.page;
      on.fillText(String(hop), x + w - 2, y + 6);
    }
    if (marks.active !== null) rings(marks.active, inks.ink, 2, 6);
  };

  /** Everything in small, with what is in view. */
  const drawMap = (ratio: number): void => {
    if (!scene || !palette) return;
    const [width, height] = [map.clientWidth, map.clientHeight];
    size(map, width, height, ratio);
    const k = mapScale(scene.bounds, width, height);
    const { bounds } = scene;
    if (small?.scene !== scene || small.palette !== palette || small.image.width !== map.width) {
      small = { scene, palette, image: smallPicture(scene, palette, map, k * ratio) };
    }
    mapPen.setTransform(1, 0, 0, 1, 0, 0);
    mapPen.drawImage(small.image, 0, 0);
    mapPen.setTransform(
      k * ratio,
      0,
      0,
      k * ratio,
      (-bounds.x * k + (width - bounds.w * k) / 2) * ratio,
      (-bounds.y * k + (height - bounds.h * k) / 2) * ratio,
    );
    const seen = view();
    mapPen.strokeStyle = palette.accent;
    mapPen.lineWidth = 2 / k;
    mapPen.strokeRect(seen.x, seen.y, seen.w, seen.h);
    // What fits exactly is off by a rounding.
    const isAll =
      seen.x <= bounds.x + 1 &&
      seen.y <= bounds.y + 1 &&
      seen.x + seen.w >= bounds.x + bounds.w - 1 &&
      seen.y + seen.h >= bounds.y + bounds.h - 1;
    map.style.visibility = isAll ? 'hidden' : 'visible';
  };

  const at = (event: MouseEvent): Point => {
    const { left, top } = stage.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  };
  const hitAt = ({ x, y }: Point): DiagramHit =>
    scene ? hitTest(scene, toDiagram(x, y), 7 / camera.k) : { kind: 'none' };

  let press: { readonly start: Point; last: Point; readonly hit: DiagramHit; moved: boolean } | null = null;
  const onDown = (event: PointerEvent): void => {
    if (event.button !== 0) return;
    const start = at(event);
    press = { start, last: start, hit: hitAt(start), moved: false };
    stage.setPointerCapture(event.pointerId);
  };
  const onMove = (event: PointerEvent): void => {
    const now = at(event);
    if (!press) {
      const hit = hitAt(now);
      stage.style.cursor = hit.kind === 'none' ? 'grab' : 'pointer';
      handlers.onHover(hit, now);
      return;
    }
    if (!press.moved && Math.hypot(now.x - press.start.x, now.y - press.start.y) < CLICK_SLACK) return;
    press.moved = true;
    if (press.hit.kind === 'node') {
      handlers.onDrag(press.hit.placed.node.key, since(press.start, now), 'move');
    } else {
      camera = { ...camera, x: camera.x + now.x - press.last.x, y: camera.y + now.y - press.last.y };
      isFitted = false;
      schedule();
    }
    press.last = now;
  };
  const since = (a: Point, b: Point): Point => ({ x: (b.x - a.x) / camera.k, y: (b.y - a.y) / camera.k });
  const onUp = (event: PointerEvent): void => {
    const ended = press;
    press = null;
    if (!ended) return;
    if (!ended.moved) handlers.onHit(ended.hit, { shift: event.shiftKey, double: false });
    else if (ended.hit.kind === 'node')
      handlers.onDrag(ended.hit.placed.node.key, since(ended.start, at(event)), 'end');
  };
  // The system took the pointer away: nothing was meant by what it did.
  const onCancel = (event: PointerEvent): void => {
    if (press?.moved && press.hit.kind === 'node')
      handlers.onDrag(press.hit.placed.node.key, since(press.start, at(event)), 'end');
    press = null;
  };
  const onDouble = (event: MouseEvent): void => handlers.onHit(hitAt(at(event)), { shift: false, double: true });
  const onWheel = (event: WheelEvent): void => {
    event.preventDefault();
    const { x, y } = at(event);
    if (event.ctrlKey || event.metaKey) return zoomAt(Math.exp(-event.deltaY * 0.01), x, y);
    const unit = event.deltaMode === 1 ? 30 : 1;
    const [dx, dy] = event.shiftKey ? [event.deltaY, 0] : [event.deltaX, event.deltaY];
    camera = { ...camera, x: camera.x - dx * unit, y: camera.y - dy * unit };
    isFitted = false;
    schedule();
  };
  const onMap = (event: PointerEvent): void => {
    if (!scene || event.buttons !== 1) return;
    const { left, top, width, height } = map.getBoundingClientRect();
    const k = mapScale(scene.bounds, width, height);
    const x = scene.bounds.x + (event.clientX - left - (width - scene.bounds.w * k) / 2) / k;
    const y = scene.bounds.y + (event.clientY - top - (height - scene.bounds.h * k) / 2) / k;
    camera = { ...camera, x: stage.clientWidth / 2 - x * camera.k, y: stage.clientHeight / 2 - y * camera.k };
    isFitted = false;
    schedule();
  };
  const observer = new ResizeObserver(() => (isFitted ? fit() : schedule()));
  observer.observe(stage);
  stage.addEventListener('pointerdown', onDown);
  stage.addEventListener('pointermove', onMove);
  stage.addEventListener('pointerup', onUp);
  stage.addEventListener('pointercancel', onCancel);
  stage.addEventListener('dblclick', onDouble);
  stage.addEventListener('wheel', onWheel, { passive: false });
  map.addEventListener('pointerdown', onMap);
  map.addEventListener('pointermove', onMap);

  return {
    setScene: (next, inks) => {
      const isFirst = scene === null;
      scene = next;
      palette = inks;
      if (isFirst || isFitted) fit();
      else schedule();
    },
    setMarks: (next) => {
      marks = next;
      schedule();
    },
    fit,
    zoom: (factor) => zoomAt(factor, stage.clientWidth / 2, stage.clientHeight / 2),
    pan: (dx, dy) => {
      camera = { ...camera, x: camera.x + dx, y: camera.y + dy };
      isFitted = false;
      schedule();
    },
    reveal: ({ x, y, w, h }) => {
      const seen = view();
      const room = 24 / camera.k;
      const shift = (start: number, length: number, from: number, whole: number): number => {
        if (start - room < from) return from - (start - room);
        return start + length + room > from + whole ? from + whole - (start + length + room) : 0;
      };
      const [dx, dy] = [shift(x, w, seen.x, seen.w), shift(y, h, seen.y, seen.h)];
      if (dx === 0 && dy === 0) return;
      camera = { ...camera, x: camera.x + dx * camera.k, y: camera.y + dy * camera.k };
      schedule();
    },
    destroy: () => {
      cancelAnimationFrame(request);
      observer.disconnect();
      stage.removeEventListener('pointerdown', onDown);
      stage.removeEventListener('pointermove', onMove);
      stage.removeEventListener('pointerup', onUp);
      stage.removeEventListener('pointercancel', onCancel);
      stage.removeEventListener('dblclick', onDouble);
      stage.removeEventListener('wheel', onWheel);
      map.removeEventListener('pointerdown', onMap);
      map.removeEventListener('pointermove', onMap);
      scene = null;
    },
  };
}

/** From border to border, so that it covers no name, with an arrow at its end. */
function drawStep(on: CanvasRenderingContext2D, from: Box, to: Box): void {
  const [a, b] = bordersBetween(from, to);
  const angle = Math.atan2(b.y - a.y, b.x - a.x);
  on.beginPath();
  on.moveTo(a.x, a.y);
  on.lineTo(b.x, b.y);
  for (const turn of [2.6, -2.6]) {
    on.moveTo(b.x, b.y);
    on.lineTo(b.x + 11 * Math.cos(angle + turn), b.y + 11 * Math.sin(angle + turn));
  }
  on.stroke();
}

function smallPicture(
  { bounds, geometry }: DiagramScene,
  palette: Palette,
  map: HTMLCanvasElement,
  k: number,
): HTMLCanvasElement {
  const image = document.createElement('canvas');
  image.width = map.width;
  image.height = map.height;
  const pen = penOf(image);
  pen.fillStyle = palette.card;
  pen.fillRect(0, 0, image.width, image.height);
  pen.setTransform(
    k,
    0,
    0,
    k,
    -bounds.x * k + (image.width - bounds.w * k) / 2,
    -bounds.y * k + (image.height - bounds.h * k) / 2,
  );
  for (const { rects, hue } of geometry.compartments) {
    pen.fillStyle = palette[`rim-${(hue % 8) as 0}`];
    for (const { x, y, w, h } of rects) pen.fillRect(x, y, w, h);
  }
  pen.fillStyle = palette.card;
  for (const { x, y, w, h } of geometry.nodes) pen.fillRect(x, y, w, h);
  return image;
}

function mapScale({ w, h }: Box, width: number, height: number): number {
  return Math.min(width / w, height / h);
}

function penOf(canvas: HTMLCanvasElement): CanvasRenderingContext2D {
  const pen = canvas.getContext('2d');
  if (!pen) throw new Error('This browser draws on no canvas');
  return pen;
}

function size(canvas: HTMLCanvasElement, width: number, height: number, ratio: number): void {
  const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== w) canvas.width = w;
  if (canvas.height !== h) canvas.height = h;
}
