/** Keeps the objects of an older list for whatever did not change, so that only the rest is drawn again. */

export function shareUnchanged<T>(
  before: readonly T[] | null,
  after: readonly T[],
  idOf: (one: T) => string,
): readonly T[] {
  if (before === null) return after;
  const known = new Map(before.map((one) => [idOf(one), one]));
  let isSame = before.length === after.length;
  const shared = after.map((one, index) => {
    const old = known.get(idOf(one));
    const kept = old !== undefined && isEqual(old, one) ? old : one;
    isSame &&= before[index] === kept;
    return kept;
  });
  return isSame ? before : shared;
}

/** Plain data only. */
function isEqual(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  const [left, right] = [a as Record<string, unknown>, b as Record<string, unknown>];
  const keys = Object.keys(left);
  return (
    keys.length === Object.keys(right).length &&
    Array.isArray(a) === Array.isArray(b) &&
    keys.every((key) => Object.hasOwn(right, key) && isEqual(left[key], right[key]))
  );
}
