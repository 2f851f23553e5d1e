/**
 * What must hold for every topology, drawn at random, odd ones included.  Long, because all of it draws from one
 * generator, and tests are not imported.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FirewallFacts, UnreadPart } from '../topology/firewall.ts';
import {
  compareEndpoints,
  GATEWAY_BRIDGE,
  isContainer,
  type ContainerEndpoint,
  type Endpoint,
  type Topology,
} from '../topology/model.ts';
import { ALL_PORTS, hasPort, isEveryPort, minus, parsePorts, unionOf, type PortSet } from '../ports.ts';
import { sceneOf } from './scene.ts';
import {
  filtered,
  iptables,
  sketch,
  type ContainerSketch,
  type NetworkSketch,
  type ServiceSketch,
} from './fixtures.ts';
import { CHAINS, firewallOf, firewallText, MATCHES, OWN, TARGETS } from './random-firewall.ts';
import { cannotSplit, evaluate, explain, probeTargets, reevaluate, type Evaluation } from './index.ts';
import {
  FLAG_DENIED,
  FLAG_HELD,
  FLAG_SIDE_LAYER,
  VERDICTS,
  type Channel,
  type Denial,
  type Matrix,
  type Reason,
  type Verdict,
} from './model.ts';
import { cases } from '../testing/cases.ts';

const NETWORKS = ['bridge', 'front', 'back', 'quiet', 'mesh', 'docker_gwbridge', 'ingress'];
const NAMES = ['api', 'app', 'cache', 'db', 'web', 'worker'];
const SERVICES = ['shop', 'cart'];
const ZONE_IDS = ['host', 'lan', 'internet'];

const usually = <T>(usual: T, ...odd: T[]): fc.Arbitrary<T> =>
  fc.oneof({ weight: 4, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: fc.constantFrom(usual, ...odd) });

const network: fc.Arbitrary<NetworkSketch> = fc.record({
  driver: usually('bridge', 'overlay', 'macvlan', 'ipvlan', 'weave'),
  internal: usually(false, true),
  encrypted: usually(false, true),
  ipv6: fc.boolean(),
  gateway: usually(true, false),
  options: usually<Record<string, string>>(
    {},
    { enable_icc: 'false' },
    { enable_ip_masquerade: 'false' },
    { gateway_mode_ipv4: 'routed' },
    { gateway_mode_ipv6: 'routed' },
    { gateway_mode_ipv4: 'nat-unprotected', enable_ip_masquerade: 'false' },
    { gateway_mode_ipv4: 'isolated', gateway_mode_ipv6: 'isolated' },
    { inhibit_ipv4: 'true' },
    { parent: 'eth0' },
    { parent: 'eth0', macvlan_mode: 'private', ipvlan_mode: 'l3' },
    { trusted_host_interfaces: 'eth1' },
  ),
});

/** Networks as a Swarm has them, whatever else was drawn. */
const SWARM_NETWORKS: Record<string, NetworkSketch> = {
  docker_gwbridge: { options: { enable_icc: 'false' } },
  ingress: { driver: 'overlay', ingress: true },
};

const service: fc.Arbitrary<ServiceSketch> = fc.record({
  on: fc.subarray(['mesh', 'quiet', 'front', 'ingress']).map((names) => names.join(' ')),
  mode: fc.constantFrom('vip', 'dnsrr'),
  publish: fc.subarray(['8080:80', '9090:80 host']),
  aliases: fc.subarray(['alias']),
  elsewhere: fc.constantFrom(0, 0, 1, 2),
});

const container: fc.Arbitrary<ContainerSketch> = fc.record({
  on: fc.oneof(
    { weight: 8, arbitrary: fc.subarray(NETWORKS).map((names) => names.join(' ')) },
    { weight: 1, arbitrary: fc.constantFrom('host', 'none') },
  ),
  publish: fc.subarray([
    '8080:80',
    '0.0.0.0:53:53/udp',
    '127.0.0.1:9:9',
    '198.51.100.2:81:80',
    '10.0.2.1:82:80',
    '[fd00:1::1]:83:80',
  ]),
  routed: fc.subarray<80 | '53/udp'>([80, '53/udp']),
  priority: fc.dictionary(fc.constantFrom(...NETWORKS), fc.constantFrom(-1, 1), { maxKeys: 1 }),
  expose: fc.subarray([80, 8080]),
  host: usually(undefined, 100, 200),
  links: fc.subarray(
    NAMES.flatMap((name) => [`${name}:alias`, `${name}:db@front`]),
    { maxLength: 2 },
  ),
  mounts: fc.subarray(
    [
      'data:/d',
      'data:/d:ro',
      'data/sub:/d',
      'bound:/b',
      'sockets:/k',
      '/srv:/s',
      '/srv/sub:/s:ro',
      '/srvx:/x',
      '/:/host:ro',
      '/var/lib/docker/volumes:/v',
      '/var/run/docker.sock:/k',
    ],
    { maxLength: 2 },
  ),
  image: usually('example', 'traefik', 'registry.example/consul:1'),
  labels: usually<Record<string, string>>({}, { 'traefik.http.routers.a.rule': 'Host(`a.example`)' }),
  hosts: usually<Record<string, string>>({}, { up: 'host-gateway', db: '10.0.1.2' }),
  environment: usually<Record<string, string>>(
    {},
    { DOCKER_HOST: 'tcp://db:2375' },
    { DOCKER_HOST: 'tcp://10.0.1.1:2375' },
    { DOCKER_HOST: 'unix:///k' },
  ),
  aliases: fc.subarray(['db', 'pool']),
  capAdd: usually<string[]>([], ['NET_ADMIN'], ['ALL'], ['SYS_PTRACE'], ['SYS_ADMIN', 'NET_ADMIN']),
  capDrop: usually<string[]>([], ['ALL'], ['NET_RAW'], ['SYS_ADMIN']),
  usesHostUsers: fc.boolean(),
  state: usually<ContainerEndpoint['state']>('running', 'paused', 'exited', 'created'),
  startedAt: fc.constantFrom(1, 1, 1, 2),
  task: usually('', ...SERVICES),
  privileged: usually(false, true),
  pidMode: usually('', 'host', 'container:web', 'container:db'),
  ipcMode: usually('', 'host', 'container:db', 'container:nobody'),
});

