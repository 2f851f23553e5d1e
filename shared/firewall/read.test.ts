/** From what the tools print to the model: one line each for the ways a rule can be written. */
import { describe, expect, it } from 'vitest';
import type { FirewallChain } from '../topology/firewall.ts';
import { bridgesOf, hasForeign } from './own.ts';
import { parseNft } from './parse-nft.ts';
import { parseSave } from './parse-save.ts';
import { readFirewall, type FirewallTexts } from './read.ts';

const rule = (line: string): FirewallChain['rules'][number] | undefined =>
  parseSave({ family: 'ip', legacy: false, text: `*filter\n:INPUT ACCEPT [0:0]\n-A INPUT ${line}\nCOMMIT\n` })[0]
    ?.chains[0]?.rules[0];

describe('iptables-save', () => {
  it.each([
    ['-s 10.0.0.0/8 -j DROP', [{ kind: 'saddr', ranges: [{ first: '0a000000', last: '0affffff' }] }], { kind: 'drop' }],
    [
      '! -i br+ -j REJECT --reject-with icmp-port-unreachable',
      [{ kind: 'iif', names: ['br*'], negated: true }],
      { kind: 'drop' },
    ],
    [
      '-p tcp -m tcp --dport 8000:9000 -j ACCEPT',
      [{ kind: 'protocol' }, { kind: 'dport', ranges: [[8000, 9000]] }],
      { kind: 'accept' },
    ],
    [
      '-p udp -m multiport ! --sports 53,1024: -j RETURN',
      [
        {},
        {
          kind: 'sport',
          ranges: [
            [53, 53],
            [1024, 65535],
          ],
          negated: true,
        },
      ],
      { kind: 'return' },
    ],
    ['-p tcp -m tcp --tcp-flags FIN,SYN,RST,ACK SYN -j DROP', [{}, { kind: 'flags', set: ['syn'] }], { kind: 'drop' }],
    [
      '-m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
      [{ kind: 'state', states: ['related', 'established'] }],
      { kind: 'accept' },
    ],
    ['-m conntrack --ctstate DNAT -j ACCEPT', [{ kind: 'redirected' }], { kind: 'accept' }],
    [
      '-m conntrack --ctorigdst 10.0.0.1 --ctorigdstport 80 --ctdir ORIGINAL -j DROP',
      [
        { kind: 'daddr', original: true },
        { kind: 'dport', original: true },
        { kind: 'direction', original: true },
      ],
      { kind: 'drop' },
    ],
    ['-m comment --comment "-j ACCEPT \\"all\\"" -j guests', [], { kind: 'jump', chain: 'guests' }],
    [
      '-m addrtype --dst-type LOCAL -g guests',
      [{ kind: 'local', side: 'destination' }],
      { kind: 'goto', chain: 'guests' },
    ],
    ['-m addrtype --dst-type MULTICAST -j DROP', [{ kind: 'protocol', names: [] }], { kind: 'drop' }],
    ['-m mark --mark 0x8000/0x8000 -j DROP', [{ kind: 'mark', value: 0x8000, mask: 0x8000 }], { kind: 'drop' }],
    [
      '-p icmp -m icmp --icmp-type 8 -j ACCEPT',
      [{}, { kind: 'protocol' }, { kind: 'icmp', types: ['8'] }],
      { kind: 'accept' },
    ],
    ['-m set --match-set bad src -j DROP', [{ kind: 'opaque', what: 'set' }], { kind: 'drop' }],
    ['-m string --string "x y" --algo bm -j DROP', [{ kind: 'opaque', what: 'string' }], { kind: 'drop' }],
    ['-p tcp -m tcp --dport http -j DROP', [{}, { kind: 'opaque' }], { kind: 'drop' }],
    [
      '-m limit --limit 3/min -j LOG --log-prefix "[UFW BLOCK] "',
      [{ kind: 'opaque' }],
      { kind: 'continue', marks: false },
    ],
    ['-j MARK --set-xmark 0x1/0xffffffff', [], { kind: 'continue', marks: true }],
    ['-j NFQUEUE --queue-num 0', [], { kind: 'opaque' }],
    ['-j DNAT --to-destination 10.0.0.2:80', [], { kind: 'redirect' }],
    ['-j MASQUERADE', [], { kind: 'hide' }],
  ] as const)('%s', (line, matches, verdict) => {
    expect(rule(line)).toMatchObject({ matches, verdict });
    expect(rule(line)?.matches).toHaveLength(matches.length);
  });

  it('names a rule in one harmless, short line', () => {
    expect(rule(`-m comment --comment "a\u001b[31m\u202eb${'x'.repeat(300)}" -j DROP`)?.text).toMatch(
      /^iptables: -A INPUT -m comment --comment "a \[31m bx+…$/,
    );
  });

  it('leaves out a table that iptables does not print whole', () => {
    expect(parseSave({ family: 'ip', legacy: false, text: '*filter\n:INPUT ACCEPT [0:0]\n' })).toEqual([]);
    expect(
      parseSave({ family: 'ip', legacy: false, text: "# Table `filter' is incompatible, use 'nft' tool.\n" }),
    ).toEqual([]);
  });
});

