/** Addresses and prefixes as ranges of hexadecimal digits, which compare as texts. */
import type { AddressRange } from '../topology/firewall.ts';

/** `0a000002` for `10.0.0.2`, 32 digits for IPv6; `null` for what is no address. */
export function addressKey(text: string): string | null {
  return text.includes(':') ? ipv6Key(text.toLowerCase()) : ipv4Key(text);
}

function ipv4Key(text: string): string | null {
  const parts = text.split('.');
  if (parts.length !== 4) return null;
  let key = '';
  for (const part of parts) {
    if (!/^\d{1,3}$/.test(part) || Number(part) > 255) return null;
    key += Number(part).toString(16).padStart(2, '0');
  }
  return key;
}

function ipv6Key(text: string): string | null {
  const embedded = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text);
  if (embedded) {
    const low = ipv4Key(embedded[2] ?? '');
    return low === null ? null : ipv6Key(`${embedded[1] ?? ''}${low.slice(0, 4)}:${low.slice(4)}`);
  }
  const halves = text.split('::');
  if (halves.length > 2) return null;
  const [head = [], tail] = halves.map((half) => (half === '' ? [] : half.split(':')));
  const missing = 8 - head.length - (tail?.length ?? 0);
  if (tail ? missing < 1 : missing !== 0) return null;
  const groups = tail ? [...head, ...new Array<string>(missing).fill('0'), ...tail] : head;
  return groups.every((group) => /^[0-9a-f]{1,4}$/.test(group))
    ? groups.map((group) => group.padStart(4, '0')).join('')
    : null;
}

/** `10.0.0.0/8`, `10.0.0.0/255.0.0.0`, `10.0.0.2`, `10.0.0.2-10.0.0.9`; `null` for what is none. */
export function rangeOf(text: string): AddressRange | null {
  const dash = text.indexOf('-');
  if (dash > 0) {
    const first = addressKey(text.slice(0, dash));
    const last = addressKey(text.slice(dash + 1));
    return first !== null && last !== null && first.length === last.length ? { first, last } : null;
  }
  const [base = '', length] = text.split('/');
  const key = addressKey(base);
  if (key === null) return null;
  if (length === undefined) return { first: key, last: key };
  const bits = /^\d+$/.test(length) ? Number(length) : maskBits(length);
  return bits === null ? null : prefixRange(key, bits);
}

/** The range of a prefix; `key` as `addressKey` gives it. */
export function prefixRange(key: string, bits: number): AddressRange | null {
  if (!Number.isInteger(bits) || bits < 0 || bits > key.length * 4) return null;
  let first = '';
  let last = '';
  for (let at = 0; at < key.length; at += 1) {
    const kept = Math.max(0, Math.min(4, bits - at * 4));
    const mask = (0xf << (4 - kept)) & 0xf;
    const digit = Number.parseInt(key.charAt(at), 16);
    first += (digit & mask).toString(16);
    last += ((digit & mask) | (~mask & 0xf)).toString(16);
  }
  return { first, last };
}

/** Length of a contiguous mask written as an address; `null` for others. */
function maskBits(mask: string): number | null {
  const key = addressKey(mask);
  if (key === null) return null;
  const bits = [...key].map((digit) => Number.parseInt(digit, 16).toString(2).padStart(4, '0')).join('');
  const ones = bits.indexOf('0');
  if (ones < 0) return bits.length;
  return bits.includes('1', ones) ? null : ones;
}

/** How `some` (not empty) lies to `ranges` (as `joined` gives them): inside, apart, or partly inside. */
export function overlap(some: readonly AddressRange[], ranges: readonly AddressRange[]): 'inside' | 'apart' | 'partly' {
  let inside = true;
  let apart = true;
  for (const one of some) {
    const met = ranges[firstNotBefore(ranges, one)];
    const meets = met?.first.length === one.first.length && met.first <= one.last;
    if (meets) apart = false;
    if (!meets || met.first > one.first || met.last < one.last) inside = false;
    if (!inside && !apart) return 'partly';
  }
  return apart ? 'apart' : 'inside';
}

/** Index of the first range that does not end before `one` begins: sets may hold many thousands. */
function firstNotBefore(ranges: readonly AddressRange[], { first }: AddressRange): number {
  let low = 0;
  let high = ranges.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const last = ranges[middle]?.last ?? '';
    const before = last.length === first.length ? last < first : last.length < first.length;
    if (before) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Ranges in order without touching neighbours, so that what two of them cover together counts as covered. */
export function joined(ranges: readonly AddressRange[]): readonly AddressRange[] {
  const sorted = [...ranges].sort(
    (a, b) => a.first.length - b.first.length || (a.first < b.first ? -1 : a.first > b.first ? 1 : 0),
  );
  const found: AddressRange[] = [];
  for (const range of sorted) {
    const previous = found.at(-1);
    if (previous?.first.length === range.first.length && range.first <= successor(previous.last)) {
      if (range.last > previous.last) found[found.length - 1] = { first: previous.first, last: range.last };
    } else found.push(range);
  }
  return found;
}

/** What is in `ranges` and not in `taken` (both as `joined` gives them). */
export function without(ranges: readonly AddressRange[], taken: readonly AddressRange[]): readonly AddressRange[] {
  return ranges.flatMap((range) => {
    const left: AddressRange[] = [];
    let { first } = range;
    for (const hole of taken) {
      if (hole.first.length !== first.length || hole.last < first || hole.first > range.last) continue;
      if (hole.first > first) left.push({ first, last: predecessor(hole.first) });
      first = successor(hole.last);
      // The hole reaches to the end of the space.
      if (first === hole.last) return left;
    }
    return first <= range.last ? [...left, { first, last: range.last }] : left;
  });
}

function predecessor(key: string): string {
  return (BigInt(`0x${key}`) - 1n).toString(16).padStart(key.length, '0');
}

/** The next address, or the same at the end of the space. */
function successor(key: string): string {
  const next = (BigInt(`0x${key}`) + 1n).toString(16).padStart(key.length, '0');
  return next.length > key.length ? key : next;
}
