/**
 * A machine, containers and the world around it as network namespaces, without any engine: for tests of tables in a real
 * kernel.  `a` and `b` are on the bridge `br0`, `c` on `br1`, `late` on `br0` too but in no topology unless it is told;
 * `out` is beyond the machine's uplink and has one address of the network around and one of the internet; `beside` hangs on that
 * uplink by macvlan.
 */
import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import type { Ruleset } from '../../shared/policy/model.ts';
import { attach, container, network, published, topologyOf } from '../../shared/policy/test-topology.ts';
import type { ContainerEndpoint, Topology } from '../../shared/topology/model.ts';

const PREFIX = `bw${process.pid.toString(36)}`;
export const ns = (name: string): string => `${PREFIX}-${name}`;

export const canRunKernel =
  process.getuid?.() === 0 &&
  spawnSync('ip', ['netns', 'add', ns('try')]).status === 0 &&
  spawnSync('ip', ['netns', 'exec', ns('try'), 'nft', 'add table inet probe']).status === 0;
spawnSync('ip', ['netns', 'delete', ns('try')]);

export const ADDRESS = {
  lan: '192.168.77.1',
  lan6: 'fd77::1',
  internet: '203.0.113.1',
  internet6: '2001:db8:113::1',
  host: '198.51.100.2',
} as const;

const GUESTS = {
  a: { bridge: 'br0', mac: '02:42:ac:1e:00:02', ipv4: '172.30.0.2', ipv6: 'fd00:30::2', gateway: '172.30.0.1' },
  b: { bridge: 'br0', mac: '02:42:ac:1e:00:03', ipv4: '172.30.0.3', ipv6: 'fd00:30::3', gateway: '172.30.0.1' },
  c: { bridge: 'br1', mac: '02:42:ac:1f:00:04', ipv4: '172.31.0.4', ipv6: 'fd00:31::4', gateway: '172.31.0.1' },
  late: { bridge: 'br0', mac: '02:42:ac:1e:00:05', ipv4: '172.30.0.5', ipv6: 'fd00:30::5', gateway: '172.30.0.1' },
  twin: { bridge: 'br0', mac: '02:42:ac:1e:00:06', ipv4: '172.30.0.6', ipv6: 'fd00:30::6', gateway: '172.30.0.1' },
} as const;
export type Guest = keyof typeof GUESTS;
export const MACS: Readonly<Record<Guest, string>> = {
  a: GUESTS.a.mac,
  b: GUESTS.b.mac,
  c: GUESTS.c.mac,
  late: GUESTS.late.mac,
  twin: GUESTS.twin.mac,
};
type Member = Guest | 'host' | 'out' | 'beside';
const BESIDE = { mac: '02:42:c6:33:64:14', ipv4: '198.51.100.20', ipv6: '2001:db8:51::20' } as const;

/** Listens on ports (TCP and UDP, echo) at all its addresses and answers `id kind address port` by what happened.  `hold` keeps a connection, `talk` uses it. */
const AGENT = `
const net = require('net'), dgram = require('dgram'), { execFile } = require('child_process');
const held = {};
let left = 0; const up = () => { if (--left === 0) console.log('ready'); };
// One UDP socket for each address: an answer must come from the address that was called.
const own = Object.entries(require('os').networkInterfaces()).flatMap(([name, all]) => all.map(({ address, family }) => [
  address.startsWith('fe80') ? address + '%' + name : address, family]));
for (const port of process.argv.slice(1)) {
  left += 1 + own.length;
  net.createServer((s) => s.on('error', () => {}).pipe(s)).listen(+port, '::', up);
  for (const [address, family] of own) {
    const u = dgram.createSocket(family === 'IPv6' ? 'udp6' : 'udp4');
    u.on('message', (m, r) => u.send(m, r.port, r.address)).on('error', (e) => console.error(address, e)); u.bind(+port, address, up);
  }
}
require('readline').createInterface({ input: process.stdin }).on('line', (line) => {
  const [id, kind, address, port] = line.split(' ');
  let over = false;
  const end = (answer) => { if (!over) { over = true; console.log(id + ' ' + answer); } };
  const timer = setTimeout(() => end('blocked'), 800);
  if (kind === 'tcp') {
    const s = net.connect(+port, address);
    s.on('connect', () => { s.write('x'); }).on('data', () => { end('open'); s.destroy(); }).on('error', (e) => end(e.code)).on('close', () => end('closed'));
    setTimeout(() => s.destroy(), 900);
  } else if (kind === 'udp') {
    const u = dgram.createSocket(address.includes(':') ? 'udp6' : 'udp4');
    u.on('message', () => end('open')).on('error', (e) => end(e.code)); u.send('x', +port, address, (e) => { if (e) end('blocked'); });
    setTimeout(() => u.close(), 900);
  } else if (kind === 'hold') {
    const s = net.connect(+port, address);
    held[address + ' ' + port] = s;
    s.on('connect', () => end('open')).on('error', (e) => end(e.code));
  } else if (kind === 'talk') {
    const s = held[address + ' ' + port];
    s.once('data', () => end('open')); s.write('x');
  } else if (kind === 'icmp') {
    execFile('busybox', ['ping', '-c', '1', '-W', '1', address], (e) => end(e ? 'blocked' : 'open'));
    clearTimeout(timer);
  }
});`;