const topologies: fc.Arbitrary<Topology> = fc
  .record({
    engine: fc.record({
      version: fc.constantFrom('20.10.24', '25.0.3', '26.1.5', '27.5.1', '28.5.2', '29.1.0', ''),
      kind: usually<'docker' | 'podman'>('docker', 'podman'),
      rootless: usually(false, true),
      userNamespaces: usually(false, true),
      userlandProxy: fc.constantFrom(null, true, false),
      bridgeNetfilter: fc.constantFrom(null, true, false),
      ip6tables: fc.constantFrom(null, true, false),
      hostAddresses: fc.subarray(['198.51.100.2', '2001:db8::2', '10.0.2.9']),
      hostInterfaces: fc.constantFrom({}, { eth0: ['10.0.2.9'] }, { eth0: ['10.0.2.9'], eth1: ['10.0.3.9'] }),
      hostRoutes: usually<Readonly<Record<string, readonly string[]>>>(
        {},
        { eth0: ['10.0.2.0/24'] },
        { eth0: ['10.0.0.0/8'] },
      ),
      swarm: fc.boolean(),
      swarmManager: fc.boolean(),
      ipvs: usually<boolean | null>(true, null, false),
    }),
    networks: fc.dictionary(fc.constantFrom(...NETWORKS), network),
    containers: fc.dictionary(
      fc.constantFrom(...NAMES),
      fc.tuple(container, usually<string | null>(null, ...NAMES, 'nobody')),
    ),
    services: fc.dictionary(fc.constantFrom(...SERVICES), service),
    // A network that vanished between two answers of the engine.
    gone: usually<string | null>(null, ...NETWORKS),
    listsData: fc.boolean(),
  })
  .map(({ engine, networks, containers, services, gone, listsData }) => {
    const drawn = sketch({
      engine,
      networks: { ...networks, ...(engine.swarm ? SWARM_NETWORKS : {}) },
      services,
      volumes: {
        bound: { o: 'bind', device: '/srv/sub' },
        sockets: { o: 'bind', device: '/run' },
        ...(listsData && { data: {} }),
      },
      catalogues: [{ containerId: 'db', entries: [{ name: 'x', address: '10.0.1.2', port: 80 }] }],
      containers: Object.fromEntries(
        Object.entries(containers).map(([name, [one, joins]]) => [name, joins === null ? one : { ...one, joins }]),
      ),
    });
    return deepFreeze({ ...drawn, networks: drawn.networks.filter(({ name }) => name !== gone) });
  });

const filterText = (targets: readonly string[], chains: readonly string[]): fc.Arbitrary<string> =>
  fc
    .tuple(
      fc.subarray(['INPUT', 'FORWARD'], { maxLength: 1 }),
      fc.subarray(OWN),
      fc.array(fc.tuple(fc.constantFrom(...chains), fc.constantFrom(...MATCHES), fc.constantFrom(...targets)), {
        maxLength: 5,
      }),
    )
    .map(([shut, own, drawn]) => firewallText(shut, own, drawn));

const firewalls = (targets: readonly string[] = TARGETS): fc.Arbitrary<FirewallFacts> =>
  fc
    .record({
      host: filterText(targets, CHAINS),
      inside: fc.dictionary(fc.constantFrom(...NAMES), filterText(targets, ['INPUT', 'OUTPUT']), { maxKeys: 2 }),
      outside: fc.constantFrom([], ['eth0'], ['eth0', 'wlan0']),
      bridged: fc.boolean(),
      unread: fc.constantFrom<UnreadPart[]>([], [], [{ what: 'some', level: 'ip' }], [{ what: 'some', level: 'any' }]),
    })
    .map(firewallOf);