const ip = (field: string): object => ({ payload: { protocol: 'ip', field } });
const nft = (...items: object[]): string => JSON.stringify({ nftables: items });
const CHAIN = {
  chain: {
    family: 'inet',
    table: 't',
    name: 'c',
    handle: 1,
    type: 'filter',
    hook: 'forward',
    prio: -5,
    policy: 'drop',
  },
};
const listed = (expr: readonly object[], ...more: object[]): FirewallChain['rules'] | undefined =>
  parseNft(nft(...more, CHAIN, { rule: { family: 'inet', table: 't', chain: 'c', expr } }))?.[0]?.rules;

describe('nft -j list ruleset', () => {
  it('reads where a chain is hooked in', () => {
    expect(parseNft(nft(CHAIN))).toMatchObject([
      { name: 'c', base: { hook: 'forward', priority: -5, type: 'filter', policy: 'drop', devices: [] } },
    ]);
  });

  it.each([
    [
      [{ match: { op: '==', left: { meta: { key: 'iifname' } }, right: { set: ['a', 'br-*'] } } }, { drop: null }],
      [[{ kind: 'iif', names: ['a', 'br-*'] }]],
      'drop',
    ],
    [
      [{ match: { op: '!=', left: ip('daddr'), right: { prefix: { addr: '10.0.0.0', len: 8 } } } }, { reject: null }],
      [
        [
          { kind: 'family', family: 4 },
          { kind: 'daddr', negated: true },
        ],
      ],
      'drop',
    ],
    [
      [{ match: { op: '>=', left: { payload: { protocol: 'udp', field: 'sport' } }, right: 1024 } }, { accept: null }],
      [[{ kind: 'protocol' }, { kind: 'sport', ranges: [[1024, 65535]] }]],
      'accept',
    ],
    [
      [{ match: { op: 'in', left: { ct: { key: 'state' } }, right: ['established', 'related'] } }, { accept: null }],
      [[{ kind: 'state', states: ['established', 'related'] }]],
      'accept',
    ],
    [
      [{ match: { op: '==', left: { ct: { key: 'ip daddr', dir: 'original' } }, right: '10.0.0.1' } }, { drop: null }],
      [[{ kind: 'daddr', original: true }]],
      'drop',
    ],
    [
      [{ match: { op: '==', left: { fib: { result: 'type', flags: ['daddr'] } }, right: 'local' } }, { accept: null }],
      [[{ kind: 'local', side: 'destination' }]],
      'accept',
    ],
    [
      [{ match: { op: '==', left: { fib: { result: 'oif', flags: ['saddr', 'iif'] } }, right: '0' } }, { drop: null }],
      [[{ kind: 'protocol', names: [] }]],
      'drop',
    ],
    [
      [{ match: { op: '==', left: { '&': [{ meta: { key: 'mark' } }, 255] }, right: 16 } }, { drop: null }],
      [[{ kind: 'mark', value: 16, mask: 255 }]],
      'drop',
    ],
    [
      [{ match: { op: '==', left: { payload: { base: 'nh', offset: 96, len: 32 } }, right: 1 } }, { drop: null }],
      [[{ kind: 'opaque' }]],
      'drop',
    ],
    [[{ limit: { rate: 5, per: 'second' } }, { accept: null }], [[{ kind: 'opaque' }]], 'accept'],
    [
      [{ xt: { type: 'match', name: 'u32' } }, { counter: null }, { drop: null }],
      [[{ kind: 'opaque', what: 'u32' }]],
      'drop',
    ],
    [[{ xt: null }, { drop: null }], [[{ kind: 'opaque' }]], 'drop'],
    [[{ concat: 1 }, { drop: null }], [[{ kind: 'opaque' }]], 'drop'],
    [
      [
        {
          vmap: {
            key: { ct: { key: 'state' } },
            data: {
              set: [
                ['invalid', { drop: null }],
                ['new', { drop: null }],
              ],
            },
          },
        },
      ],
      [[{ kind: 'state', states: ['invalid'] }], [{ kind: 'state', states: ['new'] }]],
      'drop',
    ],
    [
      [
        {
          match: {
            op: '==',
            left: { concat: [ip('saddr'), ip('daddr')] },
            right: { set: [{ concat: ['10.0.0.1', '10.0.0.2'] }] },
          },
        },
        { drop: null },
      ],
      [[{}, { kind: 'saddr' }, {}, { kind: 'daddr' }]],
      'drop',
    ],
  ] as const)('%j', (expr, matches, verdict) => {
    expect(listed(expr)?.map((one) => one.matches)).toMatchObject(matches);
    expect(listed(expr)?.map((one) => one.verdict.kind)).toEqual(matches.map(() => verdict));
  });

  it('looks into sets, but not into those that packets fill, or that were left out', () => {
    const expr = [{ match: { op: '==', left: ip('saddr'), right: '@bad' } }, { drop: null }];
    const set = { family: 'inet', table: 't', name: 'bad', type: 'ipv4_addr', elem: [{ elem: { val: '192.0.2.1' } }] };
    expect(listed(expr, { set })?.[0]?.matches).toMatchObject([{}, { kind: 'saddr', ranges: [{ first: 'c0000201' }] }]);
    expect(listed(expr, { set: { ...set, flags: ['dynamic'] } })?.[0]?.matches).toMatchObject([{ kind: 'opaque' }]);
    const terse = parseNft(nft({ set }, CHAIN, { rule: { family: 'inet', table: 't', chain: 'c', expr } }), true);
    expect(terse?.[0]?.rules[0]?.matches).toMatchObject([{ kind: 'opaque' }]);
  });

  it.each(['', 'null', '[]', '{"nftables":1}'])('is not %j', (text) => expect(parseNft(text)).toBeNull());
});

