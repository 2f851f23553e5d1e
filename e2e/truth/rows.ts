/** Everything there is to try in a census: the complete table, from × to × address × protocol. */
import type { Census, Party, Stack } from './census.ts';
import type { WireProtocol } from './wire.ts';

/** One line of a truth table. */
export interface Row {
  readonly from: Party;
  readonly to: Party;
  readonly protocol: WireProtocol;
  readonly address: string;
  /** 0 for ICMP. */
  readonly port: number;
  /** Rows of the outside with the same `either` are one line: it is enough that one of the families gets through. */
  readonly either: string | null;
}

export function rowsOf(census: Census): readonly Row[] {
  return census.parties.flatMap((from) => census.parties.flatMap((to) => rowsOfPair(census, from, to)));
}

/** As a line for people: `web → db tcp [fd00::2]:80`. */
export function rowText({ from, to, protocol, address, port }: Row): string {
  const host = address.includes(':') ? `[${address}]` : address;
  return `${from.name} → ${to.name} ${protocol} ${host}${port === 0 ? '' : `:${String(port)}`}`;
}

function rowsOfPair(census: Census, from: Party, to: Party): readonly Row[] {
  const row = (protocol: WireProtocol, address: string, port: number, either: string | null = null): Row => ({
    from,
    to,
    protocol,
    address,
    port,
    either,
  });
  if (isZone(to)) {
    if (isZone(from)) return [];
    return to.zoneAddresses.flatMap((address) => [
      ...to.stack.listens.map(({ protocol, port }) =>
        row(protocol, address, port, `${from.name} ${to.name} ${protocol}`),
      ),
      row('icmp', address, 0, `${from.name} ${to.name} icmp`),
    ]);
  }
  if (from.stack === to.stack) return to.stack.listens.map(({ protocol, port }) => row(protocol, '127.0.0.1', port));
  const own = to.stack.id === 'host' ? census.machineAddresses : to.stack.addresses;
  return [
    ...own.flatMap((address) => [
      ...to.stack.listens.map(({ protocol, port }) => row(protocol, address, port)),
      row('icmp', address, 0),
    ]),
    ...publishedOf(census, to.stack).map(({ protocol, address, port }) => row(protocol, address, port)),
  ].filter(({ address }) => !isZone(from) || from.zoneAddresses.some((one) => familyOf(one) === familyOf(address)));
}

/** Each published port at every address of the machine of its family, whatever it was bound to, and at loopback. */
function publishedOf(
  { machineAddresses }: Census,
  { bindings }: Stack,
): readonly { readonly protocol: 'tcp' | 'udp'; readonly address: string; readonly port: number }[] {
  const found = new Map<
    string,
    { readonly protocol: 'tcp' | 'udp'; readonly address: string; readonly port: number }
  >();
  for (const { hostIp, hostPort, protocol } of bindings) {
    const six = familyOf(hostIp) === 6;
    const addresses = [...machineAddresses.filter((one) => (familyOf(one) === 6) === six), six ? '::1' : '127.0.0.1'];
    for (const address of new Set([...addresses, ...(isWildcard(hostIp) ? [] : [hostIp])])) {
      found.set(`${protocol} ${address} ${String(hostPort)}`, { protocol, address, port: hostPort });
    }
  }
  return [...found.values()];
}

export function isZone({ kind }: Party): boolean {
  return kind === 'lan' || kind === 'internet';
}

export function familyOf(address: string): 4 | 6 {
  return address.includes(':') ? 6 : 4;
}

function isWildcard(address: string): boolean {
  return address === '0.0.0.0' || address === '::';
}