/** `send INTERFACE HEX`: one frame; `flood`: the same without end, until its input ends; `catch INTERFACE MARK`: counts frames that come in with the mark, until its input ends. */
const FRAMES = String.raw`
use Socket; my ($op, $name, $hex) = @ARGV;
socket(my $s, 17, SOCK_RAW, unpack 'n', pack 'S', 3) or die $!;
socket(my $any, AF_INET, SOCK_DGRAM, 0); my $r = pack 'Z16 x24', $name; ioctl $any, 0x8933, $r or die $!;
my $at = pack 'S n i x12', 17, 3, unpack 'x16 i', $r;
bind $s, $at or die $!; $| = 1;
if ($op eq 'send') { send($s, pack('H*', $hex), 0, $at) or die $!; exit }
if ($op eq 'flood') {
  my ($frame, $sent) = (pack('H*', $hex), 0);
  while (1) {
    for (1 .. 64) { $sent++ if send $s, $frame, 0, $at }
    print "ready\n" if $sent <= 64;
    my $bits = ''; vec($bits, 0, 1) = 1; last if select $bits, undef, undef, 0;
  }
  print "$sent\n"; exit;
}
print "ready
"; my $count = 0;
while (1) {
  my $bits = ''; vec($bits, 0, 1) = 1; vec($bits, fileno $s, 1) = 1; select $bits, undef, undef, undef;
  if (vec $bits, fileno $s, 1) { my $from = recv $s, my $f, 65536, 0; $count++ if index($f, $hex) >= 0 && (unpack 'x10 C', $from) != 4; next }
  last;
}
print "$count
";`;

const PORTS = ['7000', '7001'];
const HELPER = join(import.meta.dirname, '../../resources/helper/program/helper.pl');

function sh(script: string): void {
  execFileSync('sh', ['-ec', script]);
}

export interface KernelRig {
  readonly topology: Topology;
  /** As `topology`, with these containers only. */
  topologyWith(...guests: readonly Guest[]): Topology;
  /** Lines `from kind address port`, each with what happened: `open`, `blocked` or an error's code. All at once. */
  probe(tries: readonly string[]): Promise<Record<string, string>>;
  /** Makes every namespace hold what the ruleset says, through the helper; the others lose theirs. */
  load(ruleset: Ruleset): Promise<void>;
  /** One request to the helper in the machine's namespace. */
  ask(op: string, payload: object): Promise<unknown>;
  place(name: Guest | 'host' | 'beside'): { readonly place: string; readonly pid: number };
  exec(name: Member, script: string): string;
  /** Sends one frame, in hexadecimal, from that one's only link. */
  sendFrame(name: Guest, hex: string): void;
  /** Sends the frame without end while `work` runs; how often it was sent. */
  flood(name: Guest, hex: string, work: () => Promise<void>): Promise<number>;
  /** How many frames that hold the mark are seen on an interface while `work` runs. */
  framesSeen(name: Member, link: string, mark: string, work: () => void | Promise<void>): Promise<number>;
  stop(): void;
}

