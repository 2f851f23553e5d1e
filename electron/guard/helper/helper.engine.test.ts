/** The helper and its wire on a real engine: `BULKHEAD_TEST_ENGINE=unix://…`. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Docker } from '../../../e2e/fixture/docker.ts';
import { importTestImage, TEST_IMAGE } from '../../../e2e/fixture/image.ts';
import { connect, type DockerApi } from '../../engine/connection/index.ts';
import type { Place, ProbeOutcome, ProbeRequest, Wire } from '../../engine/driver.ts';
import { fingerprintOf } from '../../engine/fingerprint.ts';
import { openDockerWire } from './index.ts';

const engine = process.env['BULKHEAD_TEST_ENGINE'] ?? '';
const docker = new Docker(engine.replace('unix://', ''));
const HOST: Place = { place: 'host', pid: 0 };
const NAMES = ['h4-a', 'h4-b', 'h4-c'];
const NETWORKS = ['h4-one', 'h4-two'];
const HOST_PORT = 18093;
/** Echoes on a port, for ever; each connection served by a process of its own. */
const ECHO = 'nc -ll -p 80 -e cat';

interface Guest extends Place {
  readonly ip: string;
  readonly gateway: string;
}

const helpers = async (): Promise<readonly string[]> =>
  (await docker.listContainers()).filter(({ Labels }) => Labels['dev.bulkhead'] === 'helper').map(({ Id }) => Id);

const describeOnEngine = engine === '' ? describe.skip : describe;

