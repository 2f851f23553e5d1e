/** The complete table of a Swarm: what `explain` names and what the wire answers. */
import { explain } from '../../../shared/reachability/index.ts';
import type { Channel, Denial } from '../../../shared/reachability/model.ts';
import { isContainer, isService, type Endpoint, type Topology } from '../../../shared/topology/model.ts';
import { ADDRESSES } from '../../engines/namespace.ts';
import { HOST_PORTS, MEMBERS, PORTS, SERVICES, type Speaker, type SwarmFixture } from './fixture.ts';
import { probeFrom, type Probe } from './measure.ts';

/** Who answered which probe, from each source by name. */
export interface Measured {
  readonly probes: readonly Probe[];
  readonly answers: ReadonlyMap<string, readonly ReadonlySet<string>[]>;
}

export interface Comparison {
  readonly pairs: number;
  readonly ways: number;
  readonly open: number;
  readonly unknown: number;
  /** One line per way that is not as predicted. */
  readonly wrong: readonly string[];
}

/** As the machine itself tells them: in host mode one sees all of its addresses. */
function machineAddresses({ speakers }: SwarmFixture): readonly string[] {
  return [...(speakers.find(({ name }) => name === 'h1')?.addresses ?? []), '127.0.0.1', '::1'];
}

const PROTOCOLS = ['tcp', 'udp'] as const;

/** Every address of anybody, the machines and the services included, with every port that anybody has or publishes. */
function allProbes(fixture: SwarmFixture, topology: Topology): Probe[] {
  const addresses = new Set([
    ...fixture.speakers.flatMap((speaker) => speaker.addresses),
    ...topology.endpoints.filter(isService).flatMap((one) => one.virtualAddresses.map(({ address }) => address)),
    ...machineAddresses(fixture),
    ...(topology.engine.swarmNodes ?? []).flatMap((node) => node.addresses),
  ]);
  addresses.delete('');
  const published = [
    ...Object.values(SERVICES).flatMap(({ publish = [] }) => publish.map((text) => Number(text.split(':')[0]))),
    ...Object.values(MEMBERS).flatMap(({ publish }) => (publish === undefined ? [] : [Number(publish.split(':')[0])])),
  ];
  const ports = [...new Set([...PORTS, ...HOST_PORTS, ...published])];
  return [...addresses].flatMap((address): Probe[] => [
    ...PROTOCOLS.flatMap((protocol) => ports.map((port): Probe => ({ protocol, address, port }))),
    { protocol: 'icmp', address, port: 0 },
  ]);
}

/** Tries everything from everybody on the first node, from that machine itself, and from the network outside of it. */
export async function measureSwarm(fixture: SwarmFixture, topology: Topology): Promise<Measured> {
  const probes = allProbes(fixture, topology);
  const [node] = fixture.swarm.nodes;
  if (!node) throw new Error('A Swarm without nodes.');
  const outside = ['nsenter', '--net=/run/netns/outside', '--'];
  const sources: readonly (readonly [string, readonly string[]])[] = [
    ...fixture.speakers
      .filter((one) => one.node === 1)
      .map(({ name, pid }) => [name, ['nsenter', '-t', String(pid), '-n', '--']] as const),
    ['host', []],
    ['lan', outside],
  ];
  const answers = new Map<string, Set<string>[]>();
  const rounds = 2;
  for (let round = 0; round < rounds; round += 1) {
    await eachOf(sources, 6, async ([name, enter]) => {
      const known = answers.get(name) ?? probes.map(() => new Set<string>());
      answers.set(name, known);
      // What is lost once is no block: only what stayed silent is tried again.
      const silent = probes.map((_, index) => index).filter((index) => known[index]?.size === 0);
      const tried = silent.flatMap((index) => probes[index] ?? []);
      const heard = await probeFrom(node, enter, tried, round === 0 ? 1 : 1.6);
      heard.forEach((names, at) => names.forEach((who) => known[silent[at] ?? -1]?.add(who)));
    });
  }
  return { probes, answers };
}

