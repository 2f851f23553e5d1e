/** What must hold for every topology, drawn at random, odd ones included. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isContainer, type ContainerEndpoint, type Endpoint, type Topology } from '../topology/model.ts';
import { sketch, type ContainerSketch, type NetworkSketch } from './fixtures.ts';
import { cannotSplit, evaluate, explain, probeTargets } from './index.ts';
import { FLAG_DENIED, FLAG_HELD, FLAG_SIDE_LAYER, VERDICTS, type Denial, type Matrix, type Verdict } from './model.ts';

const NETWORKS = ['bridge', 'front', 'back', 'quiet'];
const NAMES = ['api', 'app', 'cache', 'db', 'web', 'worker'];
const ZONE_IDS = ['host', 'lan', 'internet'];

const usually = <T>(usual: T, ...odd: T[]): fc.Arbitrary<T> =>
  fc.oneof({ weight: 4, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: fc.constantFrom(usual, ...odd) });

const network: fc.Arbitrary<NetworkSketch> = fc.record({
  driver: usually('bridge', 'overlay', 'macvlan', 'ipvlan', 'weave'),
  internal: usually(false, true),
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
  routed: fc.subarray([80]),
  priority: fc.dictionary(fc.constantFrom(...NETWORKS), fc.constantFrom(-1, 1), { maxKeys: 1 }),
  expose: fc.subarray([80, 8080]),
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
    }),
    networks: fc.dictionary(fc.constantFrom(...NETWORKS), network),
    containers: fc.dictionary(
      fc.constantFrom(...NAMES),
      fc.tuple(container, usually<string | null>(null, ...NAMES, 'nobody')),
    ),
    // A network that vanished between two answers of the engine.
    gone: usually<string | null>(null, ...NETWORKS),
    listsData: fc.boolean(),
  })
  .map(({ engine, networks, containers, gone, listsData }) => {
    const drawn = sketch({
      engine,
      networks,
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

const denials: fc.Arbitrary<readonly Denial[]> = fc.array(
  fc.record({
    from: fc.constantFrom(...NAMES, 'nobody', ...ZONE_IDS),
    to: fc.constantFrom(...NAMES, ...ZONE_IDS),
    state: fc.constantFrom('held', 'held', 'pending', 'failed', 'impossible'),
    policy: fc.constant('a → b'),
  }),
  { maxLength: 5 },
);

const RUNS = { numRuns: 150 };

describe('for every topology', { timeout: 60_000 }, () => {
  it('each cell of the matrix is what explain says, side layers and denials included', () => {
    fc.assert(
      fc.property(topologies, denials, (topology, list) => {
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
            const held = reasons.some(({ rule }) => rule === 'R901' || rule === 'R902');
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
      fc.property(topologies, denials, (topology, list) => {
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
      fc.property(topologies, denials, (topology, list) => {
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
    fc.assert(
      fc.property(topologies, fc.constantFrom(...NAMES), fc.constantFrom(...NAMES), (topology, from, to) => {
        const ids = topology.endpoints.map(({ id }) => id);
        fc.pre(ids.includes(from) && ids.includes(to) && cannotSplit(topology, from, to) === null);
        const denial: Denial = { from, to, state: 'held', policy: 'a → b' };
        const cell = explain(topology, [denial], from, to);
        expect(cell).toMatchObject({ verdict: 'blocked', enforced: true });
        expect(cell.channels.filter(({ layer, verdict }) => layer === 'network' && verdict !== 'blocked')).toEqual([]);
        expect(probeTargets(topology, [denial], from, to).filter(({ predicted }) => predicted === 'open')).toEqual([]);
        const changed = differences(evaluate(topology, []), evaluate(topology, [denial]));
        const oneStack = (a: string, b: string): boolean => a === b || cannotSplit(topology, a, b)?.rule === 'R906';
        expect(changed.filter(([a, b]) => !oneStack(a, from) || !oneStack(b, to))).toEqual([]);
      }),
      RUNS,
    );
  });

  it('what cannot be split stays as it is, whatever the denial claims', () => {
    fc.assert(
      fc.property(topologies, denials, (topology, list) => {
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

  it('probes agree with the verdict, name each target once, and try only what can be tried', () => {
    fc.assert(
      fc.property(topologies, denials, (topology, list) => {
        const live = (one: Endpoint): boolean => isContainer(one) && one.state === 'running';
        const wrong = topology.endpoints.flatMap((from) =>
          topology.endpoints.filter((to) => {
            const targets = probeTargets(topology, list, from.id, to.id);
            const { verdict } = explain(topology, list, from.id, to.id);
            const reached = targets.some(({ predicted }) => predicted === 'open');
            if (reached && verdict !== 'open' && verdict !== 'partial') return true;
            const keys = new Set(targets.map(({ address, port, way }) => `${address} ${String(port)} ${way}`));
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

function sumOf(channels: readonly { layer: string; verdict: string; ports?: readonly string[] }[]): Verdict {
  const network = channels.filter(({ layer }) => layer === 'network');
  const open = network.filter(({ verdict }) => verdict === 'open');
  if (open.some(({ ports }) => ports === undefined)) return 'open';
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