export async function startKernelRig(): Promise<KernelRig> {
  const host = `ip -n ${ns('host')}`;
  const out = `ip -n ${ns('out')}`;
  const quiet = 'net.ipv6.conf.all.accept_dad=0 net.ipv6.conf.default.accept_dad=0';
  sh(`ip netns add ${ns('host')}; ip netns add ${ns('out')}
ip netns exec ${ns('host')} sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1 ${quiet}
ip netns exec ${ns('out')} sysctl -qw ${quiet}
for bridge in iptables ip6tables; do ip netns exec ${ns('host')} sysctl -qw net.bridge.bridge-nf-call-$bridge=0 2>/dev/null || true; done
${host} link set lo up
${host} link add br0 type bridge; ${host} addr add 172.30.0.1/24 dev br0; ${host} addr add fd00:30::1/64 dev br0 nodad
${host} addr add fe80::1/64 dev br0 nodad; ${host} link set br0 up
${host} link add br1 type bridge; ${host} addr add 172.31.0.1/24 dev br1; ${host} addr add fd00:31::1/64 dev br1 nodad
${host} link set br1 up
${host} link add uplink type veth peer name uplink netns ${ns('out')}
${host} addr add ${ADDRESS.host}/24 dev uplink; ${host} addr add 2001:db8:51::2/64 dev uplink nodad; ${host} link set uplink up
${out} link set lo up; ${out} addr add 198.51.100.1/24 dev uplink; ${out} addr add 2001:db8:51::1/64 dev uplink nodad
${out} addr add ${ADDRESS.lan}/32 dev lo; ${out} addr add ${ADDRESS.lan6}/128 dev lo nodad
${out} addr add ${ADDRESS.internet}/32 dev lo; ${out} addr add ${ADDRESS.internet6}/128 dev lo nodad
${out} link set uplink up
${out} route add 172.30.0.0/15 via ${ADDRESS.host}; ${out} route add fd00::/16 via 2001:db8:51::2
${host} route add default via 198.51.100.1; ${host} route add default via 2001:db8:51::1`);
  for (const [name, { bridge, mac, ipv4, ipv6, gateway }] of Object.entries(GUESTS)) {
    const inside = `ip -n ${ns(name)}`;
    const gateway6 = ipv6.replace(/::.*/, '::1');
    sh(`ip netns add ${ns(name)}
ip netns exec ${ns(name)} sysctl -qw ${quiet}
${host} link add v${name} type veth peer name eth0 address ${mac} netns ${ns(name)}
${host} link set v${name} master ${bridge} up
${inside} link set lo up; ${inside} addr add ${ipv4}/24 dev eth0
${inside} addr add ${ipv6}/64 dev eth0 nodad; ${inside} link set eth0 up
${inside} route add default via ${gateway}; ${inside} -6 route add default via ${gateway6}`);
  }

  const beside = `ip -n ${ns('beside')}`;
  sh(`ip netns add ${ns('beside')}; ip netns exec ${ns('beside')} sysctl -qw ${quiet}
${host} link add mv0 link uplink address ${BESIDE.mac} type macvlan mode bridge; ${host} link set mv0 netns ${ns('beside')} name eth0
${beside} link set lo up; ${beside} addr add ${BESIDE.ipv4}/24 dev eth0; ${beside} addr add ${BESIDE.ipv6}/64 dev eth0 nodad
${beside} link set eth0 up; ${beside} route add default via 198.51.100.1; ${beside} -6 route add default via 2001:db8:51::1`);

  const agents = new Map<string, ChildProcess>();
  const waiting = new Map<string, (answer: string) => void>();
  let lastId = 0;
  for (const name of [...Object.keys(GUESTS), 'host', 'out', 'beside']) {
    const ports = name === 'host' ? [...PORTS, '5432', '5433'] : PORTS;
    const agent = spawn('ip', ['netns', 'exec', ns(name), process.execPath, '-e', AGENT, ...ports]);
    agents.set(name, agent);
    const lines = createInterface(agent.stdout);
    await once(lines, 'line');
    lines.on('line', (line) => {
      const [id = '', answer = ''] = line.split(' ');
      waiting.get(id)?.(answer);
      waiting.delete(id);
    });
  }
  const helper = spawn('ip', ['netns', 'exec', ns('host'), 'perl', HELPER]);
  const answers = new Map<number, (line: string) => void>();
  createInterface(helper.stdout).on('line', (line) => {
    const { id } = JSON.parse(line) as { id: number };
    answers.get(id)?.(line);
  });

  const pidOf = (name: string): number => agents.get(name)?.pid ?? 0;
  const topologyWith = (...guests: readonly Guest[]): Topology => {
    const containers = guests.map((name): ContainerEndpoint => {
      const { bridge, mac, ipv4, ipv6 } = GUESTS[name];
      return container(name, {
        pid: pidOf(name),
        attachments: [attach(bridge, ipv4, { ipv6, mac })],
        publishedPorts: name === 'b' ? [published('0.0.0.0:5432', 7000), published('[::]:5432', 7000)] : [],
      });
    });
    const net = (id: string, third: number): Topology['networks'][number] =>
      network(id, {
        ipv6: true,
        options: { 'com.docker.network.bridge.name': id },
        subnets: [
          { subnet: `172.${third}.0.0/24`, gateway: `172.${third}.0.1` },
          { subnet: `fd00:${third}::/64`, gateway: `fd00:${third}::1` },
        ],
      });
    const next = container('beside', {
      pid: pidOf('beside'),
      attachments: [attach('around', BESIDE.ipv4, { ipv6: BESIDE.ipv6, mac: BESIDE.mac })],
    });
    const around = network('around', {
      driver: 'macvlan',
      subnets: [{ subnet: '198.51.100.0/24', gateway: '198.51.100.1' }],
    });
    const plain = topologyOf([...containers, next], [net('br0', 30), net('br1', 31), around]);
    return { ...plain, engine: { ...plain.engine, hostAddresses: [ADDRESS.host, '2001:db8:51::2'] } };
  };
  const place: KernelRig['place'] = (name) =>
    name === 'host' ? { place: 'host', pid: 0 } : { place: `id-${name}`, pid: pidOf(name) };
  const ask: KernelRig['ask'] = async (op, payload) => {
    lastId += 1;
    const id = lastId;
    const line = await new Promise<string>((resolve) => {
      answers.set(id, resolve);
      helper.stdin.write(`${JSON.stringify({ id, op, ...payload })}\n`);
    });
    const { ok, error } = JSON.parse(line) as { ok?: unknown; error?: string };
    if (error !== undefined) throw new Error(error);
    return ok;
  };

  return {
    topology: topologyWith('a', 'b', 'c'),
    topologyWith,
    ask,
    place,
    probe: async (tries) => {
      const found = await Promise.all(
        tries.map(async (line) => {
          const [from = '', ...rest] = line.split(' ');
          lastId += 1;
          const id = String(lastId);
          const answer = new Promise<string>((resolve) => waiting.set(id, resolve));
          agents.get(from)?.stdin?.write(`${id} ${rest.join(' ')}\n`);
          return [line, await answer] as const;
        }),
      );
      return Object.fromEntries(found);
    },
    load: async ({ tables }) => {
      for (const name of [...Object.keys(GUESTS), 'host', 'beside'] as (Guest | 'host' | 'beside')[]) {
        const table = tables.find((one) => one.place === place(name).place);
        const { script, sever, admit } = table ?? {};
        if (table) await ask('load', { place: place(name), script, sever, admit, fingerprint: 'abcdef0123456789' });
        else await ask('unload', { place: place(name) });
      }
    },
    exec: (name, script) => execFileSync('ip', ['netns', 'exec', ns(name), 'sh', '-ec', script], { encoding: 'utf8' }),
    sendFrame: (name, hex) => {
      execFileSync('ip', ['netns', 'exec', ns(name), 'perl', '-e', FRAMES, 'send', 'eth0', hex]);
    },
    flood: async (name, hex, work) => {
      const child = spawn('ip', ['netns', 'exec', ns(name), 'perl', '-e', FRAMES, 'flood', 'eth0', hex]);
      const lines = createInterface(child.stdout);
      await once(lines, 'line');
      await work();
      const last = once(lines, 'line');
      child.stdin.end();
      return Number((await last)[0]);
    },
    framesSeen: async (name, link, mark, work) => {
      const child = spawn('ip', ['netns', 'exec', ns(name), 'perl', '-e', FRAMES, 'catch', link, mark]);
      const lines = createInterface(child.stdout);
      await once(lines, 'line');
      await work();
      const last = once(lines, 'line');
      // Frames pass a bridge before the sender's call returns: what is not there now never comes.
      child.stdin.end();
      return Number((await last)[0]);
    },
    stop: () => {
      helper.kill('SIGKILL');
      for (const agent of agents.values()) agent.kill('SIGKILL');
      for (const name of [...Object.keys(GUESTS), 'host', 'out', 'beside'])
        spawnSync('ip', ['netns', 'delete', ns(name)]);
    },
  };
}
