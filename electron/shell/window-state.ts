/** Where the window was, so that it opens there again, unless that place is gone. */
import { readFileSync, writeFileSync } from 'node:fs';
import * as z from 'zod';
import type { Rectangle } from './electron-apis.ts';

const windowState = z.object({
  bounds: z.object({ x: z.int(), y: z.int(), width: z.int().positive(), height: z.int().positive() }),
  maximized: z.boolean(),
});

export type WindowState = z.infer<typeof windowState>;

export const SMALLEST = { width: 880, height: 560 } as const;
const USUAL = { width: 1360, height: 880 } as const;
/** So much of the window's top edge must be on some display for it to be grasped. */
const GRIP = 120;

/** @returns null when nothing usable was saved */
export function readWindowState(file: string): WindowState | null {
  try {
    return windowState.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return null;
  }
}

/** Best effort: a full disk must not keep the window from closing. */
export function writeWindowState(file: string, state: WindowState): void {
  try {
    writeFileSync(file, JSON.stringify(state));
  } catch {
    // The window opens at its usual place next time.
  }
}

/** @returns where to open: the saved place if it can be seen, else the usual size, placed by the system */
export function openingBounds(state: WindowState | null, displays: readonly Rectangle[]): Partial<Rectangle> {
  if (!state) return USUAL;
  const { x, y, width, height } = state.bounds;
  const size = { width: Math.max(width, SMALLEST.width), height: Math.max(height, SMALLEST.height) };
  const isSeen = displays.some(
    (area) =>
      Math.min(x + size.width, area.x + area.width) - Math.max(x, area.x) >= GRIP &&
      y >= area.y &&
      y < area.y + area.height - GRIP,
  );
  return isSeen ? { x, y, ...size } : size;
}
