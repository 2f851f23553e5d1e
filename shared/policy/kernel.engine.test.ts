import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { on, once } from 'node:events';
import { createInterface, type Interface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Denied } from './model.ts';
import { compile } from './compile.ts';
import { attach, container, network, published, topologyOf } from './test-topology.ts';

/**
 * The compiled tables in real network namespaces, without any engine: a machine with two bridges, `a` and `b` on the
 * first, `c` on the second, `b` published by a listener of the machine as docker-proxy does.
 */
const PREFIX = `bh${process.pid.toString(36)}`;
const ns = (name: string): string => `${PREFIX}-${name}`;

const canTry =
  process.getuid?.() === 0 &&
  spawnSync('ip', ['netns', 'add', ns('try')]).status === 0 &&
  spawnSync('ip', ['netns', 'exec', ns('try'), 'nft', 'add table inet probe']).status === 0;
spawnSync('ip', ['netns', 'delete', ns('try')]);

const MAC = { a: '02:42:ac:1e:00:02', b: '02:42:ac:1e:00:03', c: '02:42:ac:1f:00:04' };
const LINK_LOCAL = { a: 'fe80::42:acff:fe1e:2%eth0', b: 'fe80::42:acff:fe1e:3%eth0', host: 'fe80::1%eth0' };

const topology = topologyOf(
  [
    container('a', { attachments: [attach('n0', '172.30.0.2', { ipv6: 'fd00:30::2', mac: MAC.a })] }),
    container('b', {
      attachments: [attach('n0', '172.30.0.3', { ipv6: 'fd00:30::3', mac: MAC.b })],
      publishedPorts: [
        published('0.0.0.0:5432', 7000),
        published('[::]:5432', 7000),
        published('172.30.0.1:5434', 7000),
        published('0.0.0.0:5436', 7000),
        published('[::]:5436', 7000),
      ],
    }),
    container('c', { attachments: [attach('n1', '172.31.0.4', { mac: MAC.c })] }),
  ],
  [network('n0'), network('n1')],
);

const SERVER = `
const net = require('net'), dgram = require('dgram');
let left = 0; const up = () => { if (--left === 0) console.log('ready'); };
for (const port of process.argv.slice(1)) {
  left += 2;
  net.createServer((s) => s.on('error', () => {}).pipe(s)).listen(+port, '::', up);
  const u = dgram.createSocket('udp6'); u.on('message', (m, r) => u.send(m, r.port, r.address)); u.bind(+port, '::', up);
}`;

const PROBE = `
const [kind, address, port] = process.argv.slice(1);
const end = (answer) => { console.log(answer); process.exit(0); };
setTimeout(() => end('blocked'), 700);
if (kind === 'tcp') require('net').connect(+port, address).on('connect', () => end('open')).on('error', (e) => end(e.code));
else {
  const u = require('dgram').createSocket(address.includes(':') ? 'udp6' : 'udp4');
  u.on('message', () => end('open')).on('error', (e) => end(e.code)); u.send('x', +port, address);
}`;

/** On whoever calls it talks without an end. */
const SPEAKER = `
require('net').createServer((s) => { s.on('error', () => {}); setInterval(() => s.write(Date.now() + '\\n'), 1500); s.write('0\\n'); })
  .listen(+process.argv[2], process.argv[1], () => console.log('ready'));`;
const CALLER = `
require('net').connect(+process.argv[2], process.argv[1]).on('error', () => {}).on('data', (d) => process.stdout.write(d));`;

const servers: ChildProcess[] = [];

function sh(script: string): void {
  execFileSync('sh', ['-ec', script]);
}

/** More programs at once keep each other from hearing an answer in time. */
const AT_ONCE = 5;

/** Answers `from kind address port` lines by what happened. */
async function probe(tries: readonly string[]): Promise<Record<string, string>> {
  const answers: (readonly [string, string])[] = [];
  const one = async (line: string): Promise<void> => {
    const [from = '', kind = '', address = '', port = ''] = line.split(' ');
    const child = spawn('ip', ['netns', 'exec', ns(from), process.execPath, '-e', PROBE, kind, address, port]);
    const [answer] = (await once(createInterface(child.stdout), 'line')) as [string];
    answers.push([line, answer]);
  };
  for (let at = 0; at < tries.length; at += AT_ONCE) await Promise.all(tries.slice(at, at + AT_ONCE).map(one));
  return Object.fromEntries(answers);
}

