/** What tables count, in a real kernel: as many packets as were sent, to the pair that sent them, whichever set or rule stopped them. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compile } from '../../shared/policy/compile.ts';
import type { Counted } from '../../shared/policy/counted.ts';
import type { Denied } from '../../shared/policy/model.ts';
import { ALL_PORTS, minus, parsePorts } from '../../shared/ports.ts';
import { createCounting } from './counting.ts';
import { ADDRESS, canRunKernel, startKernelRig, type Guest, type KernelRig } from './kernel-rig.ts';

const only = (...texts: readonly string[]): ReturnType<typeof parsePorts> => parsePorts(texts);
const allBut = (...texts: readonly string[]): ReturnType<typeof parsePorts> => minus(ALL_PORTS, parsePorts(texts));
const pair = (from: string, to: string, ports = ALL_PORTS): Denied['pairs'][number] => ({
  from: /^(host|lan|internet)$/.test(from) ? from : `id-${from}`,
  to: /^(host|lan|internet)$/.test(to) ? to : `id-${to}`,
  ports,
});
const PLACES = ['host', 'a', 'b', 'c', 'beside'] as const;
/** `a` passes nothing that is not said. */
const closed = (...more: Denied['pairs']): Denied => ({
  pairs: [
    ...['b', 'c', 'beside', 'host', 'lan', 'internet']
      .flatMap((other) => [pair('a', other), pair(other, 'a')])
      .filter((one) => !more.some(({ from, to }) => from === one.from && to === one.to)),
    ...more,
  ],
  closed: new Set(['id-a']),
});

describe.skipIf(!canRunKernel)('counts of the kernel (skipped where there is no root, ip or nft)', () => {
  let rig: KernelRig;

  beforeAll(async () => {
    rig = await startKernelRig();
  });
  afterAll(() => rig.stop());

  /** Sends datagrams of one byte, one after another, from ports of their own. */
  const send = (from: Guest | 'host' | 'out' | 'beside', address: string, port: number, count: number): void => {
    const six = address.includes(':');
    const program = `use Socket qw(:all); for (1 .. ${count}) {
      my ($e, @a) = getaddrinfo('${address}', ${port}, { socktype => SOCK_DGRAM, flags => AI_NUMERICHOST }); die $e if $e;
      socket(my $s, ${six ? 'AF_INET6' : 'AF_INET'}, SOCK_DGRAM, 0) or die $!; send($s, 'x', 0, $a[0]{addr}); }`;
    rig.exec(from, `perl -e '${program.replaceAll("'", `'\\''`)}'`);
  };
  const counts = async (): Promise<Record<string, number>> => {
    const { places } = (await rig.ask('counters', { places: PLACES.map((one) => rig.place(one)) })) as {
      places: Counted[];
    };
    const counting = createCounting();
    counting.note(
      rig.topology,
      places.map((one) => ({ ...one, since: null })),
      1,
    );
    const names = ['a', 'b', 'c', 'beside', 'host', 'lan', 'internet'];
    const id = (name: string): string => (/^(host|lan|internet)$/.test(name) ? name : `id-${name}`);
    const all = places.map(({ place }) => place);
    return Object.fromEntries(
      names.flatMap((from) =>
        names.flatMap((to) => {
          const { refused, passed } = counting.of(id(from), id(to), all) ?? {};
          return [
            [`${from} → ${to} refused`, refused?.packets ?? 0] as const,
            [`${from} → ${to} passed`, passed?.packets ?? 0] as const,
          ].filter(([, packets]) => packets > 0);
        }),
      ),
    );
  };

  it.each<[string, Denied, () => void, Record<string, number>]>([
    [
      'a whole pair, either family and link-local',
      { pairs: [pair('a', 'b')] },
      () => {
        send('a', '172.30.0.3', 7000, 7);
        send('a', 'fd00:30::3', 7001, 5);
        send('c', '172.30.0.3', 7000, 3);
      },
      { 'a → b refused': 12 },
    ],
    [
      'one port, and what is beside it not',
      { pairs: [pair('a', 'b', only('udp/7000'))] },
      () => {
        send('a', '172.30.0.3', 7000, 6);
        send('a', '172.30.0.3', 7001, 4);
      },
      { 'a → b refused': 6 },
    ],
    [
      'a range of ports, and ICMP',
      { pairs: [pair('a', 'b', only('udp/6000-6999', 'icmp'))] },
      () => {
        send('a', '172.30.0.3', 6500, 3);
        send('a', '172.30.0.3', 7001, 4);
        rig.exec('a', 'busybox ping -c 1 -W 1 172.30.0.3 2>/dev/null || true');
      },
      { 'a → b refused': 4 },
    ],
    [
      'all but a port: what is refused, and what passes with its answers',
      { pairs: [pair('a', 'b', allBut('udp/7000'))] },
      () => {
        send('a', '172.30.0.3', 7001, 4);
        // Each is answered once.
        send('a', '172.30.0.3', 7000, 3);
      },
      { 'a → b refused': 4, 'a → b passed': 6 },
    ],
    [
      'the side door, by the caller and whose port it is',
      { pairs: [pair('c', 'b')] },
      () => void rig.exec('c', 'busybox nc -w 1 172.31.0.1 5432 </dev/null || true'),
      // The second is the first, sent again after a second or not.
      { 'c → b refused': expect.toSatisfy((packets: number) => packets === 1 || packets === 2) as number },
    ],
    [
      'zones, each way',
      { pairs: [pair('a', 'internet'), pair('a', 'host'), pair('a', 'lan', only('udp/7000'))] },
      () => {
        send('a', ADDRESS.internet, 7000, 5);
        send('a', ADDRESS.internet6, 7000, 1);
        send('a', '172.30.0.1', 7000, 3);
        send('a', ADDRESS.lan, 7000, 2);
        send('a', ADDRESS.lan, 7001, 9);
      },
      // Its kernel may have something of its own to say to the router meanwhile.
      { 'a → internet refused': 6, 'a → host refused': expect.toBeOneOf([3, 4]) as number, 'a → lan refused': 2 },
    ],
    [
      'zones towards a container',
      { pairs: [pair('internet', 'a'), pair('host', 'a')] },
      () => {
        send('out', '172.30.0.2', 7000, 4);
        send('host', '172.30.0.2', 7000, 2);
      },
      // The far end's address on the uplink is one of the internet.
      { 'internet → a refused': 4, 'host → a refused': 2 },
    ],
    [
      'a closed container, whoever calls it and whomever it calls',
      closed(),
      () => {
        send('b', '172.30.0.2', 7000, 4);
        send('a', '172.30.0.3', 7000, 6);
        send('a', ADDRESS.internet, 7000, 2);
        send('late', '172.30.0.2', 7000, 3);
      },
      // Who is in no topology is told by where its address is from: nobody's.
      { 'b → a refused': 4, 'a → b refused': 6, 'a → internet refused': 2 },
    ],
    [
      'what a closed container is allowed, with its answers',
      closed(pair('b', 'a', allBut('udp/7000')), pair('a', 'internet', allBut('udp/7001'))),
      () => {
        send('b', '172.30.0.2', 7000, 4);
        send('b', '172.30.0.2', 7001, 5);
        send('a', ADDRESS.internet, 7001, 3);
      },
      { 'b → a refused': 5, 'b → a passed': 8, 'a → internet passed': 6 },
    ],
  ])('counts %s', async (_, denied, act, expected) => {
    await rig.load({ tables: [] });
    await rig.load(compile(denied, rig.topology));
    act();
    expect(await counts()).toEqual(expected);
  });
});
