/**
 * The one shape of error that crosses the contract, the CLI and the journal.
 *
 * Expected failures are typed results or a `BulkheadError`; anything else is a defect and shown as `INTERNAL`.
 */

export const ERROR_CODES = [
  'ENGINE_ABSENT',
  'ENGINE_PERMISSION',
  'ENGINE_API_TOO_OLD',
  'ENGINE_TLS',
  'ENGINE_UNREACHABLE',
  'ENGINE_REFUSED',
  'ENGINE_BUSY',
  'NOT_FOUND',
  'AMBIGUOUS',
  'BAD_INPUT',
  'CANNOT_ENFORCE',
  'HELPER_FAILED',
  'POLICY_FILE',
  'STORAGE',
  'CANCELLED',
  'INTERNAL',
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

/** `message` says what happened, for people; `hint` says what to do next (`''` when there is nothing to do). */
export interface ErrorShape {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint: string;
}

export class BulkheadError extends Error implements ErrorShape {
  readonly code: ErrorCode;
  readonly hint: string;

  constructor(shape: ErrorShape, options?: ErrorOptions) {
    super(shape.message, options);
    this.name = 'BulkheadError';
    this.code = shape.code;
    this.hint = shape.hint;
  }
}

/** Of something that came over the wire: the shape, and nothing else of it. @returns null where it is none */
export function readErrorShape(value: unknown): ErrorShape | null {
  if (typeof value !== 'object' || value === null) return null;
  const { code, message, hint } = value as Partial<Record<keyof ErrorShape, unknown>>;
  const known = ERROR_CODES.find((one) => one === code);
  if (known === undefined || typeof message !== 'string' || typeof hint !== 'string') return null;
  return { code: known, message, hint };
}

/** Turns anything thrown into the shape that may be shown; an unknown thing becomes `INTERNAL` with its message. */
export function toErrorShape(thrown: unknown): ErrorShape {
  if (thrown instanceof BulkheadError) return { code: thrown.code, message: thrown.message, hint: thrown.hint };
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return { code: 'INTERNAL', message, hint: 'This is a defect in Bulkhead. Please report it with this message.' };
}
