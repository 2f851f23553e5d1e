/** Whatever a call rejects with, as the shape that may be shown. */
import { readErrorShape, toErrorShape, type ErrorShape } from '../../../shared/errors.ts';

/**
 * Reads the `ErrorShape` that the contract puts into an error's `data`.
 *
 * A failure of the carrier itself (socket closed, port gone) has no such data and reads as `ENGINE_UNREACHABLE`-like
 * trouble between the page and the core, so that nobody ever sees a raw stack.
 */
export function errorOf(thrown: unknown): ErrorShape {
  if (typeof thrown === 'object' && thrown !== null && 'data' in thrown) {
    const shape = readErrorShape(thrown.data);
    if (shape) return shape;
  }
  if (isAbort(thrown)) return { code: 'CANCELLED', message: 'Cancelled.', hint: '' };
  return toErrorShape(thrown);
}

export function isAbort(thrown: unknown): boolean {
  return thrown instanceof Error && thrown.name === 'AbortError';
}