const A_TO_B = [
  'a tcp 172.30.0.3 7000',
  'a tcp fd00:30::3 7000',
  `a tcp ${LINK_LOCAL.b} 7000`,
  'a udp 172.30.0.3 7000',
  'a udp fd00:30::3 7000',
  'a tcp 172.30.0.1 5432',
  'a udp 172.31.0.1 5434',
  'a tcp 172.31.0.1 5432',
  'a tcp fd00:30::1 5432',
  `a tcp ${LINK_LOCAL.host} 5432`,
  'a tcp 172.30.0.1 5434',
];
/** Not published by `b` on that address and protocol: `bound` must leave it alone. */
const NOT_B = 'a udp 172.31.0.1 5434';
const CLOSED = A_TO_B.filter((line) => line !== NOT_B);
const OTHERS = [
  NOT_B,
  'b tcp 172.30.0.2 7000',
  'b tcp fd00:30::2 7000',
  `b tcp ${LINK_LOCAL.a} 7000`,
  'b udp 172.30.0.2 7000',
  'a tcp 172.30.0.1 5433',
  'a tcp 172.31.0.4 7000',
  'b tcp 172.30.0.1 5432',
  'c tcp 172.31.0.1 5432',
  'c tcp 172.30.0.3 7000',
];
const all = (lines: readonly string[], answer: string): Record<string, string> =>
  Object.fromEntries(lines.map((line) => [line, answer]));

