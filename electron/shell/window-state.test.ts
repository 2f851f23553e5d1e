import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openingBounds, readWindowState, writeWindowState } from './window-state.ts';

const DISPLAY = { x: 0, y: 0, width: 1920, height: 1080 };
const SECOND = { x: 1920, y: 0, width: 1920, height: 1080 };
const at = (x: number, y: number, width = 1000, height = 700) => ({
  bounds: { x, y, width, height },
  maximized: false,
});

test.each([
  ['nothing saved: the usual size, placed by the system', null, [DISPLAY], { width: 1360, height: 880 }],
  ['a place on the display', at(100, 50), [DISPLAY], { x: 100, y: 50, width: 1000, height: 700 }],
  ['a place on the second display', at(2000, 50), [DISPLAY, SECOND], { x: 2000, y: 50, width: 1000, height: 700 }],
  ['the second display is gone', at(2000, 50), [DISPLAY], { width: 1000, height: 700 }],
  ['only a sliver would be seen', at(1850, 50), [DISPLAY], { width: 1000, height: 700 }],
  ['the title bar is above the screen', at(100, -40), [DISPLAY], { width: 1000, height: 700 }],
  ['smaller than the smallest', at(0, 0, 100, 100), [DISPLAY], { x: 0, y: 0, width: 880, height: 560 }],
])('%s', (_name, state, displays, expected) => {
  expect(openingBounds(state, displays)).toEqual(expected);
});

test('what cannot be read or written counts as not saved', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bulkhead-window-'));
  const file = join(folder, 'window.json');
  expect(readWindowState(file)).toBeNull();
  writeFileSync(file, '{"bounds":{"x":"1"}}');
  expect(readWindowState(file)).toBeNull();
  writeWindowState(file, at(1, 2));
  expect(readWindowState(file)).toEqual(at(1, 2));
  rmSync(folder, { recursive: true });
  writeWindowState(file, at(1, 2));
  expect(readWindowState(file)).toBeNull();
});
