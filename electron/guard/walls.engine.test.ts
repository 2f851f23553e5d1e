/** Every form of table in a real kernel, loaded through the helper: open before, shut after, and nothing else touched. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compile } from '../../shared/policy/compile.ts';
import type { Denied } from '../../shared/policy/model.ts';
import { ALL_PORTS, minus, parsePorts } from '../../shared/ports.ts';
import { ADDRESS, canRunKernel, startKernelRig, type KernelRig } from './kernel-rig.ts';

const only = (...texts: readonly string[]): ReturnType<typeof parsePorts> => parsePorts(texts);
const allBut = (...texts: readonly string[]): ReturnType<typeof parsePorts> => minus(ALL_PORTS, parsePorts(texts));

const LINK = { a: 'fe80::42:acff:fe1e:2%eth0', b: 'fe80::42:acff:fe1e:3%eth0', host: 'fe80::1%eth0' };
/** Ways to `b` for a neighbour, by port. */
const toB = (from: string, port: number): readonly string[] =>
  ['172.30.0.3', 'fd00:30::3', LINK.b].flatMap((address) => [
    `${from} tcp ${address} ${port}`,
    `${from} udp ${address} ${port}`,
  ]);
const ping = (from: string): readonly string[] =>
  ['172.30.0.3', 'fd00:30::3'].map((address) => `${from} icmp ${address} 0`);
const door = (from: string): readonly string[] => [`${from} tcp 172.30.0.1 5432`, `${from} tcp fd00:30::1 5432`];
const outwards = (from: string, zone: 'lan' | 'internet', port = 7000): readonly string[] =>
  [ADDRESS[zone], ADDRESS[`${zone}6`]].flatMap((address) => [
    `${from} tcp ${address} ${port}`,
    `${from} udp ${address} ${port}`,
  ]);
const toHost = (from: string, port = 7000): readonly string[] =>
  ['172.30.0.1', ADDRESS.host, 'fd00:30::1', LINK.host].flatMap((address) => [
    `${from} tcp ${address} ${port}`,
    `${from} udp ${address} ${port}`,
  ]);
/** Both ways between others, and what is nobody's business. */
const OTHERS = [
  'b tcp 172.30.0.2 7000',
  'b udp fd00:30::2 7000',
  `b tcp ${LINK.a} 7000`,
  'b icmp 172.30.0.2 0',
  'c tcp 172.30.0.3 7000',
  'c tcp 172.31.0.1 5432',
  'b tcp 172.30.0.1 5433',
  'host tcp 172.30.0.3 7000',
  ...outwards('b', 'internet'),
];

const all = (lines: readonly string[], answer: string): Record<string, string> =>
  Object.fromEntries(lines.map((line) => [line, answer]));