describe.skipIf(!canTry)('compiled tables in the kernel (skipped where there is no root, ip or nft)', () => {
  beforeAll(async () => {
    const host = `ip -n ${ns('host')}`;
    sh(`ip netns add ${ns('host')}
ip netns exec ${ns('host')} sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.accept_dad=0 net.ipv6.conf.default.accept_dad=0
${host} link set lo up
${host} link add br0 type bridge; ${host} addr add 172.30.0.1/24 dev br0; ${host} addr add fd00:30::1/64 dev br0 nodad
${host} addr add fe80::1/64 dev br0 nodad; ${host} link set br0 up
${host} link add br1 type bridge; ${host} addr add 172.31.0.1/24 dev br1; ${host} link set br1 up`);
    for (const [name, bridge, subnet] of [
      ['a', 'br0', '172.30.0'],
      ['b', 'br0', '172.30.0'],
      ['c', 'br1', '172.31.0'],
    ] as const) {
      const number = MAC[name].slice(-1);
      const inside = `ip -n ${ns(name)}`;
      sh(`ip netns add ${ns(name)}
ip netns exec ${ns(name)} sysctl -qw net.ipv6.conf.all.accept_dad=0 net.ipv6.conf.default.accept_dad=0
${host} link add v${name} type veth peer name eth0 address ${MAC[name]} netns ${ns(name)}
${host} link set v${name} master ${bridge} up
${inside} link set lo up; ${inside} addr add ${subnet}.${number}/24 dev eth0
${inside} addr add fd00:30::${number}/64 dev eth0 nodad; ${inside} link set eth0 up
${inside} route add default via ${subnet}.1`);
    }
    for (const [name, ports] of [
      ['host', ['5432', '5433', '5434']],
      ['a', ['7000']],
      ['b', ['7000']],
      ['c', ['7000']],
    ] as const) {
      const server = spawn('ip', ['netns', 'exec', ns(name), process.execPath, '-e', SERVER, ...ports]);
      servers.push(server);
      await once(createInterface(server.stdout), 'line');
    }
  });

  afterAll(() => {
    for (const server of servers) server.kill('SIGKILL');
    for (const name of ['a', 'b', 'c', 'host']) spawnSync('ip', ['netns', 'delete', ns(name)]);
  });

  const load = (pairs: Denied['pairs'], change = (script: string): string => script): void => {
    for (const name of ['a', 'b', 'c', 'host']) {
      spawnSync('ip', ['netns', 'exec', ns(name), 'nft', 'delete table inet bulkhead']);
    }
    for (const { place, script } of compile({ pairs }, topology).tables) {
      execFileSync('ip', ['netns', 'exec', ns(place.replace(/^id-/, '')), 'nft', '-f', '-'], {
        input: change(script),
      });
    }
  };

  it('stops a to b by every way and family, side doors included, and nothing else', async () => {
    expect(await probe([...CLOSED, ...OTHERS])).toEqual(all([...CLOSED, ...OTHERS], 'open'));
    load([{ from: 'id-a', to: 'id-b' }]);
    expect(await probe([...CLOSED, ...OTHERS])).toEqual({ ...all(CLOSED, 'blocked'), ...all(OTHERS, 'open') });
    load([]);
    expect(await probe([...CLOSED, ...OTHERS])).toEqual(all([...CLOSED, ...OTHERS], 'open'));
  });

  it.each(['a', 'b', 'host'])(
    'stops it also where only the table of %s is left, as far as that one reaches',
    async (only) => {
      load([{ from: 'id-a', to: 'id-b' }]);
      for (const name of ['a', 'b', 'host'].filter((one) => one !== only)) {
        spawnSync('ip', ['netns', 'exec', ns(name), 'nft', 'delete table inet bulkhead']);
      }
      const direct = ['a tcp 172.30.0.3 7000', 'a tcp fd00:30::3 7000'];
      const doors = CLOSED.filter((line) => / 543\d$/.test(line));
      const closed = only === 'host' ? doors : direct;
      expect(await probe([...closed, ...OTHERS])).toEqual({ ...all(closed, 'blocked'), ...all(OTHERS, 'open') });
    },
  );

  describe('a connection that was cut', () => {
    beforeAll(() => {
      for (const name of ['a', 'b', 'host']) {
        // A rule that asks makes a namespace track. It forgets within a second, and the speaker says something less often.
        const all = '/proc/sys/net/netfilter/nf_conntrack_tcp_timeout_*';
        sh(`ip netns exec ${ns(name)} nft 'table inet tracks { chain input { type filter hook input priority 0; ct state new accept; }; }'
ip netns exec ${ns(name)} sh -c 'for file in ${all}; do echo 1 > $file; done'`);
      }
    });

    /** One from a, on which the other side alone goes on talking. @returns milliseconds until a hears something that was said since. */
    const cutAndHeard = async (
      { at, call }: { readonly at: string; readonly call: readonly [address: string, port: string] },
      { within, change }: { readonly within: number; readonly change?: (script: string) => string },
    ): Promise<number> => {
      load([]);
      const start = async (name: string, program: string): Promise<readonly [ChildProcess, Interface]> => {
        const child = spawn('ip', ['netns', 'exec', ns(name), process.execPath, '-e', program, ...call]);
        servers.push(child);
        const lines = createInterface(child.stdout);
        await once(lines, 'line');
        return [child, lines];
      };
      const [speaker] = await start(at, SPEAKER);
      const [caller, lines] = await start('a', CALLER);
      load([{ from: 'id-a', to: 'id-b' }], change);
      const cut = Date.now();
      try {
        const heard = on(lines, 'line', { signal: AbortSignal.timeout(within) }) as AsyncIterable<[string]>;
        for await (const [said] of heard) if (Number(said) > cut) return Date.now() - cut;
      } catch (error) {
        if (!(error instanceof Error && error.name === 'AbortError')) throw error;
      } finally {
        for (const one of [speaker, caller]) one.kill('SIGKILL');
      }
      return Infinity;
    };

    it.each([
      { at: 'b', call: ['172.30.0.3', '7001'] },
      { at: 'b', call: ['fd00:30::3', '7001'] },
      // As docker-proxy speaks for b.
      { at: 'host', call: ['172.30.0.1', '5436'] },
      { at: 'host', call: ['fd00:30::1', '5436'] },
    ] as const)('does not come back from $at, $call, when tracking has forgotten it (N4)', async (way) => {
      const without = (script: string): string => script.replaceAll(/^.*tcp flags.*\n/gm, '');
      const came = await cutAndHeard(way, { within: 60_000, change: without });
      expect(came, 'without the rules about it it does').toBeLessThan(Infinity);
      expect(await cutAndHeard(way, { within: 3 * came + 4_000 })).toBe(Infinity);
    });
  });

  it('stops what the engine itself redirects to b, and no other redirected port (N8)', async () => {
    const redirect = `table ip doors { chain pre { type nat hook prerouting priority dstnat;
      fib daddr type local tcp dport 6001 dnat to 172.30.0.3:7000
      fib daddr type local tcp dport 6002 dnat to 172.30.0.2:7000
    }; }\n`;
    execFileSync('ip', ['netns', 'exec', ns('host'), 'nft', '-f', '-'], { input: redirect });
    const ways = ['c tcp 172.31.0.1 6001', 'c tcp 172.30.0.3 7000', 'c tcp 172.31.0.1 6002', 'b tcp 172.31.0.4 7000'];
    load([]);
    expect(await probe(ways)).toEqual(all(ways, 'open'));
    load([{ from: 'id-c', to: 'id-b' }]);
    for (const name of ['b', 'c']) spawnSync('ip', ['netns', 'exec', ns(name), 'nft', 'delete table inet bulkhead']);
    expect(await probe(ways)).toEqual({ ...all(ways.slice(0, 2), 'blocked'), ...all(ways.slice(2), 'open') });
  });
});