/** Some of them on machines whose packet filters were read, and hold rules of others. */
const filteredTopologies: fc.Arbitrary<Topology> = fc
  .tuple(topologies, fc.option(firewalls(), { freq: 2 }))
  .map(([topology, firewall]) => (firewall === null ? topology : withFirewall(topology, firewall)));

function withFirewall(topology: Topology, firewall: FirewallFacts | null): Topology {
  return deepFreeze({ ...topology, engine: { ...topology.engine, firewall } });
}

const denials: fc.Arbitrary<readonly Denial[]> = fc
  .array(
    fc.record({
      from: fc.constantFrom(...NAMES, 'nobody', ...SERVICES, ...ZONE_IDS),
      to: fc.constantFrom(...NAMES, ...SERVICES, ...ZONE_IDS),
      state: fc.constantFrom('held', 'held', 'pending', 'failed', 'impossible'),
      policy: fc.constantFrom('a → b', 'isolated: container:a', 'guarded: network:front', 'posture: guarded'),
      ports: fc.option(portSets(), { nil: undefined }),
    }),
    { maxLength: 5 },
  )
  .map((list) => list.map(({ ports, ...denial }): Denial => ({ ...denial, ...(ports ? { ports } : {}) })));

/** Of the ports that the topologies have, and of others; sometimes all, never none. */
function portSets(): fc.Arbitrary<PortSet> {
  const texts = ['tcp/80', 'tcp/81', 'tcp/1-1023', 'tcp/1024-65535', 'tcp', 'udp/53', 'udp', 'icmp'];
  return fc
    .tuple(fc.subarray(texts, { minLength: 1 }).map(parsePorts), fc.boolean())
    .map(([set, turned]) => (turned ? minus(ALL_PORTS, set) : set));
}

const HELD_RULES = new Set(['R901', 'R902', 'R909', 'R910', 'R917']);
/** Said of what is wanted, held or not; what is not held has one of these besides. */
const WISHES = new Set(['R911', 'R912', 'R913', 'R914', 'R915', 'R916']);
const NOT_HELD = new Set(['R918', 'R919', 'R922']);

const RUNS = { numRuns: cases(150) };