const NONE: FirewallTexts = {
  nft: '',
  terse: false,
  save4: '',
  save6: '',
  legacy4: '',
  legacy6: '',
  legacyTables4: [],
  legacyTables6: [],
  unread: [],
};

describe('one namespace', () => {
  it('takes iptables’ own word for iptables’ tables, and leaves out Bulkhead’s', () => {
    const chain = (table: string, family = 'ip'): object => ({ chain: { family, table, name: 'INPUT' } });
    const { chains } = readFirewall({
      ...NONE,
      nft: nft(chain('filter'), chain('mine'), chain('bulkhead', 'inet'), chain('bulkhead_gate', 'inet')),
      save4: '*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -j DROP\nCOMMIT\n',
    });
    expect(chains.map(({ table, rules }) => `${table} ${rules.length}`)).toEqual(['mine 0', 'filter 1']);
  });

  it('says which legacy tables it could not read; nat alone is the engine’s name server', () => {
    expect(readFirewall({ ...NONE, legacyTables4: ['nat'] }).unread).toEqual([]);
    expect(readFirewall({ ...NONE, legacyTables6: ['nat', 'filter'] }).unread).toEqual([
      { what: 'the legacy ip6tables tables nat, filter', level: 'ip' },
    ]);
    const legacy4 = '*filter\n:INPUT ACCEPT [0:0]\nCOMMIT\n';
    expect(readFirewall({ ...NONE, legacyTables4: ['filter'], legacy4 }).unread).toEqual([]);
  });

  it('says what was no list of rules', () => {
    expect(readFirewall({ ...NONE, nft: 'oops' }).unread).toHaveLength(1);
  });
});

describe('what is the engine’s own', () => {
  const bridges = bridgesOf([]);
  const known = new Map([...bridges, ['br-1', true], ['br-2', false]]);
  it.each([
    ['filter', '-A FORWARD -j DOCKER-USER', false],
    ['filter', '-A FORWARD -o br-1 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT', false],
    ['filter', '-A FORWARD -i br-1 ! -o br-1 -j ACCEPT', false],
    ['filter', '-A FORWARD -i br-2 -o br-2 -j DROP', false],
    ['filter', '-A FORWARD -i br-1 -o br-1 -j DROP', true],
    ['filter', '-A FORWARD -i br-9 -o br-9 -j ACCEPT', true],
    ['filter', '-A DOCKER-USER -j RETURN', false],
    ['filter', '-A DOCKER-USER -i br-1 -j DROP', true],
    ['filter', '-A DOCKER-ISOLATION-STAGE-2 -o br-1 -j DROP', false],
    ['filter', '-A DOCKERISH -j DROP', true],
    ['filter', '-A INPUT -p udp -m udp --dport 4789 -m policy --dir in --pol none -m u32 --u32 1 -j DROP', false],
    ['filter', '-A INPUT -m limit --limit 1/s -j LOG', false],
    ['raw', '-A PREROUTING -d 10.0.1.2/32 ! -i br-1 -j DROP', false],
    ['raw', '-A PREROUTING -d 127.0.0.1/32 ! -i lo -p tcp -m tcp --dport 80 -j DROP', false],
    ['raw', '-A PREROUTING -d 10.0.1.2/32 ! -i eth0 -j DROP', true],
    ['nat', '-A POSTROUTING -s 10.0.1.0/24 ! -o br-1 -j MASQUERADE', false],
    ['nat', '-A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER', false],
    ['nat', '-A PREROUTING -p tcp -j REDIRECT', true],
    ['nat', '-A OUTPUT -d 127.0.0.11/32 -j DOCKER_OUTPUT', false],
  ])('%s %s: foreign %s', (table, line, foreign) => {
    const chains = parseSave({ family: 'ip', legacy: false, text: `*${table}\n${line}\nCOMMIT` }).flatMap(
      (one) => one.chains,
    );
    expect(hasForeign({ chains, unread: [] }, known)).toBe(foreign);
  });

  it.each([
    [':INPUT DROP [0:0]', true],
    [':FORWARD DROP [0:0]', false],
    [':OUTPUT ACCEPT [0:0]', false],
  ])('default %s: foreign %s', (line, foreign) => {
    const chains = parseSave({ family: 'ip', legacy: false, text: `*filter\n${line}\nCOMMIT` }).flatMap(
      (one) => one.chains,
    );
    expect(hasForeign({ chains, unread: [] }, known)).toBe(foreign);
  });
});
