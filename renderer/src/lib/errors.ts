/** Whatever a call rejects with, as the shape that may be shown. */
import { errorShape } from '../../../shared/contract/schemas.ts';
import { toErrorShape, type ErrorShape } from '../../../shared/errors.ts';

/**
 * Reads the `ErrorShape` that the contract puts into an error's `data`.
 *
 * A failure of the carrier itself (socket closed, port gone) has no such data and reads as `ENGINE_UNREACHABLE`-like
 * trouble between the page and the core, so that nobody ever sees a raw stack.
 */
export function errorOf(thrown: unknown): ErrorShape {
  if (typeof thrown === 'object' && thrown !== null && 'data' in thrown) {
    const parsed = errorShape.safeParse(thrown.data);
    if (parsed.success) return parsed.data;
  }
  if (isAbort(thrown)) return { code: 'CANCELLED', message: 'Cancelled.', hint: '' };
  return toErrorShape(thrown);
}

export function isAbort(thrown: unknown): boolean {
  return thrown instanceof Error && thrown.name === 'AbortError';
}