describe('for every topology', { timeout: 60_000 }, () => {
  it('each cell of the matrix is what explain says, side layers and denials included', () => {
    fc.assert(
      fc.property(filteredTopologies, denials, (topology, list) => {
        const matrix = evaluate(topology, list);
        const told = matrix.ids.flatMap((from, i) =>
          matrix.ids.map((to, j) => {
            const flags = matrix.flags[i * matrix.size + j] ?? 0;
            return {
              pair: `${from} → ${to}`,
              verdict: VERDICTS[matrix.verdicts[i * matrix.size + j] ?? -1],
              beside: (flags & FLAG_SIDE_LAYER) !== 0,
              held: (flags & FLAG_HELD) !== 0,
              denied: (flags & FLAG_DENIED) !== 0,
            };
          }),
        );
        const explained = matrix.ids.flatMap((from) =>
          matrix.ids.map((to) => {
            const { verdict, channels, reasons } = explain(topology, list, from, to);
            const held = isHeldBy(reasons);
            return {
              pair: `${from} → ${to}`,
              verdict,
              beside: channels.some(({ layer }) => layer === 'data' || layer === 'control'),
              held,
              denied: held || list.some((one) => one.from === from && one.to === to),
            };
          }),
        );
        expect(told).toEqual(explained);
      }),
      RUNS,
    );
  });

  it('every cell has a reason, and the verdict its channels add up to', () => {
    fc.assert(
      fc.property(filteredTopologies, denials, (topology, list) => {
        const ids = topology.endpoints.map(({ id }) => id);
        const wrong = ids.flatMap((from) =>
          ids
            .map((to) => explain(topology, list, from, to))
            .filter(
              ({ verdict, channels, reasons }) =>
                reasons.length === 0 ||
                reasons.some(({ text }) => text === '' || /[{}]/.test(text)) ||
                verdict !== sumOf(channels),
            ),
        );
        expect(wrong).toEqual([]);
      }),
      RUNS,
    );
  });

  it('the answer depends on nothing but the arguments, and changes neither', () => {
    fc.assert(
      fc.property(filteredTopologies, denials, (topology, list) => {
        const first = evaluate(topology, deepFreeze(list));
        expect(evaluate(structuredClone(topology), structuredClone(list))).toEqual(first);
        // The same list object with other entries must not give an answer that was kept.
        const growing: Denial[] = [];
        evaluate(topology, growing);
        growing.push(...list);
        expect(evaluate(topology, growing)).toEqual(first);
      }),
      RUNS,
    );
  });

  it('a held denial leaves no network channel, and changes only pairs of the same two stacks', () => {
    const ends = fc.constantFrom(...NAMES, ...SERVICES, ...ZONE_IDS);
    fc.assert(
      fc.property(topologies, ends, ends, (topology, from, to) => {
        const ids = topology.endpoints.map(({ id }) => id);
        fc.pre(ids.includes(from) && ids.includes(to) && cannotSplit(topology, from, to) === null);
        const denial: Denial = { from, to, state: 'held', policy: 'a → b' };
        const cell = explain(topology, [denial], from, to);
        const left = cell.channels.filter(({ layer, verdict }) => layer === 'network' && verdict !== 'blocked');
        // By the machine around a rootless engine, where nothing is held.
        const around = left.filter(({ rules, verdict }) => rules.includes('R813') && verdict === 'unknown');
        expect(left).toEqual(around);
        expect(cell).toMatchObject({ verdict: around.length > 0 ? 'unknown' : 'blocked', enforced: true });
        expect(probeTargets(topology, [denial], from, to).filter(({ predicted }) => predicted === 'open')).toEqual([]);
        const changed = differences(evaluate(topology, []), evaluate(topology, [denial]));
        const isOnMachine = (id: string): boolean => sceneOf(topology).party(id)?.stack.kind === 'host';
        const oneStack = (a: string, b: string): boolean =>
          a === b || cannotSplit(topology, a, b)?.rule === 'R906' || (isOnMachine(a) && isOnMachine(b));
        // docker-proxy is the machine: whom that may not reach, nobody reaches through it (R920).
        const isMeant = (a: string, b: string): boolean => oneStack(b, to) && (oneStack(a, from) || isOnMachine(from));
        expect(changed.filter(([a, b]) => !isMeant(a, b))).toEqual([]);
      }),
      RUNS,
    );
  });

  it('what cannot be split stays as it is, whatever the denial of it claims', () => {
    fc.assert(
      fc.property(topologies, denials, (topology, drawn) => {
        // Who is in host mode falls with the machine.
        const list = drawn.filter(({ from, to }) => from !== 'host' && to !== 'host');
        for (const { from, to } of list) {
          const why = cannotSplit(topology, from, to);
          if (why === null) continue;
          const cell = explain(topology, list, from, to);
          expect(cell.verdict).toBe(explain(topology, [], from, to).verdict);
          expect(cell.enforced).toBe(false);
          expect(cell.reasons[0]).toEqual(why);
        }
      }),
      RUNS,
    );
  });

  it('a held denial of some ports leaves exactly the others in each channel', () => {
    const ends = fc.constantFrom(...NAMES, ...ZONE_IDS);
    fc.assert(
      fc.property(filteredTopologies, ends, ends, portSets(), (topology, from, to, ports) => {
        const denial: Denial = { from, to, state: 'held', policy: 'a → b', ports };
        const isHeld = sceneOf(topology).party(from) !== undefined && cannotSplit(topology, from, to) === null;
        const before = explain(topology, [], from, to).channels;
        const after = explain(topology, [denial], from, to).channels;
        for (const tried of PORTS_TRIED) {
          const kept = passing(before, tried).filter(
            ({ kind, rules }) =>
              !isHeld ||
              rules.some((rule) => rule === 'R813' || UNNUMBERED.has(`${kind} ${rule}`)) ||
              !hasPort(ports, tried.protocol, containerPort(kind, tried.port)),
          );
          expect({ tried, passes: passing(after, tried) }).toEqual({ tried, passes: kept });
        }
      }),
      RUNS,
    );
  });

  it('denials of some ports are one denial of all these ports, and one of every port is one of the pair', () => {
    const ends = fc.constantFrom(...NAMES, ...SERVICES, ...ZONE_IDS);
    fc.assert(
      fc.property(filteredTopologies, ends, ends, portSets(), portSets(), (topology, from, to, one, other) => {
        const part = (ports?: PortSet): Denial => ({
          from,
          to,
          state: 'held',
          policy: 'a → b',
          ...(ports ? { ports } : {}),
        });
        const union = unionOf(one, other);
        const [apart, joined] = [evaluate(topology, [part(one), part(other)]), evaluate(topology, [part(union)])];
        expect(apart).toEqual(joined);
        const shown = (list: readonly Denial[]): unknown => {
          const { verdict, enforced, channels } = explain(topology, list, from, to);
          return { verdict, enforced, channels: channels.map((channel) => ({ ...channel, rules: [] })) };
        };
        expect(shown([part(one), part(other)])).toEqual(shown([part(union)]));
        expect(evaluate(topology, [part(ALL_PORTS)])).toEqual(evaluate(topology, [part()]));
        expect(explain(topology, [part(ALL_PORTS)], from, to)).toEqual(explain(topology, [part()], from, to));
        if (isEveryPort(union)) expect(joined).toEqual(evaluate(topology, [part()]));
      }),
      RUNS,
    );
  });

  it('probes agree with the verdict, name each target once, and try only what can be tried', () => {
    fc.assert(
      fc.property(filteredTopologies, denials, (topology, list) => {
        const live = (one: Endpoint): boolean =>
          (isContainer(one) && one.state === 'running') || (one.kind === 'host' && !topology.engine.rootless);
        const wrong = topology.endpoints.flatMap((from) =>
          topology.endpoints.filter((to) => {
            const targets = probeTargets(topology, list, from.id, to.id);
            const { verdict } = explain(topology, list, from.id, to.id);
            const reached = targets.some(({ predicted }) => predicted === 'open');
            if (reached && verdict !== 'open' && verdict !== 'partial') return true;
            const keys = new Set(
              targets.map(({ address, protocol, port, way }) => `${address} ${protocol} ${String(port)} ${way}`),
            );
            if (keys.size !== targets.length) return true;
            if (targets.some(({ address }) => ['', '0.0.0.0', '::'].includes(address))) return true;
            return targets.length > 0 && (!live(from) || !live(to) || from === to);
          }),
        );
        expect(wrong).toEqual([]);
      }),
      RUNS,
    );
  });
});

