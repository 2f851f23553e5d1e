import { inject } from 'vitest';

declare module 'vitest' {
  interface ProvidedContext {
    /** Of the cases that properties are tried on, in (0, 1]. */
    readonly casesShare: number;
  }
}

/** How many random cases a property is tried on here: `whole` in `npm test`, a share of them in `npm run check`. */
export function cases(whole: number): number {
  return Math.ceil(whole * inject('casesShare'));
}

/** The same of a table that is tried whole in `npm test`: every so many-th line, beginning with the first. */
export function some<T>(whole: readonly T[]): readonly T[] {
  const step = Math.max(1, Math.round(1 / inject('casesShare')));
  return whole.filter((_, at) => at % step === 0);
}
