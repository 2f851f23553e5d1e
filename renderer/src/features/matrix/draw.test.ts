import { describe, expect, test } from 'vitest';
import { FLAG_DENIED, FLAG_HELD, FLAG_SIDE_LAYER } from '../../../../shared/reachability/model.ts';
import { cellState } from '../../lib/frame.ts';
import { drawCells } from './draw-cells.ts';
import { drawHeaders, ellipsize } from './draw-headers.ts';
import { drawOverlay } from './draw-overlay.ts';
import { makeAxis } from './geometry.ts';
import { DARK, LIGHT } from './palette.ts';
import type { Pen, Scene, Viewport } from './scene.ts';
import { endpoint, frameOf, type FrameParts } from './test-frame.ts';
import { tooltipPosition } from './tooltip.ts';
import { buildView } from './view.ts';

interface Call {
  readonly name: string;
  readonly args: readonly unknown[];
  readonly fill: unknown;
  readonly stroke: unknown;
}

/** A context that writes down what it is told; a letter is 6 pixels wide. */
function recorder(): { readonly pen: Pen; readonly calls: Call[] } {
  const calls: Call[] = [];
  const properties: Record<string, unknown> = {};
  const pen = new Proxy(properties, {
    get: (target, name) => {
      if (typeof name !== 'string' || name in target) return target[String(name)];
      return (...args: readonly unknown[]) => {
        calls.push({ name, args, fill: target['fillStyle'], stroke: target['strokeStyle'] });
        return name === 'measureText' ? { width: String(args[0]).length * 6 } : undefined;
      };
    },
  });
  return { pen: pen as unknown as Pen, calls };
}

function sceneOf(parts: FrameParts, cell = 28): Scene {
  const frame = frameOf(parts);
  const view = buildView(frame, { grouping: 'none', network: '', query: '' });
  const axis = makeAxis([frame.endpoints.length], cell, 6);
  return {
    frame,
    view,
    layout: { rows: axis, cols: axis, headerWidth: 120, headerHeight: 100 },
    palette: LIGHT,
    bandName: (label) => label,
    displayName: (label) => label,
    tried: new Set(),
  };
}

const many = (count: number): FrameParts => ({
  endpoints: Array.from({ length: count }, (_, index) => endpoint(`c${index}`)),
});
const VIEW: Viewport = { width: 800, height: 600, scroll: { x: 0, y: 0 } };

