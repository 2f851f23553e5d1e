/** Whether an address lies in a subnet.  Both are an engine's words: what cannot be read contains nothing. */

/** `contains('10.0.1.0/24', '10.0.1.7')`; families never mix. */
export function contains(subnet: string, address: string): boolean {
  const [base = '', length = ''] = subnet.split('/');
  const net = bitsOf(base);
  const one = bitsOf(address);
  const prefix = /^\d{1,3}$/.test(length) ? Number(length) : -1;
  if (net === null || one?.length !== net.length || prefix < 0 || prefix > net.length) return false;
  return net.slice(0, prefix) === one.slice(0, prefix);
}

/** Whether all of `inner` lies in `outer`; `covers('10.0.0.0/8', '10.1.0.0/16')`, and each subnet in itself. */
export function covers(outer: string, inner: string): boolean {
  const [base = '', length = ''] = inner.split('/');
  return contains(outer, base) && /^\d{1,3}$/.test(length) && Number(outer.split('/')[1]) <= Number(length);
}

function bitsOf(address: string): string | null {
  return address.includes(':') ? bits6(address) : bits4(address);
}

function bits4(address: string): string | null {
  const parts = address.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) < 256)) return null;
  return parts.map((part) => Number(part).toString(2).padStart(8, '0')).join('');
}

function bits6(address: string): string | null {
  const halves = address.split('::');
  if (halves.length > 2) return null;
  const [head = [], tail] = halves.map((half) => (half === '' ? [] : half.split(':')));
  const gap = tail ? 8 - head.length - tail.length : 0;
  if (gap < 0) return null;
  const groups = [...head, ...new Array<string>(gap).fill('0'), ...(tail ?? [])];
  if (groups.length !== 8 || !groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return null;
  return groups.map((group) => Number.parseInt(group, 16).toString(2).padStart(16, '0')).join('');
}