describe.skipIf(!canRunKernel)('tables in the kernel (skipped where there is no root, ip or nft)', () => {
  let rig: KernelRig;

  beforeAll(async () => {
    rig = await startKernelRig();
  });
  afterAll(() => rig.stop());

  /** Shows that all of it is open without the denial, and with it only `shut` is not. */
  const expectShut = async (denied: Denied, shut: readonly string[], open: readonly string[]): Promise<void> => {
    const lines = [...new Set([...shut, ...open])];
    await rig.load({ tables: [] });
    expect(await rig.probe(lines), 'the positive control').toEqual(all(lines, 'open'));
    await rig.load(compile(denied, rig.topology));
    expect(await rig.probe(lines)).toEqual({ ...all(open, 'open'), ...all(shut, 'blocked') });
  };
  const pair = (from: string, to: string, ports = ALL_PORTS): Denied['pairs'][number] => {
    const id = (name: string): string => (['host', 'lan', 'internet'].includes(name) ? name : `id-${name}`);
    return { from: id(from), to: id(to), ports };
  };

  it('shuts one port by every way, its side door included, and no other port', () =>
    expectShut(
      { pairs: [pair('a', 'b', only('tcp/7000'))] },
      [...toB('a', 7000).filter((line) => line.includes(' tcp ')), ...door('a')],
      [...toB('a', 7000).filter((line) => line.includes(' udp ')), ...toB('a', 7001), ...ping('a'), ...OTHERS],
    ));

  it('shuts a range, and ICMP alone', async () => {
    await expectShut(
      { pairs: [pair('a', 'b', only('udp/6999-7000'))] },
      toB('a', 7000).filter((line) => line.includes(' udp ')),
      [...toB('a', 7000).filter((line) => line.includes(' tcp ')), ...toB('a', 7001), ...door('a'), ...OTHERS],
    );
    await expectShut({ pairs: [pair('a', 'b', only('icmp'))] }, ping('a'), [
      ...toB('a', 7000),
      ...door('a'),
      ...OTHERS,
    ]);
  });

  it('shuts everything but some ports', () =>
    expectShut(
      { pairs: [pair('a', 'b', allBut('tcp/7000'))] },
      [...toB('a', 7001), ...toB('a', 7000).filter((line) => line.includes(' udp ')), ...ping('a')],
      [...toB('a', 7000).filter((line) => line.includes(' tcp ')), ...door('a'), ...OTHERS],
    ));

  it.each(['lan', 'internet'] as const)('shuts the way out to %s, whole and in part', async (zone) => {
    const other = zone === 'lan' ? 'internet' : 'lan';
    const open = [...outwards('a', other), ...toB('a', 7000), ...toHost('a'), ...OTHERS, `out tcp 172.30.0.2 7000`];
    await expectShut({ pairs: [pair('a', zone)] }, outwards('a', zone), open);
    await expectShut(
      { pairs: [pair('a', zone, only('tcp/7000'))] },
      outwards('a', zone).filter((line) => line.includes(' tcp ')),
      [...outwards('a', zone).filter((line) => line.includes(' udp ')), ...outwards('a', zone, 7001), ...open],
    );
    await expectShut(
      { pairs: [pair('a', zone, allBut('udp/7001'))] },
      [...outwards('a', zone), `a tcp ${ADDRESS[zone]} 7001`],
      [`a udp ${ADDRESS[zone]} 7001`, ...open],
    );
  });

  it('shuts the machine, but not what of it is published by others', () =>
    expectShut(
      { pairs: [pair('a', 'host')] },
      [...toHost('a'), 'a tcp 172.31.0.1 7000', 'a tcp 172.30.0.1 5433', `a tcp ${LINK.host} 5433`],
      [...door('a'), ...toB('a', 7000), ...outwards('a', 'internet'), 'host tcp 172.30.0.2 7000', ...OTHERS],
    ));

  it('shuts the machine and what one publishes who is denied too', () =>
    expectShut(
      { pairs: [pair('a', 'host'), pair('a', 'b')] },
      [...toHost('a'), ...door('a'), ...toB('a', 7000)],
      [...outwards('a', 'internet'), ...OTHERS],
    ));

  it('shuts a container to the machine', () =>
    expectShut(
      { pairs: [pair('host', 'a')] },
      ['host tcp 172.30.0.2 7000', 'host udp fd00:30::2 7000', `host tcp fe80::42:acff:fe1e:2%br0 7000`],
      [
        ...toHost('a'),
        ...toB('a', 7000),
        'b tcp 172.30.0.2 7000',
        'host tcp 172.30.0.3 7000',
        'out tcp 172.30.0.2 7000',
      ],
    ));

  it('shuts a container to the internet, its published ports included, whoever relays them', async () => {
    const from = (source: string): string => `ip route replace ${ADDRESS.host} dev uplink src ${source}`;
    rig.exec('out', from(ADDRESS.internet));
    const ways = ['out tcp 198.51.100.2 5432'];
    await expectShut({ pairs: [pair('internet', 'b')] }, ways, ['out tcp 198.51.100.2 5433', ...OTHERS]);
    await expectShut({ pairs: [pair('lan', 'b')] }, [], [...ways, ...OTHERS]);
    await expectShut({ pairs: [pair('internet', 'b', only('tcp/7001'))] }, [], [...ways, ...OTHERS]);
    rig.exec('out', from(ADDRESS.lan));
    await expectShut({ pairs: [pair('lan', 'b')] }, ways, ['out tcp 198.51.100.2 5433', ...OTHERS]);
    rig.exec('out', `ip route del ${ADDRESS.host}`);
    // 198.51.100.1 is an address of the internet.
    await expectShut({ pairs: [pair('internet', 'b')] }, ['out tcp 172.30.0.3 7000'], ['out tcp 172.30.0.2 7000']);
  });

  const everybody = ['b', 'c', 'host', 'lan', 'internet'];
  const isolated = everybody.flatMap((other) => [pair('a', other), pair(other, 'a')]);

  it('isolates a container, also from who is in no topology', () =>
    expectShut(
      { pairs: isolated, closed: new Set(['id-a']) },
      [
        ...[...toB('a', 7000), ...door('a'), ...outwards('a', 'lan'), ...outwards('a', 'internet'), ...toHost('a')],
        ...['late tcp 172.30.0.2 7000', `late udp ${LINK.a} 7000`, 'a tcp 172.30.0.5 7000', 'a icmp fd00:30::5 0'],
        ...['host tcp 172.30.0.2 7000', 'out tcp 172.30.0.2 7000', 'b tcp 172.30.0.2 7000', 'c tcp 172.30.0.2 7000'],
      ],
      [
        'a tcp 127.0.0.1 7000',
        'a tcp 172.30.0.2 7000',
        ...OTHERS.filter((line) => !/172\.30\.0\.2|:2|fe1e/.test(line)),
      ],
    ));

  it('lets a closed container have what is allowed', () =>
    expectShut(
      {
        pairs: [
          ...isolated.filter(({ to, from }) => to !== 'id-b' && from !== 'internet' && to !== 'internet'),
          pair('a', 'b', allBut('tcp/7000', 'icmp')),
          pair('a', 'internet', allBut('udp')),
          pair('internet', 'a'),
        ],
        closed: new Set(['id-a']),
      },
      [
        ...[...toB('a', 7001), ...toB('a', 7000).filter((line) => line.includes(' udp ')), ...outwards('a', 'lan')],
        ...outwards('a', 'internet').filter((line) => line.includes(' tcp ')),
        ...['a tcp 172.30.0.5 7000', 'late tcp 172.30.0.2 7000', 'b tcp 172.30.0.2 7000', ...toHost('a')],
      ],
      [
        ...toB('a', 7000).filter((line) => line.includes(' tcp ')),
        ...ping('a'),
        ...outwards('a', 'internet').filter((line) => line.includes(' udp ')),
        'late tcp 172.30.0.3 7000',
      ],
    ));

  it('shuts zones for a container beside the machine, in its own namespace alone', async () => {
    const neighbour = rig.exec('out', 'ip -6 -o addr show dev uplink scope link').match(/fe80::[0-9a-f:]+/)?.[0] ?? '';
    const lan = [...outwards('beside', 'lan'), `beside tcp ${neighbour}%eth0 7000`];
    await expectShut({ pairs: [pair('beside', 'lan')] }, lan, [
      ...outwards('beside', 'internet'),
      'out tcp 198.51.100.20 7000',
    ]);
    await expectShut({ pairs: [pair('beside', 'internet')] }, outwards('beside', 'internet'), lan);
    // The far end calls by its address on the uplink, which is one of the internet.
    await expectShut(
      { pairs: [pair('internet', 'beside')] },
      ['out tcp 198.51.100.20 7000'],
      [...outwards('beside', 'internet'), `out tcp fe80::42:c6ff:fe33:6414%uplink 7000`],
    );
    await expectShut({ pairs: [pair('lan', 'beside')] }, [`out tcp fe80::42:c6ff:fe33:6414%uplink 7000`], [...lan]);
  });

  describe('connections that were open before', () => {
    const CALLS = [
      'a tcp 172.30.0.3 7000',
      'a tcp 172.30.0.3 7001',
      'b tcp 172.30.0.2 7000',
      `a tcp ${ADDRESS.internet} 7000`,
    ];
    CALLS.push('c tcp 172.30.0.2 7001');
    const as = (kind: 'hold' | 'talk'): readonly string[] => CALLS.map((line) => line.replace(' tcp ', ` ${kind} `));

    it.each<[string, Denied, readonly number[]]>([
      ['of one port', { pairs: [pair('a', 'b', only('tcp/7000'))] }, [0]],
      ['of all ports but one', { pairs: [pair('a', 'b', allBut('tcp/7001'))] }, [0]],
      ['of UDP alone', { pairs: [pair('a', 'b', only('udp'))] }, []],
      ['with a zone', { pairs: [pair('a', 'internet')] }, [3]],
      ['with a zone, some ports', { pairs: [pair('a', 'internet', only('tcp/7001'))] }, []],
      ['from others', { pairs: [pair('c', 'a')] }, [4]],
      ['of an isolated container', { pairs: isolated, closed: new Set(['id-a']) }, [0, 1, 2, 3, 4]],
      [
        'of a closed one, but what is allowed',
        {
          pairs: [...isolated.filter(({ to }) => to !== 'id-b'), pair('a', 'b', allBut('tcp/7001'))],
          closed: new Set(['id-a']),
        },
        [0, 2, 3, 4],
      ],
    ])('%s: those end, the others live', async (_, denied, ended) => {
      await rig.load({ tables: [] });
      expect(await rig.probe(as('hold'))).toEqual(all(as('hold'), 'open'));
      expect(await rig.probe(as('talk')), 'the positive control').toEqual(all(as('talk'), 'open'));
      await rig.load(compile(denied, rig.topology));
      const found = await rig.probe(as('talk'));
      expect(as('talk').map((line) => found[line])).toEqual(
        CALLS.map((_line, at) => (ended.includes(at) ? 'blocked' : 'open')),
      );
    });
  });
});
