/** How well a text fits what was typed. */

/**
 * Every word of the query must be found: at the beginning best, at the beginning of a word next, then anywhere in one piece, then
 * with letters between.
 *
 * @returns null where some word is not; the more the better
 */
export function fit(query: string, text: string): number | null {
  const lower = text.toLowerCase();
  let sum = 0;
  for (const word of query.toLowerCase().split(/\s+/)) {
    if (word === '') continue;
    const found = fitWord(word, lower);
    if (found === null) return null;
    sum += found;
  }
  // Of texts that fit alike the short one is meant.
  return sum - Math.min(text.length, 200) / 1000;
}

function fitWord(word: string, text: string): number | null {
  const at = text.indexOf(word);
  if (at === 0) return 4;
  for (let next = at; next > 0; next = text.indexOf(word, next + 1)) {
    if (!/[\p{L}\p{N}]/u.test(text[next - 1] ?? '')) return 3;
  }
  if (at > 0) return 2;
  return isScattered(word, text) ? 1 : null;
}

/** Whether its letters come one after the other, the first at the beginning of a word: `shdb` is in `shop-db-1`. */
function isScattered(word: string, text: string): boolean {
  const starts = [...text.matchAll(/(?<![\p{L}\p{N}])[\p{L}\p{N}]/gu)].map(({ index }) => index);
  return starts.some((start) => {
    let at = start - 1;
    if (text[start] !== word[0]) return false;
    return [...word].every((letter) => {
      at = text.indexOf(letter, at + 1);
      return at >= 0;
    });
  });
}