/** One change of a topology: parts are taken over from another one, which has the same names. */
type Edit = (now: Topology, from: Topology) => Topology;

const edits: fc.Arbitrary<Edit> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.constantFrom(...NAMES).map(
      (id): Edit =>
        (now, from) =>
          withEndpoint(now, from, id),
    ),
  },
  { weight: 1, arbitrary: fc.constant<Edit>(({ endpoints }, from) => ({ ...from, endpoints })) },
  { weight: 1, arbitrary: fc.constant<Edit>(({ networks }, from) => ({ ...from, networks })) },
  { weight: 1, arbitrary: fc.constant<Edit>((now) => ({ ...now, endpoints: now.endpoints.toReversed() })) },
  { weight: 1, arbitrary: fc.constant<Edit>((now) => now) },
);

function withEndpoint(now: Topology, { endpoints }: Topology, id: string): Topology {
  const others = now.endpoints.filter((one) => one.id !== id);
  return { ...now, endpoints: [...others, ...endpoints.filter((one) => one.id === id)].sort(compareEndpoints) };
}

describe('after every change', { timeout: 60_000 }, () => {
  it('the matrix made from the one before is the matrix made afresh', () => {
    const steps = { all: 0, partly: 0 };
    const run = fc.array(fc.tuple(edits, fc.nat(), fc.option(denials, { freq: 3 })), { minLength: 20, maxLength: 40 });
    fc.assert(
      fc.property(
        fc.array(filteredTopologies, { minLength: 2, maxLength: 4 }),
        denials,
        run,
        (drawn, first, changes) => {
          const [start] = drawn;
          if (!start) return;
          let [now, list] = [start, first];
          let last: Evaluation = reevaluate(null, now, list);
          for (const [edit, source, other] of changes) {
            now = deepFreeze(edit(now, drawn[source % drawn.length] ?? now));
            list = other ?? list;
            last = reevaluate(last, now, list);
            const afresh = evaluate(structuredClone(now), list);
            // Matchers take their time, and these are thousands.
            if (!isSameMatrix(last.matrix, afresh)) expect(last.matrix).toEqual(afresh);
            steps.all += 1;
            if (last.judged < last.matrix.size) steps.partly += 1;
          }
        },
      ),
      { numRuns: cases(100) },
    );
    // It would hold as well if every step judged everything.
    expect(steps.partly).toBeGreaterThan(steps.all / 3);
  });

  it('an address that a service comes to have too changes cells of others', () => {
    const names = Array.from({ length: 20 }, (_, at) => `c${String(at)}`);
    const served = (elsewhere: number): Topology =>
      sketch({
        engine: { swarm: true, swarmManager: true },
        networks: { mesh: { driver: 'overlay' } },
        containers: { ...Object.fromEntries(names.map((name) => [name, 'mesh'])), db: { on: 'mesh', host: 100 } },
        services: { shop: { on: 'mesh', mode: 'dnsrr', elsewhere } },
      });
    const before = served(0);
    const shop = served(1).endpoints.filter(({ id }) => id === 'shop');
    const now = { ...before, endpoints: before.endpoints.map((one) => shop.find(({ id }) => id === one.id) ?? one) };
    const first = reevaluate(null, before, []);
    expect(verdictIn(first.matrix, 'c0', 'db')).toBe('open');
    const next = reevaluate(first, now, []);
    expect(verdictIn(next.matrix, 'c0', 'db')).toBe('unknown');
    expect(next.matrix).toEqual(evaluate(now, []));
    expect(verdictIn(reevaluate(next, before, []).matrix, 'c0', 'db')).toBe('open');
  });
});

/** Ways by what is published, where it is not known which ports that are. */
const UNNUMBERED = new Set(['published R810', 'published R849', 'ingress R849']);

const FEW = { numRuns: cases(60) };

const LESS: Readonly<Record<Verdict, readonly Verdict[]>> = {
  open: ['partial'],
  partial: ['unknown'],
  unknown: [],
  blocked: [],
};

