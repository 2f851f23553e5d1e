/** Port admission in a real kernel: who is not admitted to a guarded bridge passes nothing, and nobody passes as another. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compile } from '../../shared/policy/compile.ts';
import type { Ruleset } from '../../shared/policy/model.ts';
import { ADDRESS, canRunKernel, MACS, startKernelRig, type Guest, type KernelRig } from './kernel-rig.ts';

const hexOf = (mac: string): string => mac.replaceAll(':', '');
const hex4 = (address: string): string =>
  address
    .split('.')
    .map((part) => Number(part).toString(16).padStart(2, '0'))
    .join('');
const MARK = 'bulkhead-mark';
const MARK_HEX = Buffer.from(MARK).toString('hex');
const BROADCAST = 'ffffffffffff';

/** A UDP datagram in an Ethernet frame, without checksums, whose payload is the mark. */
function datagram(from: { mac: string; ip: string }, to: { mac: string; ip: string }): string {
  const length = 28 + MARK.length;
  const size = (bytes: number): string => bytes.toString(16).padStart(4, '0');
  const ip = `4500${size(length)}000000004011${checksum(from.ip, to.ip, length)}${hex4(from.ip)}${hex4(to.ip)}`;
  return `${to.mac}${from.mac}0800${ip}1b580009${size(8 + MARK.length)}0000${MARK_HEX}`;
}