describe('cells', () => {
  test('only visible cells are drawn: a screenful of 300 × 300', () => {
    const { pen, calls } = recorder();
    drawCells(pen, sceneOf(many(300)), { ...VIEW, scroll: { x: 3000, y: 4000 } });
    const tiles = calls.filter(({ name }) => name === 'roundRect').length;
    const most = (Math.ceil(680 / 28) + 1) * (Math.ceil(500 / 28) + 1);
    expect(tiles).toBeGreaterThan(most / 2);
    expect(tiles).toBeLessThanOrEqual(most);
  });

  test('every state has a fill and a shape of its own', () => {
    const states: readonly [FrameParts['verdicts'], number, FrameParts['phase'] & string][] = [
      [['open', 'open'], 0, 'holding'],
      [['open', 'partial'], 0, 'holding'],
      [['open', 'blocked'], 0, 'holding'],
      [['open', 'unknown'], 0, 'holding'],
      [['open', 'blocked'], FLAG_DENIED | FLAG_HELD, 'holding'],
      [['open', 'open'], FLAG_DENIED, 'working'],
      [['open', 'open'], FLAG_DENIED, 'failing'],
    ];
    const drawn = states.map(([verdicts, flag, phase]) => {
      const { pen, calls } = recorder();
      const parts: FrameParts = { ...many(2), verdicts: verdicts ?? [], flags: [0, flag], phase };
      drawCells(pen, sceneOf(parts), VIEW);
      const second = calls.findIndex(
        ({ name }, at) => name === 'roundRect' && calls.slice(0, at).some((call) => call.name === 'roundRect'),
      );
      const third = calls.findIndex(({ name }, at) => at > second && name === 'roundRect');
      const own = calls.slice(second, third);
      return { fill: own.find(({ name }) => name === 'fill')?.fill, shape: own.map(({ name }) => name).join(' ') };
    });
    expect(new Set(drawn.map(({ fill }) => fill)).size).toBe(states.length);
    expect(new Set(drawn.map(({ shape }) => shape)).size).toBe(states.length);
  });

  test('the corner of a cell tells that files or control are shared', () => {
    const { pen, calls } = recorder();
    drawCells(pen, sceneOf({ ...many(2), flags: [0, FLAG_SIDE_LAYER] }), VIEW);
    expect(calls.filter(({ name, fill }) => name === 'fill' && fill === LIGHT.sideLayer)).toHaveLength(1);
  });

  test('far out, neighbours of one colour become one rectangle per row', () => {
    const { pen, calls } = recorder();
    const size = 40;
    const verdicts = Array.from({ length: size * size }, () => 'blocked' as const);
    drawCells(pen, sceneOf({ ...many(size), verdicts }, 6), VIEW);
    const runs = calls.filter(({ name, fill }) => name === 'fillRect' && fill === LIGHT.verdicts.blocked.fill);
    // Each row is one run, cut in two by the diagonal except at its ends.
    expect(runs).toHaveLength(size * 2 - 2);
    expect(calls.some(({ name }) => name === 'arc')).toBe(false);
  });
});

describe('headers', () => {
  test('names of visible rows and columns only, and they fit', () => {
    const { pen, calls } = recorder();
    const endpoints = Array.from({ length: 300 }, (_, index) =>
      endpoint(`a-name-that-is-far-too-long-for-any-header-${index}`),
    );
    drawHeaders(pen, sceneOf({ endpoints }), { ...VIEW, scroll: { x: 0, y: 2800 } });
    const texts = calls.filter(({ name }) => name === 'fillText').map(({ args }) => String(args[0]));
    expect(texts.filter((text) => text.endsWith('100'))).toHaveLength(1);
    expect(texts.length).toBeLessThan(60);
    expect(texts.every((text) => text.includes('…') && text.length * 6 <= 120)).toBe(true);
  });

  test.each([
    ['short', 60, 'end', 'short'],
    ['analytics-worker-1', 60, 'end', 'analytics…'],
    ['analytics-worker-1', 60, 'middle', 'analy…er-1'],
    ['字字字字字字', 24, 'end', '字字字…'],
    ['👩‍🚀👩‍🚀', 6, 'end', '…'],
    ['anything', 0, 'middle', '…'],
  ] as const)('"%s" in %d pixels, cut at the %s: "%s"', (text, width, where, expected) => {
    expect(ellipsize(text, width, (part) => [...part].length * 6, where)).toBe(expected);
  });

  test('an isolated endpoint is marked beside its name, each kind with a shape of its own', () => {
    const marks = ([undefined, 'everything', 'internet'] as const).map((from) => {
      const { pen, calls } = recorder();
      const isolation = from && { isolation: { from, by: 'all' } };
      drawHeaders(pen, sceneOf({ endpoints: [endpoint('web', { ...isolation })] }), VIEW);
      const lines = calls.filter(({ name }) => name === 'moveTo' || name === 'lineTo').map(({ args }) => args[1]);
      const label = calls.find(({ name, args }) => name === 'fillText' && args[0] === 'web');
      return { strokes: lines.length, level: new Set(lines).size === 2, at: label?.args[1] };
    });
    // Once in its row's header, once in its column's.
    expect(marks).toEqual([
      { strokes: 0, level: false, at: 101 },
      { strokes: 4, level: false, at: 88 },
      { strokes: 4, level: true, at: 88 },
    ]);
  });
});