async function eachOf<Item>(
  items: readonly Item[],
  atOnce: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const left = [...items];
  const worker = async (): Promise<void> => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

/**
 * Compares every pair of those who were measured, and of the services whose tasks were, with every endpoint, at every
 * probe.
 */
export function comparePairs(
  fixture: SwarmFixture,
  topology: Topology,
  { probes, answers }: Measured,
  denials: readonly Denial[] = [],
): Comparison {
  const wrong: string[] = [];
  const machine = machineAddresses(fixture);
  const count = { pairs: 0, ways: 0, open: 0, unknown: 0 };
  for (const from of topology.endpoints.filter((one) => sendersOf(fixture, one).some((name) => answers.has(name)))) {
    for (const to of topology.endpoints) {
      if (to.kind === 'lan' || to.kind === 'internet' || to.id === from.id) continue;
      // A task is not its service while there are others, nor reached by itself.
      const senders = sendersOf(fixture, from).filter((name) => name !== to.name && answers.has(name));
      const target = targetOf(fixture, topology, to);
      if (senders.length === 0) continue;
      const cell = explain(topology, denials, from.id, to.id);
      const channels = cell.channels.filter(({ layer }) => layer === 'network');
      const named = new Set(channels.map(({ address }) => address));
      // Where another way is open, not every address of the machine is named (SPEC R2xx).
      const reachable = cell.verdict === 'open' || cell.verdict === 'partial';
      const untold = new Set(reachable ? machine.filter((address) => !named.has(address)) : []);
      count.pairs += 1;
      probes.forEach((probe, index) => {
        if (untold.has(probe.address)) return;
        const predicted = predictionFor(probe, channels, target, from.name);
        if (predicted === null) return;
        const telling = named.has(probe.address) || target.own.has(probe.address);
        if (telling) count.ways += 1;
        if (predicted === 'unknown') {
          if (telling) count.unknown += 1;
          return;
        }
        // What answers a service's own address is the service, and no one task of it.
        if (isContainer(to) && target.virtual.has(probe.address)) return;
        // By the routing mesh any task of the service may answer in its stead, the one who asks as well.
        const circle = predicted.mesh ? target.circle : target.names;
        const names = senders.flatMap((name) =>
          [...(answers.get(name)?.[index] ?? [])].filter((who) => predicted.mesh || who !== name),
        );
        const reached = names.some((who) => (probe.protocol === 'icmp' ? who === '*' : circle.has(who)));
        if (predicted.open) count.open += 1;
        if (reached === predicted.open) return;
        const port = probe.protocol === 'icmp' ? '' : `/${probe.port}`;
        const said = predicted.open ? 'open' : 'blocked';
        wrong.push(
          `${from.name} → ${to.name} at ${probe.address} ${probe.protocol}${port}: predicted ${said} (${predicted.rule}), answered by ${names.join(', ') || 'nobody'}`,
        );
      });
    }
  }
  return { ...count, wrong };
}

/** Whose measurements are this endpoint's: its own, or those of a service's tasks. */
function sendersOf({ speakers }: SwarmFixture, endpoint: Endpoint): readonly string[] {
  if (!isService(endpoint)) return [endpoint.name];
  return speakers.filter(({ service }) => service === endpoint.name).map(({ name }) => name);
}

interface Target {
  /** Who answers as this endpoint. */
  readonly names: ReadonlySet<string>;
  /** These and, for a task, all tasks of its service. */
  readonly circle: ReadonlySet<string>;
  readonly ports: readonly number[];
  /** Addresses at which nobody else can answer a ping. */
  readonly own: ReadonlySet<string>;
  /** The addresses of the service itself. */
  readonly virtual: ReadonlySet<string>;
}

function targetOf({ speakers }: SwarmFixture, { endpoints }: Topology, endpoint: Endpoint): Target {
  if (endpoint.kind === 'host' || endpoint.name === 'h1') {
    const names = new Set(['host-1']);
    return { names, circle: names, ports: HOST_PORTS, own: new Set(), virtual: new Set() };
  }
  const speaking = (one: Speaker): boolean =>
    isService(endpoint) ? one.service === endpoint.name : isContainer(endpoint) && one.id === endpoint.id;
  const mine = speakers.filter(speaking);
  const service = isService(endpoint) ? endpoint.name : (mine[0]?.service ?? '');
  const circle = service === '' ? mine : speakers.filter((one) => one.service === service);
  return {
    names: new Set(mine.map(({ name }) => name)),
    circle: new Set(circle.map(({ name }) => name)),
    ports: PORTS,
    virtual: new Set(
      endpoints
        .filter(isService)
        .filter(({ name }) => name === service)
        .flatMap(({ virtualAddresses }) => virtualAddresses.map(({ address }) => address)),
    ),
    own: new Set(isContainer(endpoint) ? mine.flatMap(({ addresses }) => addresses) : []),
  };
}

interface Prediction {
  readonly open: boolean;
  readonly mesh: boolean;
  readonly rule: string;
}

/**
 * What the channels say of one probe: open where one of them leads there, blocked where none does.  Null where the question
 * means nothing: a port on which the target does not listen, another endpoint's ping, one's own loopback.
 */
function predictionFor(
  { protocol, address, port }: Probe,
  channels: readonly Channel[],
  target: Target,
  source: string,
): Prediction | 'unknown' | null {
  const loopback = address === '127.0.0.1' || address === '::1';
  if (loopback && source !== 'host' && source !== 'h1') return null;
  // The network outside knows the way to one of the machine's addresses only.
  if (source === 'lan' && address !== ADDRESSES.host && address !== ADDRESSES.host6) return null;
  const here = channels.filter((channel) => channel.address === address);
  if (protocol === 'icmp') {
    // The mesh's own network lets pings through, and ports alone are our business.
    if (!target.own.has(address) || here.some(({ kind }) => kind === 'ingress')) return null;
    const whole = here.filter(({ ports }) => ports === undefined);
    if (whole.some(({ verdict }) => verdict === 'unknown')) return 'unknown';
    return { open: whole.some(({ verdict }) => verdict === 'open'), mesh: false, rule: rulesOf(whole) };
  }
  const names = (texts: readonly string[]): boolean =>
    texts.includes(protocol) || texts.includes(`${protocol}/${String(port)}`);
  const fitting = here.filter(({ ports, except = [] }) =>
    ports === undefined ? target.ports.includes(port) && !names(except) : names(ports),
  );
  const anywhere = channels.filter((one) => one.address === '' && one.verdict === 'unknown');
  if (fitting.some(({ verdict }) => verdict === 'open')) {
    const mesh = fitting.some(({ kind, verdict }) => ['ingress', 'vip'].includes(kind) && verdict === 'open');
    return { open: true, mesh, rule: rulesOf(fitting) };
  }
  if (fitting.some(({ verdict }) => verdict === 'unknown') || anywhere.length > 0) return 'unknown';
  return { open: false, mesh: false, rule: rulesOf(fitting) };
}

function rulesOf(channels: readonly Channel[]): string {
  return channels.flatMap(({ rules }) => rules).join(' ') || 'no way';
}

/** Every name that anybody may have. */
export function allNames({ speakers }: SwarmFixture): readonly string[] {
  const services = Object.keys(SERVICES);
  return [
    // Of those on the other node only their services are endpoints here.
    ...speakers.filter(({ node }) => node === 1).map(({ name }) => name),
    ...services,
    ...services.flatMap((name) => [`tasks.${name}`, `${name}-alias`]),
  ];
}

/** The names of `allNames` for which the engine's DNS has an IPv4 address, asked from inside that container. */
export async function lookUpAll(fixture: SwarmFixture, source: Speaker): Promise<ReadonlySet<string>> {
  const names = allNames(fixture).join(' ');
  const one = 'nslookup -type=a "$name." 127.0.0.11 >/dev/null 2>&1 && echo "$name"';
  // All at once: what the engine does not know it asks of others, and from inside internal networks that takes its time.
  const script = `for name in ${names}; do (${one}) & done; wait`;
  const { stdout } = (await fixture.dockers[source.node - 1]?.exec(source.id, ['sh', '-c', script])) ?? { stdout: '' };
  return new Set(stdout.split('\n').filter((name) => name !== ''));
}
