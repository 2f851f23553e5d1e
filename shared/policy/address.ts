/**
 * Addresses as the kernel compares them: one text per address, or `null` for what is none.
 *
 * Everything that reaches a firewall script passes through here, so nothing an engine says can become script.
 */

/** `172.18.0.3`, or `null`. */
export function ipv4Text(text: string): string | null {
  const parts = text.split('.');
  if (parts.length !== 4) return null;
  return parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255) ? text : null;
}

/** The shortest lower-case form of RFC 5952 (`fd00::3`), or `null`.  No zone, no prefix length, no embedded IPv4. */
export function ipv6Text(text: string): string | null {
  const groups = ipv6Groups(text.toLowerCase());
  if (!groups) return null;
  let best = { at: -1, length: 1 };
  for (let at = 0; at < 8; at += 1) {
    let length = 0;
    while (groups[at + length] === 0) length += 1;
    if (length > best.length) best = { at, length };
  }
  const hex = groups.map((group) => group.toString(16));
  if (best.at < 0) return hex.join(':');
  return `${hex.slice(0, best.at).join(':')}::${hex.slice(best.at + best.length).join(':')}`;
}

function ipv6Groups(text: string): readonly number[] | null {
  const halves = text.split('::');
  if (halves.length > 2) return null;
  const [head = [], tail] = halves.map((half) => (half === '' ? [] : half.split(':')));
  const parts = tail
    ? [...head, ...new Array<string>(Math.max(0, 8 - head.length - tail.length)).fill('0'), ...tail]
    : head;
  if (parts.length !== 8 || (tail && head.length + tail.length > 7)) return null;
  return parts.every((part) => /^[0-9a-f]{1,4}$/.test(part)) ? parts.map((part) => Number.parseInt(part, 16)) : null;
}

/** `02:42:ac:12:00:03`, or `null`; group addresses and the null address are none. */
export function macText(text: string): string | null {
  const mac = text.toLowerCase();
  if (!/^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/.test(mac) || mac === '00:00:00:00:00:00') return null;
  return Number.parseInt(mac.slice(0, 2), 16) % 2 === 0 ? mac : null;
}

/** The link-local IPv6 address that a kernel makes of a hardware address (RFC 4291, appendix A); `null` where there is none. */
export function linkLocalOf(mac: string): string | null {
  const text = macText(mac);
  if (text === null) return null;
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = text.split(':').map((byte) => Number.parseInt(byte, 16));
  const groups = [((a ^ 2) << 8) | b, (c << 8) | 0xff, 0xfe00 | d, (e << 8) | f];
  return ipv6Text(`fe80:0:0:0:${groups.map((group) => group.toString(16)).join(':')}`);
}