describe('a change', { timeout: 60_000 }, () => {
  it('by a further denial opens nothing', () => {
    fc.assert(
      fc.property(topologies, denials, denials, (topology, some, more) => {
        const [before, after] = [evaluate(topology, some), evaluate(topology, [...some, ...more])];
        const opened = differences(before, after).filter(([from, to]) => {
          const [was, is] = [verdictIn(before, from, to), verdictIn(after, from, to)];
          // Less and less passes; of what is left, nothing may be known.
          return was !== is && is !== 'blocked' && !LESS[was].includes(is);
        });
        expect(opened).toEqual([]);
        const idle = more.filter(({ state }) => state !== 'held');
        expect(evaluate(topology, [...some, ...idle]).verdicts).toEqual(before.verdicts);
      }),
      FEW,
    );
  });

  // What was unknown may turn out open, once the network that made it so is gone.  A port that is bound to the gateway of
  // that very network is then bound to an address of which nothing is known.  And who is on several networks gets another
  // way out, or another one that serves its ports, which may lead further than the one that is gone.
  it('that removes a network opens no cell that was blocked', () => {
    fc.assert(
      fc.property(topologies, fc.constantFrom(...NETWORKS), (drawn, id) => {
        // A service leaves by the ways of its tasks, and its cells are no more than theirs.
        const topology = { ...drawn, endpoints: drawn.endpoints.filter((one) => one.kind !== 'service') };
        const gateways = topology.networks.flatMap((one) =>
          one.id === id ? one.subnets.map((pool) => pool.gateway) : [],
        );
        fc.pre(!topology.endpoints.some((one) => boundTo(one).some((address) => gateways.includes(address))));
        const before = evaluate(topology, []);
        const after = evaluate(withoutNetwork(topology, id), []);
        const { party } = sceneOf(topology);
        const leads = (from: string, to: string): boolean => {
          const [a, b] = [party(from)?.stack, party(to)?.stack];
          return [a?.exit4, a?.exit6, b?.exit4, b?.exit6].some((exit) => exit?.net?.name === id);
        };
        const opened = differences(before, after).filter(
          ([from, to]) =>
            !leads(from, to) &&
            verdictIn(before, from, to) === 'blocked' &&
            ['open', 'partial'].includes(verdictIn(after, from, to)),
        );
        expect(opened).toEqual([]);
      }),
      { numRuns: cases(150) },
    );
  });

  // Of several networks the smallest name is the way out: what is appended here keeps their order.
  it('of names changes nothing', () => {
    fc.assert(
      fc.property(topologies, denials, fc.func(fc.string()), (drawn, list, made) => {
        // A container's own settings name others, and are no less right for being left as they are.
        const topology: Topology = {
          ...drawn,
          endpoints: drawn.endpoints.map((one) =>
            isContainer(one) ? { ...one, environment: { names: [], values: {} } } : one,
          ),
        };
        const name = (old: string): string => `${made(old)} ${old}`;
        const renamed: Topology = {
          ...topology,
          networks: topology.networks.map((one) => ({
            ...one,
            name: ['bridge', GATEWAY_BRIDGE].includes(one.name) ? one.name : `${one.name} ${made(one.name)}`,
          })),
          endpoints: topology.endpoints.map((one) =>
            isContainer(one)
              ? {
                  ...one,
                  name: name(one.name),
                  links: one.links.map((link) => ({ ...link, targetName: name(link.targetName) })),
                }
              : one,
          ),
        };
        expect(isSameMatrix(evaluate(renamed, list), evaluate(topology, list))).toBe(true);
        const sorted = { ...renamed, endpoints: renamed.endpoints.toSorted(compareEndpoints) };
        expect(differences(evaluate(topology, list), inOrderOf(topology, evaluate(sorted, list)))).toEqual([]);
      }),
      FEW,
    );
  });

  // Unrelated: on networks of its own, in no stack and no process or memory space of the others, no gateway of its
  // networks being an address to which one of them binds a port.
  it('that adds what is unrelated leaves every other cell alone', () => {
    fc.assert(
      fc.property(topologies, topologies, denials, (topology, other, list) => {
        const both = [...topology.endpoints, ...elsewhere(other).endpoints.filter(isContainer)];
        const union: Topology = {
          ...topology,
          networks: [...topology.networks, ...elsewhere(other).networks],
          endpoints: both.sort(compareEndpoints),
        };
        const all = evaluate(union, list);
        expect(differences(evaluate(topology, list), inOrderOf(topology, all))).toEqual([]);
        // And what was added sees nothing else than before in its own kind.
        expect(all.size).toBe(both.length);
      }),
      FEW,
    );
  });
});

describe('the two address families', { timeout: 60_000 }, () => {
  // Before 27 the engine's firewall treats them differently (R108, R113), and so do legacy links (R105, IPv4 only) and
  // an engine without docker-proxy, which redirects nothing at ::1 (R212), Podman among them (R872).  Swarm speaks IPv4.
  it('are judged alike where everything has both', () => {
    fc.assert(
      fc.property(topologies, (drawn) => {
        fc.pre(drawn.engine.kind !== 'podman');
        const topology = bothFamilies(withoutSwarm(drawn));
        for (const from of topology.endpoints) {
          for (const to of topology.endpoints) {
            const { channels } = explain(topology, [], from.id, to.id);
            const told = channels
              .filter(
                ({ layer, address, kind }) => layer === 'network' && address !== '' && !ONE_STACK.has(kind + address),
              )
              .map(({ address, ...rest }) =>
                JSON.stringify({ ...rest, address: asIpv6(address), is: address.includes(':') }),
              );
            const [four, six] = [false, true].map((is) =>
              told.filter((text) => text.endsWith(`"is":${is}}`)).map((text) => text.replace(/,"is":\w+}$/, '')),
            );
            expect(six?.sort()).toEqual(four?.sort());
          }
        }
      }),
      FEW,
    );
  });
});