describeOnEngine('the helper on a real engine (needs BULKHEAD_TEST_ENGINE)', () => {
  let api: DockerApi;
  let wire: Wire;
  let a: Guest;
  let b: Guest;
  let c: Guest;

  const guest = async (name: string, network: string): Promise<Guest> => {
    const info = await docker.inspectContainer(name);
    const attachment = info.NetworkSettings.Networks[network];
    return { place: info.Id, pid: info.State.Pid, ip: attachment?.IPAddress ?? '', gateway: attachment?.Gateway ?? '' };
  };

  beforeAll(async () => {
    await importTestImage(docker);
    for (const name of NAMES) await docker.removeContainer(name);
    for (const name of NETWORKS) await docker.removeNetwork(name).then(() => docker.createNetwork(name));
    const run = (name: string, network: string, command: string, more: object = {}): Promise<string> =>
      docker.runContainer(name, {
        Image: TEST_IMAGE,
        Cmd: ['sh', '-c', command],
        ExposedPorts: { '80/tcp': {} },
        HostConfig: { NetworkMode: network, ...more },
      });
    const published = { PortBindings: { '80/tcp': [{ HostPort: String(HOST_PORT) }] } };
    await run('h4-a', 'h4-one', ECHO);
    await run('h4-b', 'h4-one', ECHO, published);
    await run('h4-c', 'h4-two', 'sleep 100000');
    [a, b, c] = [await guest('h4-a', 'h4-one'), await guest('h4-b', 'h4-one'), await guest('h4-c', 'h4-two')];
    api = await connect(engine);
    wire = await openDockerWire(api);
  });

  afterAll(async () => {
    await wire.close();
    api.close();
    for (const name of NAMES) await docker.removeContainer(name);
    for (const name of NETWORKS) await docker.removeNetwork(name);
    expect(await helpers()).toEqual([]);
  });

  const probe = async (requests: readonly ProbeRequest[]): Promise<readonly string[]> => {
    const outcomes: ProbeOutcome[] = [];
    await wire.probe(requests, (index, outcome) => (outcomes[index] = outcome));
    return outcomes.map(({ measured, detail }) => (measured === 'error' ? `error: ${detail}` : measured));
  };
  const direct = (from: Place, to: Guest, port: number): ProbeRequest => ({
    from,
    to,
    address: to.ip,
    port,
    listenPort: port,
  });
  const load = async (to: Place, drop: readonly string[], sever: readonly { from: string; to: string }[] = []) => {
    const script = tableThatDrops(drop);
    expect(await wire.load([{ place: to.place, script, sever }], [to], [])).toMatchObject([
      { place: to.place, error: null },
    ]);
    return fingerprintOf(script);
  };
  const unload = (...places: Place[]): Promise<unknown> => wire.load([], [], places);

  it('says what this machine can do', () => {
    expect(wire.capabilities).toMatchObject({
      nftVersion: expect.stringMatching(/^\d/) as string,
      userlandProxy: true,
    });
    expect(wire.capabilities.hostAddresses).not.toContain(a.gateway);
    expect(wire.capabilities.hostAddresses.length).toBeGreaterThan(0);
  });

  it('loads, reads back, sees a foreign change, and unloads; one dead container fails alone', async () => {
    const fingerprint = await load(b, [a.ip]);
    expect(await wire.read([a, b, HOST])).toEqual([{ place: b.place, fingerprint }]);
    await docker.exec('h4-b', ['true']);
    const gone: Place = { place: 'f'.repeat(64), pid: b.pid };
    const script = tableThatDrops([a.ip]);
    const answers = await wire.load(
      [gone, a].map(({ place }) => ({ place, script, sever: [] })),
      [gone, a],
      [b],
    );
    expect(answers).toEqual([
      { place: gone.place, error: expect.stringContaining('another container') as string },
      { place: a.place, error: null },
      { place: b.place, error: null },
    ]);
    // Another session changes what this one loaded.
    const other = await openDockerWire(api);
    await other.load([{ place: a.place, script: script.replace('counter', ''), sever: [] }], [a], []);
    const [seen] = await wire.read([a]);
    expect(seen?.fingerprint).not.toBe(fingerprintOf(script));
    await other.close();
    await unload(a);
    expect(await wire.read([a, b, HOST])).toEqual([]);
  });

  it('refuses a script that nft refuses, and leaves what was there', async () => {
    const fingerprint = await load(b, [a.ip]);
    const [answer] = await wire.load(
      [{ place: b.place, script: 'table inet bulkhead { nonsense }', sever: [] }],
      [b],
      [],
    );
    expect(answer?.error).toContain('nft refused');
    expect(await wire.read([b])).toEqual([{ place: b.place, fingerprint }]);
    await unload(b);
  });

  it('tells where something listens, and does not take docker-proxy for a service of the machine', async () => {
    expect(await wire.listening(a)).toEqual([80]);
    expect(await wire.listening(c)).toEqual([]);
    expect(await wire.listening(HOST)).not.toContain(HOST_PORT);
  });

  it('probes real services and temporary listeners, open and blocked', async () => {
    const pairs = [
      direct(a, b, 80),
      direct(a, b, 0),
      direct(a, b, 8443),
      direct(b, a, 80),
      direct(a, c, 0),
      direct(b, b, 80),
    ];
    expect(await probe(pairs)).toEqual(['open', 'open', 'open', 'open', 'blocked', 'open']);
    await load(b, [a.ip]);
    expect(await probe(pairs)).toEqual(['blocked', 'blocked', 'blocked', 'open', 'blocked', 'open']);
    await unload(b);
    expect(await probe(pairs)).toEqual(['open', 'open', 'open', 'open', 'blocked', 'open']);
    expect(await wire.listening(b)).toEqual([80]);
  });

  it('sees datagrams and pings arrive, whoever listens, and says blocked where they do not', async () => {
    const sent = (from: Place, to: Guest, protocol: 'udp' | 'icmp', port = 0): ProbeRequest => ({
      ...direct(from, to, port),
      protocol,
    });
    const toHost = (protocol: 'udp' | 'icmp'): ProbeRequest => ({
      ...sent(a, b, protocol),
      to: HOST,
      address: b.gateway,
    });
    const all = [
      sent(a, b, 'udp', 5353),
      sent(a, b, 'udp'),
      sent(a, b, 'icmp'),
      sent(b, a, 'udp', 80),
      sent(HOST, b, 'icmp'),
      sent(HOST, b, 'udp', 53),
      toHost('udp'),
      toHost('icmp'),
      // Another network: the engine keeps them apart.
      sent(a, c, 'udp', 53),
      sent(a, c, 'icmp'),
      direct(a, b, 80),
    ];
    const open = Array.from({ length: 8 }, () => 'open');
    expect(await probe(all)).toEqual([...open, 'blocked', 'blocked', 'open']);
    const drop = async (place: Place, hook: string, ...matches: readonly string[]): Promise<void> => {
      const rules = matches.map((match) => `${match} drop`).join('\n');
      const chain = `chain ${hook} {\ntype filter hook ${hook} priority -10;\n${rules}\n}`;
      const script = `table inet bulkhead\ndelete table inet bulkhead\ntable inet bulkhead {\n${chain}\n}\n`;
      const answers = await wire.load([{ place: place.place, script, sever: [] }], [place], []);
      expect(answers).toEqual([{ place: place.place, error: null }]);
    };
    await drop(b, 'input', `ip saddr ${a.ip} udp dport 5353`, `ip saddr ${a.ip} meta l4proto icmp`);
    const rest = [...open.slice(3), 'blocked', 'blocked', 'open'];
    expect(await probe(all)).toEqual(['blocked', 'open', 'blocked', ...rest]);
    await unload(b);
    // What is dropped on the way out is told by the kernel.
    await drop(a, 'output', `ip daddr ${b.ip} meta l4proto { icmp, udp }`);
    expect(await probe(all)).toEqual(['blocked', 'blocked', 'blocked', ...rest]);
    await unload(a);
    expect(await probe(all)).toEqual([...open, 'blocked', 'blocked', 'open']);
  });

  it('does not call a docker-proxy that takes the connection an open way to the container behind it', async () => {
    const through = (from: Guest, listenPort: number): ProbeRequest => ({
      from,
      to: b,
      address: from.gateway,
      port: HOST_PORT,
      listenPort,
    });
    // The machine's own loopback, too, is docker-proxy's.
    const loopback: ProbeRequest = { from: HOST, to: b, address: '127.0.0.1', port: HOST_PORT, listenPort: 80 };
    const both = [through(c, 80), through(a, 80)];
    expect(await probe([...both, loopback])).toEqual(['open', 'open', 'open']);
    await load(b, [b.gateway]);
    expect(await probe([...both, loopback])).toEqual(['blocked', 'blocked', 'blocked']);
    await unload(b);
    await load(HOST, [c.ip]);
    expect(await probe(both)).toEqual(['blocked', 'open']);
    await unload(HOST);
  });

  it('says error, not blocked, where it could not try', async () => {
    const dead: Place = { place: 'e'.repeat(64), pid: 0 };
    expect(
      await probe([{ ...direct(a, b, 80), to: dead }, { ...direct(a, b, 80), from: dead }, direct(a, b, 80)]),
    ).toEqual(['error: the container is not running', 'error: the container is not running', 'open']);
  });

  it('ends an established connection in the blocked direction and keeps the one in the other', async () => {
    await startTicks('h4-a', b.ip);
    await startTicks('h4-b', a.ip);
    await moreTicks('h4-a', 3);
    await moreTicks('h4-b', 3);
    await load(b, [a.ip], [{ from: a.ip, to: b.ip }]);
    await moreTicks('h4-b', 2);
    const severed = await ticks('h4-a');
    await moreTicks('h4-b', 10);
    expect(await ticks('h4-a')).toBe(severed);
    // Loading again, as every change of policy does, must not bring it back.
    await load(b, [a.ip, '192.0.2.77'], [{ from: a.ip, to: b.ip }]);
    await moreTicks('h4-b', 10);
    expect(await ticks('h4-a')).toBe(severed);
    await unload(b);
  });

  it('reads everybody’s packet filters but its own tables, and hears when somebody changes them', async () => {
    await load(b, [a.ip]);
    const before = await wire.filters([HOST, a, b]);
    expect(before.firewalls.get('host')?.unread).toEqual([]);
    expect(before.firewalls.get('host')?.chains.map(({ name }) => name)).toContain('DOCKER-USER');
    expect(before.firewalls.get(b.place)?.chains.filter(({ table }) => table === 'bulkhead')).toEqual([]);
    expect(before.outside.length).toBeGreaterThan(0);
    const abort = new AbortController();
    const heard = new Promise<readonly string[]>((resolve) => {
      void wire.watchFilters([HOST, a, b], resolve, abort.signal);
    });
    // The watch is on once a change is heard: any of ours will do.
    const loads = (async () => {
      for (let at = 0; at < 50 && !abort.signal.aborted; at += 1) await load(a, [`192.0.2.${at}`]);
    })();
    expect(await heard).toEqual([a.place]);
    abort.abort();
    await loads;
    await unload(a, b);
  });

  it('ends with its session, and leaves alone what another session runs', async () => {
    const apart = await connect(engine);
    const other = await openDockerWire(apart);
    expect(await helpers()).toHaveLength(2);
    // As a killed app does: the connection is gone without a word.
    apart.close();
    await other.closed;
    await vi.waitFor(async () => expect(await helpers()).toHaveLength(1), { timeout: 10_000, interval: 100 });
    expect(await wire.listening(a)).toEqual([80]);
  });
});