function checksum(from: string, to: string, length: number): string {
  const words =
    `4500${length.toString(16).padStart(4, '0')}0000000040110000${hex4(from)}${hex4(to)}`.match(/..../g) ?? [];
  let sum = words.reduce((total, word) => total + Number.parseInt(word, 16), 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return (~sum & 0xffff).toString(16).padStart(4, '0');
}

const arp = (mac: string, sender: { mac: string; ip: string }, target: string): string =>
  `${BROADCAST}${mac}08060001080006040001${sender.mac}${hex4(sender.ip)}000000000000${hex4(target)}${MARK_HEX}`;

const A = { mac: hexOf(MACS.a), ip: '172.30.0.2' };
const B = { mac: hexOf(MACS.b), ip: '172.30.0.3' };
const LATE = { mac: hexOf(MACS.late), ip: '172.30.0.5' };

const all = (lines: readonly string[], answer: string): Record<string, string> =>
  Object.fromEntries(lines.map((line) => [line, answer]));

describe.skipIf(!canRunKernel)('port admission (skipped where there is no root, ip or nft)', () => {
  let rig: KernelRig;
  let meta: boolean;

  beforeAll(async () => {
    rig = await startKernelRig();
    ({ bridgeMeta: meta } = (await rig.ask('hello', {})) as { bridgeMeta: boolean });
  });
  afterAll(() => rig.stop());

  const guarding = (...guests: readonly Guest[]): Ruleset =>
    compile({ pairs: [], guardedNetworks: new Set(['br0']) }, rig.topologyWith(...guests));

  /** Who was asked for in vain is asked for again only after a second. */
  const forgetNeighbours = (): void => {
    for (const name of ['a', 'b', 'late', 'twin', 'host'] as const)
      rig.exec(name, 'ip neigh flush all; ip -6 neigh flush all');
  };

  const ADMITTED = [
    ...['172.30.0.3', 'fd00:30::3', 'fe80::42:acff:fe1e:3%eth0'].map((address) => `a tcp ${address} 7000`),
    ...['172.30.0.1', 'fd00:30::1', 'fe80::1%eth0', ADDRESS.internet, ADDRESS.internet6].map(
      (at) => `a udp ${at} 7000`,
    ),
    ...['a icmp 172.30.0.3 0', 'b tcp 172.30.0.2 7000', 'c tcp 172.30.0.2 7000', 'host tcp fd00:30::2 7000'],
    ...['out tcp 172.30.0.2 7000', 'c tcp 172.31.0.1 7000', 'c udp 172.31.0.1 7000'],
  ];
  const LATE_WAYS = [
    ...['172.30.0.2', 'fd00:30::2', 'fe80::42:acff:fe1e:2%eth0', '172.30.0.1', 'fd00:30::1', 'fe80::1%eth0'].flatMap(
      (address) => [`late tcp ${address} 7000`, `late udp ${address} 7000`],
    ),
    ...['late icmp 172.30.0.2 0', `late tcp ${ADDRESS.internet} 7000`, `late tcp ${ADDRESS.lan6} 7000`],
    ...['late tcp 172.31.0.4 7000', 'a tcp 172.30.0.5 7000', 'a udp fd00:30::5 7000', 'host tcp 172.30.0.5 7000'],
    ...['a tcp fe80::42:acff:fe1e:5%eth0 7000', 'host tcp fd00:30::5 7000', 'out tcp 172.30.0.5 7000'],
    ...['late tcp 172.30.0.6 7000', 'twin udp fd00:30::5 7000'],
  ];
  /** Between two that are both not admitted, without an address of the network: told only by `meta ibrname`. */
  const UNTOLD = ['late tcp fe80::42:acff:fe1e:6%eth0 7000'];

  it('lets the admitted pass and nobody else, by any family, to ports, the machine and beyond', async () => {
    const lines = [...ADMITTED, ...LATE_WAYS, ...UNTOLD];
    await rig.load({ tables: [] });
    expect(await rig.probe(lines), 'the positive control').toEqual(all(lines, 'open'));
    await rig.load(guarding('a', 'b', 'c'));
    forgetNeighbours();
    const found = await rig.probe(lines);
    // An address that no neighbour tells is an error of the caller's own kernel.
    const told = Object.fromEntries(
      Object.entries(found).map(([line, answer]) => [line, answer === 'EHOSTUNREACH' ? 'blocked' : answer]),
    );
    expect(told).toEqual({
      ...all(ADMITTED, 'open'),
      ...all(LATE_WAYS, 'blocked'),
      ...all(UNTOLD, meta ? 'blocked' : 'open'),
    });
  });

  it('admits one more without letting go of the others', async () => {
    await rig.load(guarding('a', 'b', 'c', 'late'));
    forgetNeighbours();
    const lines = [...ADMITTED, ...LATE_WAYS.filter((line) => !line.includes('twin') && !line.includes('0.6'))];
    expect(await rig.probe(lines)).toEqual(all(lines, 'open'));
  });

  const seen = (at: 'b' | 'host', from: Guest, frame: string): Promise<number> =>
    rig.framesSeen(at, at === 'host' ? 'br0' : 'eth0', MARK, () => rig.sendFrame(from, frame));
  const GATEWAY = (): string => hexOf(rig.exec('host', 'cat /sys/class/net/br0/address').trim());

  it.each<[string, Guest, () => string]>([
    ['another’s address', 'a', () => datagram({ ...A, ip: B.ip }, B)],
    ['an address of nobody', 'a', () => datagram({ ...A, ip: '10.9.9.9' }, B)],
    ['another’s hardware address', 'a', () => datagram({ ...A, mac: LATE.mac }, B)],
    ['both of another', 'late', () => datagram(A, B)],
    ['its own, not admitted', 'late', () => datagram(LATE, B)],
    ['another’s address in ARP', 'a', () => arp(A.mac, { ...A, ip: LATE.ip }, B.ip)],
    ['another’s hardware address in ARP', 'a', () => arp(A.mac, { ...A, mac: LATE.mac }, B.ip)],
    ['ARP, not admitted', 'late', () => arp(LATE.mac, LATE, B.ip)],
    ['a protocol that is none of IP', 'a', () => `${B.mac}${A.mac}88b5${MARK_HEX.repeat(4)}`],
    ['a protocol that is none of IP, not admitted', 'late', () => `${BROADCAST}${LATE.mac}88b5${MARK_HEX.repeat(4)}`],
    ['a VLAN tag', 'a', () => datagram(A, B).replace('0800', '810000010800')],
  ])('lets nobody pass with %s', async (_, from, frame) => {
    await rig.load({ tables: [] });
    expect(await seen('b', from, frame()), 'the positive control').toBeGreaterThan(0);
    await rig.load(guarding('a', 'b', 'c'));
    expect(await seen('b', 'a', datagram(A, B)), 'the true sender').toBeGreaterThan(0);
    expect(await seen('b', from, frame())).toBe(0);
  });

  it.each(['bridge bulkhead', 'bridge bulkhead_gate'])(
    'holds by the other one where somebody takes %s away',
    async (table) => {
      await rig.load(guarding('a', 'b', 'c'));
      rig.exec('host', `nft delete table ${table}`);
      expect(await seen('b', 'a', datagram(A, B)), 'the true sender').toBeGreaterThan(0);
      for (const [from, frame] of [
        ['a', datagram({ ...A, ip: B.ip }, B)],
        ['a', datagram({ ...A, mac: LATE.mac }, B)],
        ['late', datagram(A, B)],
        ['late', datagram(LATE, B)],
        ['late', arp(LATE.mac, LATE, B.ip)],
      ] as const) {
        expect(await seen('b', from, frame)).toBe(0);
      }
    },
  );

  it('lets no false sender reach the machine’s rules, whatever it calls itself', async () => {
    await rig.load(guarding('a', 'b', 'c'));
    const received = (): number => Number(rig.exec('host', "awk '/^Udp: [0-9]/ { print $2 + $3 }' /proc/net/snmp"));
    const to = { mac: GATEWAY(), ip: '172.30.0.1' };
    const before = received();
    rig.sendFrame('a', datagram(A, to));
    expect(received(), 'the true sender').toBe(before + 1);
    for (const [from, frame] of [
      ['late', datagram(LATE, to)],
      ['late', datagram(A, to)],
      ['a', datagram(B, to)],
      ['a', datagram({ ...A, ip: '10.9.9.9' }, to)],
    ] as const) {
      rig.sendFrame(from, frame);
    }
    expect(received()).toBe(before + 1);
  });

  it('lets nothing pass while the tables are loaded anew, again and again', async () => {
    const [one, other] = [guarding('a', 'b', 'c'), guarding('a', 'b')];
    await rig.load(one);
    const request = { place: rig.place('host'), fingerprint: 'abcdef0123456789' };
    for (const [from, frame] of [
      ['late', datagram(LATE, B)],
      ['a', datagram({ ...A, ip: '10.9.9.9' }, B)],
    ] as const) {
      let sent = 0;
      const passed = await rig.framesSeen('b', 'eth0', MARK, async () => {
        sent = await rig.flood(from, frame, async () => {
          for (let round = 0; round < 40; round += 1) {
            const [table] = (round % 2 === 0 ? other : one).tables;
            await rig.ask('load', { ...table, ...request });
          }
        });
      });
      expect([passed, sent > 10_000]).toEqual([0, true]);
    }
  });

  it('knows its tables when it reads and when it removes', async () => {
    const ruleset = guarding('a', 'b', 'c');
    // Tables that are made in this order, and then in another: the second load replaces one of them.
    await rig.load({ tables: [] });
    await rig.load(ruleset);
    // Without the generation of the rules, which is another after every load.
    const read = async (): Promise<unknown> => {
      const { tables } = (await rig.ask('read', { places: [rig.place('host')] })) as { tables: readonly object[] };
      return tables.map((table) => ({ ...table, generation: '' }));
    };
    const first = await read();
    expect(first).toMatchObject([{ place: 'host', fingerprint: 'abcdef0123456789' }]);
    await rig.load(ruleset);
    expect(await read(), 'the same again').toEqual(first);
    rig.exec('host', 'nft delete element bridge bulkhead bridges { "br0" }');
    expect(await read(), 'one element less').not.toEqual(first);
    await rig.load(ruleset);
    rig.exec('host', 'nft delete table bridge bulkhead');
    expect(await read(), 'a table less').not.toEqual(first);
    await rig.load(ruleset);
    rig.exec('host', 'ip link set vb name other');
    expect(await read(), 'a port that is not there any more').not.toEqual(first);
    await rig.load(ruleset);
    // While it was not admitted a neighbour may have been asked for in vain, and is asked for again only after a second.
    await expect
      .poll(() => rig.probe(['b tcp 172.30.0.2 7000']), { timeout: 5000, message: 'found under its new name' })
      .toEqual({ 'b tcp 172.30.0.2 7000': 'open' });
    rig.exec('host', 'ip link set other name vb');
    await rig.load(ruleset);
    expect(await read(), 'the first again').toEqual(first);
    await rig.load(compile({ pairs: [{ from: 'id-a', to: 'id-b' }] }, rig.topology));
    expect(rig.exec('host', 'nft list tables').trim(), 'unguarded').toBe('table inet bulkhead');
    await rig.load(ruleset);
    await rig.load({ tables: [] });
    expect(rig.exec('host', 'nft list tables').trim()).toBe('');
  });

  it('says whose port it did not find, and holds the rest', async () => {
    const [table] = guarding('a', 'b').tables;
    if (!table) throw new Error('no table');
    const admit = table.admit?.map((one) => (one.place === 'id-b' ? { ...one, mac: '02:00:00:00:00:99' } : one));
    const request = { ...table, place: rig.place('host'), admit, fingerprint: 'abcdef0123456789' };
    await expect(rig.ask('load', request)).rejects.toThrow('no port of a guarded bridge was found for id-b');
    forgetNeighbours();
    expect(await rig.probe(['a tcp 172.30.0.1 7000', 'b tcp 172.30.0.1 7000'])).toEqual({
      'a tcp 172.30.0.1 7000': 'open',
      'b tcp 172.30.0.1 7000': 'blocked',
    });
  });

  it('lets nobody in whose own table somebody took away', async () => {
    const [table] = guarding('a', 'b').tables;
    if (!table) throw new Error('no table');
    const fingerprint = '0123456789abcdef';
    const own = { place: rig.place('b'), script: 'table inet bulkhead { }', sever: [], fingerprint };
    const admit = table.admit?.map((one) => (one.place === 'id-b' ? { ...one, fingerprint } : one));
    const gate = { ...table, place: rig.place('host'), admit, fingerprint };
    const tries = ['a tcp 172.30.0.1 7000', 'b tcp 172.30.0.1 7000'];
    await rig.ask('load', own);
    await rig.ask('load', gate);
    forgetNeighbours();
    expect(Object.values(await rig.probe(tries))).toEqual(['open', 'open']);
    rig.exec('b', 'nft delete table inet bulkhead');
    await expect(rig.ask('load', gate)).rejects.toThrow('its own table is not in id-b');
    forgetNeighbours();
    expect(Object.values(await rig.probe(tries))).toEqual(['open', 'blocked']);
    await rig.load({ tables: [] });
  });

  it('keeps those apart between whom nothing passes, whatever became of the tables in their namespaces', async () => {
    const zones = ['host', 'lan', 'internet'] as const;
    const shut = (one: string, others: readonly string[]): { from: string; to: string }[] =>
      others.flatMap((other) => [
        { from: one, to: other },
        { from: other, to: one },
      ]);
    const ruleset = compile(
      {
        // `a` speaks with nobody but c, and b with the machine besides.
        pairs: [...shut('id-a', ['id-b', ...zones]), ...shut('id-b', ['id-c', 'lan', 'internet'])],
        guardedNetworks: new Set(['br0']),
      },
      rig.topologyWith('a', 'b', 'c'),
    );
    await rig.load({ tables: [] });
    const apart = [
      ...['172.30.0.3', 'fd00:30::3', 'fe80::42:acff:fe1e:3%eth0'].map((address) => `a tcp ${address} 7000`),
      ...['a udp 172.30.0.3 7000', 'a icmp 172.30.0.3 0', 'b udp fd00:30::2 7000', 'host tcp 172.30.0.2 7000'],
      ...['host tcp fd00:30::2 7000', 'out tcp 172.30.0.2 7000'],
    ];
    const together = [
      'host tcp 172.30.0.3 7000',
      'host tcp fd00:30::3 7000',
      'c tcp 172.30.0.2 7000',
      'a tcp 172.31.0.4 7000',
    ];
    expect(await rig.probe([...apart, ...together]), 'the positive control').toEqual(
      all([...apart, ...together], 'open'),
    );
    await rig.load(ruleset);
    for (const name of ['a', 'b', 'c', 'host'] as const) rig.exec(name, 'nft delete table inet bulkhead || true');
    forgetNeighbours();
    const found = await rig.probe([...apart, ...together]);
    expect(found).toEqual({ ...all(apart, 'blocked'), ...all(together, 'open') });
    await rig.load({ tables: [] });
  });

  it('drops what a container sent before its table came and waits for its neighbour', async () => {
    const own = { place: rig.place('a'), sever: [], fingerprint: '0123456789abcdef' };
    const chain = 'chain o { type filter hook output priority 0; policy drop; }';
    const send = `use Socket; socket(my $s, AF_INET, SOCK_DGRAM, 0); send $s, '${MARK}', 0, pack_sockaddr_in(7000, inet_aton('${B.ip}')) for 1 .. 5`;
    await rig.load(guarding('b'));
    forgetNeighbours();
    const seenAtB = await rig.framesSeen('b', 'eth0', MARK, async () => {
      rig.exec('a', `perl -e "${send.replaceAll('$', '\\$')}"`);
      await rig.ask('load', { ...own, script: `table inet bulkhead {\n${chain}\n}\n` });
      const [gate] = guarding('a', 'b').tables;
      await rig.ask('load', { ...gate, place: rig.place('host'), fingerprint: 'abcdef0123456789' });
      // The neighbour answers now: what still waited would leave with that.
      rig.exec('a', `perl -e "${send.replaceAll('$', '\\$')}" || true; ip neigh show dev eth0; sleep 1.2`);
    });
    expect(seenAtB).toBe(0);
    await rig.load({ tables: [] });
  });
});