/** Within one stack a single address stands for both families. */
const ONE_STACK = new Set(['same127.0.0.1', 'shared-stack127.0.0.1', 'host-mode127.0.0.1']);

function verdictIn({ ids, size, verdicts }: Matrix, from: string, to: string): Verdict {
  return VERDICTS[verdicts[ids.indexOf(from) * size + ids.indexOf(to)] ?? -1] ?? 'unknown';
}

function boundTo(endpoint: Endpoint): readonly string[] {
  return isContainer(endpoint) ? endpoint.publishedPorts.map(({ address }) => address) : [];
}

function withoutNetwork(topology: Topology, id: string): Topology {
  return {
    ...topology,
    networks: topology.networks.filter((one) => one.id !== id),
    endpoints: topology.endpoints.map((one) =>
      isContainer(one) ? { ...one, attachments: one.attachments.filter(({ networkId }) => networkId !== id) } : one,
    ),
  };
}

/** The cells of a topology's endpoints alone, in its order. */
function inOrderOf({ endpoints }: Topology, { ids, size, verdicts, flags }: Matrix): Matrix {
  const places = endpoints.map(({ id }) => ids.indexOf(id));
  const picked = (cells: Uint8Array): Uint8Array =>
    Uint8Array.from(places.flatMap((i) => places.map((j) => cells[i * size + j] ?? 0xff)));
  return { ids: endpoints.map(({ id }) => id), size: places.length, verdicts: picked(verdicts), flags: picked(flags) };
}

