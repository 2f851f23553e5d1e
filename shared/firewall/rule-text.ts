/** Rules as people read them: short, and harmless to print. */

const LIMIT = 160;

/** One line without control characters, cut where it grows long. */
export function shortened(text: string): string {
  const line = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ').trim();
  return line.length <= LIMIT ? line : `${line.slice(0, LIMIT - 1)}…`;
}