/** Sends a tick every 20 ms through one connection to the echo service there, and notes what comes back. */
async function startTicks(name: string, address: string): Promise<void> {
  const loop = `(while :; do echo tick; usleep 20000; done) | nc ${address} 80 > /tmp/ticks`;
  await docker.exec(name, ['sh', '-c', `(${loop}) > /dev/null 2>&1 &`]);
}

async function ticks(name: string): Promise<number> {
  return Number((await docker.exec(name, ['sh', '-c', 'wc -l < /tmp/ticks'])).stdout);
}

async function moreTicks(name: string, more: number): Promise<void> {
  const before = await ticks(name);
  await vi.waitFor(async () => expect(await ticks(name)).toBeGreaterThanOrEqual(before + more), {
    timeout: 10_000,
    interval: 50,
  });
}

function tableThatDrops(addresses: readonly string[]): string {
  const tuple = 'type ipv4_addr . inet_service . ipv4_addr . inet_service;';
  return `add table inet bulkhead
delete table inet bulkhead
table inet bulkhead {
  set severed4 { ${tuple} }
  set kept4 { ${tuple} }
  chain input {
    type filter hook input priority -300; policy accept;
    ip saddr . tcp sport . ip daddr . tcp dport @severed4 drop
    ip saddr . tcp sport . ip daddr . tcp dport @kept4 accept
    ct state new ip saddr { ${addresses.join(', ')} } counter drop
  }
}
`;
}
