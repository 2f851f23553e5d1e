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