/** The same with ids, names and addresses of its own. */
function elsewhere(topology: Topology): Topology {
  const words = [...NAMES, ...NETWORKS, ...SERVICES, 'nobody'].join('|');
  const text = JSON.stringify(topology)
    .replace(new RegExp(`"(container:)?(${words})"`, 'g'), '"$1other-$2"')
    .replace(/"10\.0\./g, '"10.99.')
    .replace(/"fd00:/g, '"fd99:');
  return JSON.parse(text) as Topology;
}

/** With bridges for overlay networks, and no services. */
function withoutSwarm(topology: Topology): Topology {
  return {
    ...topology,
    networks: topology.networks.map((one) =>
      one.driver === 'overlay' ? { ...one, driver: 'bridge', ingress: false } : one,
    ),
    endpoints: topology.endpoints.filter((one) => one.kind !== 'service'),
  };
}

/** The IPv6 address that stands beside an IPv4 address in `bothFamilies`. */
function asIpv6(address: string): string {
  if (address.includes(':')) return address;
  if (address === '0.0.0.0' || address === '127.0.0.1') return address === '0.0.0.0' ? '::' : '::1';
  const [, net, host] = /^10\.0\.(\d+)\.(\d+)$/.exec(address) ?? [];
  return net === undefined ? '2001:db8::2' : `fd00:${net}::${Number(host).toString(16)}`;
}

/** Every network, attachment, binding and gateway setting in both families, on an engine that treats them alike. */
function bothFamilies(topology: Topology): Topology {
  const mode = topology.engine.hostAddresses.length > 0 ? ['198.51.100.2', '2001:db8::2'] : [];
  const hostInterfaces = Object.fromEntries(
    Object.entries(topology.engine.hostInterfaces ?? {}).map(([name, addresses]) => {
      return [name, addresses.flatMap((one) => (one.includes(':') ? [] : [one, asIpv6(one)]))];
    }),
  );
  const twin: Readonly<Record<string, string>> = { '10.0.2.0/24': 'fd00:2::/64', '10.0.0.0/8': 'fd00::/16' };
  const hostRoutes = Object.fromEntries(
    Object.entries(topology.engine.hostRoutes ?? {}).map(([name, subnets]) => {
      return [name, subnets.flatMap((one) => [one, twin[one] ?? ''])];
    }),
  );
  const machine = { hostAddresses: mode, hostInterfaces, hostRoutes };
  return {
    ...topology,
    engine: { ...topology.engine, version: '28.5.2', userlandProxy: true, ...machine },
    networks: topology.networks.map((one) => {
      const [odd] = [4, 6].flatMap(
        (family) => one.options[`com.docker.network.bridge.gateway_mode_ipv${family}`] ?? [],
      );
      const subnets = one.subnets.filter(({ subnet }) => !subnet.includes(':'));
      return {
        ...one,
        ipv6: true,
        subnets: subnets.flatMap(({ subnet, gateway }) => [
          { subnet, gateway },
          {
            subnet: subnet.replace(/^10\.0\.(\d+)\.0\/24$/, 'fd00:$1::/64'),
            gateway: gateway === '' ? '' : asIpv6(gateway),
          },
        ]),
        options: {
          ...one.options,
          // There is none of the kind for IPv6.
          'com.docker.network.bridge.inhibit_ipv4': 'false',
          ...(odd === undefined
            ? {}
            : {
                'com.docker.network.bridge.gateway_mode_ipv4': odd,
                'com.docker.network.bridge.gateway_mode_ipv6': odd,
              }),
        },
      };
    }),
    endpoints: topology.endpoints.map((one) =>
      isContainer(one)
        ? {
            ...one,
            links: [],
            attachments: one.attachments.map((at) => ({ ...at, ipv6: at.ipv4 === null ? null : asIpv6(at.ipv4) })),
            publishedPorts: one.publishedPorts
              .filter(({ address }) => !address.includes(':'))
              .flatMap((port) => [port, { ...port, address: asIpv6(port.address) }]),
          }
        : one,
    ),
  };
}

function isSameMatrix(a: Matrix, b: Matrix): boolean {
  const text = ({ size, ids, verdicts, flags }: Matrix): string => [size, ...ids, ...verdicts, ...flags].join(' ');
  return text(a) === text(b);
}

describe('for every firewall', { timeout: 60_000 }, () => {
  it('rules that only stop packets open no cell', () => {
    const nothing = filtered(iptables());
    fc.assert(
      fc.property(topologies, firewalls(['DROP', 'REJECT', 'LOG']), (topology, firewall) => {
        const without = evaluate(withFirewall(topology, nothing), []);
        const matrix = evaluate(withFirewall(topology, firewall), []);
        const opened = differences(without, matrix).filter(([from, to]) => {
          const at = matrix.ids.indexOf(from) * matrix.size + matrix.ids.indexOf(to);
          const [was, is] = [without, matrix].map(({ verdicts }) => VERDICTS[verdicts[at] ?? -1] ?? 'open');
          return is === 'open' || was === 'blocked' || (is === 'partial' && was === 'unknown');
        });
        expect(opened).toEqual([]);
      }),
      RUNS,
    );
  });

  it('one that was read and holds nothing changes only what depends on having read it', () => {
    fc.assert(
      fc.property(topologies, (topology) => {
        const unread = evaluate(withFirewall(topology, null), []);
        const read = evaluate(withFirewall(topology, filtered(iptables())), []);
        const others = differences(unread, read).filter(([from]) => from !== 'lan' && from !== 'internet');
        expect(others).toEqual([]);
      }),
      RUNS,
    );
  });
});

interface Tried {
  readonly protocol: string;
  readonly port: number;
}

const PORTS_TRIED: readonly Tried[] = [
  ...[1, 9, 80, 81, 82, 83, 443, 1023, 1024, 8080, 65_535].map((port) => ({ protocol: 'tcp', port })),
  ...[53, 54].map((port) => ({ protocol: 'udp', port })),
  { protocol: 'icmp', port: 0 },
  { protocol: 'sctp', port: 9 },
];

/** Network channels that are not shut for that port. */
function passing(channels: readonly Channel[], tried: Tried): readonly Channel[] {
  const names = (list: readonly string[]): boolean =>
    list.some((entry) => {
      const [name, first, last = first] = entry.split(/[/-]/);
      return name === tried.protocol && (first === undefined || isBetween(tried.port, Number(first), Number(last)));
    });
  return channels
    .filter(({ layer, verdict }) => layer === 'network' && verdict !== 'blocked')
    .filter(({ ports, except }) => (ports ? names(ports) : !names(except ?? [])))
    .map(({ ports: _ports, except: _except, ...channel }) => channel);
}

function isBetween(port: number, first: number, last: number): boolean {
  return port >= first && port <= last;
}

/** Those that are published here lead to 80, but for the two with equal numbers. */
function containerPort(kind: string, port: number): number {
  return (kind === 'published' || kind === 'ingress') && port !== 53 && port !== 9 ? 80 : port;
}

function isHeldBy(reasons: readonly Reason[]): boolean {
  const count = (rules: ReadonlySet<string>): number => reasons.filter(({ rule }) => rules.has(rule)).length;
  return count(HELD_RULES) > 0 || count(WISHES) > count(NOT_HELD);
}

function sumOf(channels: readonly Channel[]): Verdict {
  const network = channels.filter(({ layer }) => layer === 'network');
  const open = network.filter(({ verdict }) => verdict === 'open');
  if (open.some(({ ports, except }) => ports === undefined && except === undefined)) return 'open';
  if (open.length > 0) return 'partial';
  return network.some(({ verdict }) => verdict === 'unknown') ? 'unknown' : 'blocked';
}

function differences(before: Matrix, after: Matrix): readonly (readonly [string, string])[] {
  return before.ids.flatMap((from, i) =>
    before.ids.flatMap((to, j) => {
      const at = i * before.size + j;
      const same = before.verdicts[at] === after.verdicts[at] && before.flags[at] === after.flags[at];
      return same ? [] : [[from, to] as const];
    }),
  );
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(deepFreeze);
  }
  return value;
}