describe('the overlay', () => {
  const at = { row: 1, col: 2 };
  const nothing = { hover: null, cursor: null, focused: false, selection: null };
  const strokes = (overlay: Parameters<typeof drawOverlay>[3]): readonly unknown[] => {
    const { pen, calls } = recorder();
    drawOverlay(pen, sceneOf(many(5)), VIEW, overlay);
    return calls.filter(({ name }) => name === 'stroke').map(({ stroke }) => stroke);
  };

  test('is cleared first and empty when nothing is pointed at', () => {
    const { pen, calls } = recorder();
    drawOverlay(pen, sceneOf(many(5)), VIEW, nothing);
    expect(calls[0]).toMatchObject({ name: 'clearRect', args: [0, 0, 800, 600] });
    expect(calls.some(({ name }) => name === 'stroke' || name === 'fillRect')).toBe(false);
  });

  test('a hovered cell lights its row and its column, not one more pixel', () => {
    const { pen, calls } = recorder();
    drawOverlay(pen, sceneOf(many(5)), VIEW, { ...nothing, hover: at });
    const bars = calls.filter(({ name }) => name === 'fillRect').map(({ args }) => args);
    expect(bars).toEqual([
      [22, 128, 238, 28],
      [176, 22, 28, 218],
    ]);
  });

  test.each([
    ['cursor with the keyboard', { ...nothing, cursor: at, focused: true }, [LIGHT.cursor]],
    [
      'selection and cursor apart',
      { ...nothing, cursor: { row: 0, col: 0 }, selection: at },
      [LIGHT.selection, LIGHT.cursor],
    ],
    ['selection and cursor together', { ...nothing, cursor: at, selection: at }, [LIGHT.selection]],
  ])('%s', (_, overlay, expected) => {
    expect(strokes(overlay)).toEqual(expected);
  });
});

describe('colours', () => {
  test.each([
    ['light', LIGHT],
    ['dark', DARK],
  ])('%s: symbols stand out from their tile, names from the header', (_, palette) => {
    const tiles = [...Object.values(palette.verdicts), palette.held, palette.pending, palette.failed];
    // Also a cell blocked by nature, which is meant to be quiet.
    expect(tiles.map(({ fill, ink }) => contrast(fill, ink)).every((ratio) => ratio >= 3)).toBe(true);
    const texts: readonly [string, string][] = [
      [palette.header, palette.headerInk],
      [palette.header, palette.headerQuiet],
      [palette.band, palette.bandInk],
      [palette.match, palette.matchInk],
    ];
    expect(texts.map(([ground, ink]) => contrast(ground, ink)).every((ratio) => ratio >= 4.5)).toBe(true);
  });
});

describe('the tooltip', () => {
  const bounds = { width: 800, height: 600 };
  const size = { width: 200, height: 60 };
  test.each([
    ['beside its cell', { x: 100, y: 100 }, { x: 138, y: 138 }],
    ['left of a cell at the right edge', { x: 700, y: 100 }, { x: 490, y: 138 }],
    ['above a cell at the bottom', { x: 100, y: 560 }, { x: 138, y: 490 }],
  ])('%s', (_, cell, expected) => {
    expect(tooltipPosition({ ...cell, width: 28, height: 28 }, size, bounds)).toEqual(expected);
  });
});

test('a denial that is not held is pending only while the guard works, and paused while that is', () => {
  const parts = { ...many(1), flags: [FLAG_DENIED] };
  const marks = (['working', 'failing', 'idle', 'paused'] as const).map(
    (phase) => cellState(frameOf({ ...parts, phase }), 0, 0).denial,
  );
  expect(marks).toEqual(['pending', 'failed', 'failed', 'paused']);
});

function contrast(a: string, b: string): number {
  const [light, dark] = [luminance(a), luminance(b)].toSorted((x, y) => y - x) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

/** WCAG 2 relative luminance of `#rrggbb`. */
function luminance(colour: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const value = parseInt(colour.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
