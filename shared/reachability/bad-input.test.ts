/** Topologies that no engine should tell: a matrix with reasons all the same, never an exception, and before time is up. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  isContainer,
  ZONES,
  type ContainerEndpoint,
  type Endpoint,
  type Network,
  type PublishedPort,
  type Topology,
} from '../topology/model.ts';
import { ENGINE, sketch } from './fixtures.ts';
import { evaluate, explain, probeTargets, reevaluate } from './index.ts';
import { VERDICTS, type Denial } from './model.ts';
import { cases } from '../testing/cases.ts';

/** Few ids, so that most are used twice, point at each other, or at what is no container. */
const IDS = ['a', 'b', 'c', 'd', 'host', 'lan', '', '__proto__', 'constructor', 'zone:host', 'own:a', 'missing:b'];
const TEXTS = [
  '',
  '__proto__',
  'toString',
  '/',
  '//',
  '/a/../b',
  'x'.repeat(10_240),
  '\u{1F9F1}\u202e\u0000\ud800',
  '{from}',
];
const ADDRESSES = [
  '10.0.1.2',
  '10.0.1.1',
  '',
  '::',
  '0.0.0.0',
  '::1',
  '127.0.0.1',
  'fe80::1%eth0',
  'no address',
  '1.2.3',
  ':',
];
const NUMBERS = [0, -1, 1, 80, 65_536, 1e300, 0.5, NaN, Infinity];

const id = fc.constantFrom(...IDS);
const text = fc.oneof(fc.constantFrom(...TEXTS), fc.string());
const address = fc.constantFrom(...ADDRESSES);
const addressOrNull = fc.option(address, { freq: 3 });
const number = fc.constantFrom(...NUMBERS);
const few = <T>(item: fc.Arbitrary<T>): fc.Arbitrary<T[]> => fc.array(item, { maxLength: 3 });
const protocol = fc.constantFrom('tcp', 'udp', 'sctp');
const texts = fc.dictionary(text, text, { maxKeys: 2 });
const namespace = fc.oneof(
  text,
  id.map((one) => `container:${one}`),
);

const container: fc.Arbitrary<ContainerEndpoint> = fc.record({
  kind: fc.constant('container'),
  id,
  name: fc.oneof(id, text),
  image: text,
  state: fc.constantFrom('running', 'running', 'running', 'paused', 'exited', 'dead'),
  project: text,
  service: text,
  networkMode: fc.oneof(
    fc.record({ kind: fc.constant('own') }),
    fc.record({ kind: fc.constantFrom('own', 'none', 'host') }),
    fc.record({ kind: fc.constant('container'), containerId: id }),
  ),
  attachments: few(
    fc.record({ networkId: id, ipv4: addressOrNull, ipv6: addressOrNull, mac: addressOrNull, aliases: few(text) }),
  ),
  publishedPorts: few(fc.record({ protocol, port: number, address, hostPort: number })),
  exposedPorts: few(fc.record({ protocol, port: number })),
  links: few(fc.record({ targetName: fc.oneof(id, text), alias: text })),
  mounts: few(
    fc.record({
      type: fc.constantFrom('bind', 'volume', 'tmpfs', 'other'),
      source: text,
      destination: text,
      writable: fc.boolean(),
    }),
  ),
  privileged: fc.boolean(),
  capAdd: few(text),
  pidMode: namespace,
  ipcMode: namespace,
  labels: texts,
  pid: number,
  startedAt: number,
});

const network: fc.Arbitrary<Network> = fc.record({
  id,
  name: fc.oneof(id, text, fc.constant('bridge')),
  driver: fc.oneof({ weight: 3, arbitrary: fc.constant('bridge') }, { weight: 1, arbitrary: text }),
  scope: text,
  internal: fc.boolean(),
  ipv6: fc.boolean(),
  ingress: fc.boolean(),
  attachable: fc.boolean(),
  subnets: few(fc.record({ subnet: fc.oneof(text, address), gateway: address })),
  options: fc.oneof(texts, fc.constant({ 'com.docker.network.bridge.enable_icc': 'false' })),
  labels: texts,
  project: text,
});

const topologies: fc.Arbitrary<Topology> = fc.record({
  engine: fc
    .record({
      version: fc.oneof(fc.constantFrom('28.5.2', '20.10.24'), text),
      rootless: fc.boolean(),
      userlandProxy: fc.constantFrom(null, true, false),
      hostAddresses: few(address),
    })
    .map((some) => ({ ...ENGINE, ...some })),
  endpoints: fc
    .tuple(fc.array(container, { maxLength: 6 }), fc.subarray([...ZONES, ...ZONES], { maxLength: 4 }))
    .map(([containers, zones]): Endpoint[] => [...containers, ...zones]),
  networks: fc.array(network, { maxLength: 4 }),
});

const denials: fc.Arbitrary<Denial[]> = few(
  fc.record({ from: id, to: id, state: fc.constantFrom('held', 'pending', 'failed', 'impossible'), policy: text }),
);

describe('whatever a topology holds', { timeout: 60_000 }, () => {
  it('each cell has a verdict and a reason, and where an id means one endpoint both agree', () => {
    fc.assert(
      fc.property(topologies, denials, (topology, list) => {
        const { ids, size, verdicts } = evaluate(topology, list);
        expect(size).toBe(topology.endpoints.length);
        const once = (one: string): boolean => ids.indexOf(one) === ids.lastIndexOf(one);
        const wrong = ids.flatMap((from, i) =>
          ids.filter((to, j) => {
            const { verdict, reasons } = explain(topology, list, from, to);
            probeTargets(topology, list, from, to);
            if (reasons.length === 0 || reasons.some((reason) => reason.text === '')) return true;
            return once(from) && once(to) && verdict !== VERDICTS[verdicts[i * size + j] ?? -1];
          }),
        );
        expect(wrong).toEqual([]);
      }),
      { numRuns: cases(200) },
    );
  });

  it('the next matrix is made from it as afresh', () => {
    fc.assert(
      fc.property(
        topologies,
        fc.array(fc.tuple(fc.nat(), container), { maxLength: 6 }),
        denials,
        (start, edits, list) => {
          let now = start;
          let last = reevaluate(null, now, list);
          for (const [at, one] of edits) {
            const endpoints = [...now.endpoints];
            endpoints[at % (endpoints.length + 1)] = one;
            now = { ...now, endpoints };
            last = reevaluate(last, now, list);
            expect(last.matrix).toEqual(evaluate(structuredClone(now), list));
          }
        },
      ),
      { numRuns: cases(100) },
    );
  });
});

/** Each must end well within the time a test has. */
describe('however much a topology holds', () => {
  const chain = (count: number, last: string): Topology => {
    const containers = Object.fromEntries(
      Array.from({ length: count }, (_, at) => [`c${at}`, { joins: at + 1 === count ? last : `c${at + 1}` }]),
    );
    return sketch({ containers: { ...containers, web: 'front' } });
  };

  it.each([
    ['a chain of 700 stacks', 'web', ['open', 'R401']],
    ['a circle of 700 stacks', 'c0', ['unknown', 'R404']],
    ['a chain of 700 stacks into nothing', 'gone', ['open', 'R401']],
    ['a chain of 700 stacks into a circle of one', 'c699', ['unknown', 'R404']],
  ])('%s', (_, last, [verdict, rule]) => {
    const topology = chain(700, last);
    const { ids, size, verdicts } = evaluate(topology, []);
    expect(VERDICTS[verdicts[ids.indexOf('c5') * size + ids.indexOf('c690')] ?? -1]).toBe(verdict);
    const cell = explain(topology, [], 'c5', 'c690');
    expect([cell.verdict, cell.reasons[0]?.rule]).toEqual([verdict, rule]);
  });

  it('who hangs on a circle is no part of it, whatever else there is', () => {
    const circle = { a: { joins: 'b' }, b: { joins: 'a' }, hanger: { joins: 'a' } };
    for (const containers of [circle, { ...circle, other: 'front' }]) {
      const topology = sketch({ containers });
      const verdicts = ['a', 'b'].map((to) => explain(topology, [], 'hanger', to).verdict);
      expect(verdicts).toEqual(['unknown', 'unknown']);
    }
  });

  it.each([
    ['at one address', (): string => '0.0.0.0'],
    ['at as many addresses', (at: number): string => `198.18.${at >> 8}.${at & 255}`],
  ])('100,000 published ports %s', (_, addressAt) => {
    const publishedPorts = Array.from({ length: 100_000 }, (_unused, at): PublishedPort => {
      return {
        protocol: at % 2 === 0 ? 'tcp' : 'udp',
        port: 1 + (at % 65_535),
        hostPort: 1 + (at % 65_535),
        address: addressAt(at),
      };
    });
    const drawn = sketch({ containers: { web: 'front', db: 'back', api: 'front back', guest: 'other' } });
    const endpoints = drawn.endpoints.map((one) =>
      isContainer(one) && one.id === 'web' ? { ...one, publishedPorts } : one,
    );
    const topology = { ...drawn, endpoints };
    const { ids, size, verdicts } = evaluate(topology, []);
    expect(VERDICTS[verdicts[ids.indexOf('guest') * size + ids.indexOf('web')] ?? -1]).toBe('partial');
    const { verdict, reasons } = explain(topology, [], 'guest', 'web');
    expect([verdict, reasons[0]?.rule]).toEqual(['partial', 'R201']);
    expect(Math.max(...reasons.slice(0, 100).map((reason) => reason.text.length))).toBeLessThan(1000);
    expect(probeTargets(topology, [], 'guest', 'web').length).toBeGreaterThan(0);
  });

  it('a network listed twice is no other network', () => {
    const drawn = sketch({ networks: { front: { driver: 'weave' } }, containers: { web: 'front', db: 'gone' } });
    const front = drawn.networks.filter(({ id: one }) => one === 'front');
    const topology = { ...drawn, networks: [...front, ...front] };
    const rules = explain(topology, [], 'web', 'db').reasons.map(({ rule }) => rule);
    expect(rules).toEqual(expect.arrayContaining(['R801', 'R804']));
  });

  it('a task of a known service and one of an unknown, on a worker that should know none', () => {
    const topology = sketch({
      engine: { swarm: true, swarmManager: false },
      networks: { ingress: { driver: 'overlay', ingress: true }, front: {} },
      containers: { known: { on: 'front ingress', task: 'shop' }, stray: 'front ingress' },
      services: { shop: { on: 'front' } },
    });
    const { ids, size, verdicts } = evaluate(topology, []);
    const cells = ['known', 'stray'].map((to) => VERDICTS[verdicts[ids.indexOf('lan') * size + ids.indexOf(to)] ?? -1]);
    expect(cells).toEqual(['known', 'stray'].map((to) => explain(topology, [], 'lan', to).verdict));
    expect(cells[1]).toBe('unknown');
  });

  it('a folder 5,000 folders deep, mounted by twenty', () => {
    const deep = '/x'.repeat(5000);
    const mounts = [`${deep}:/d`, `/x:/e:ro`];
    const containers = Object.fromEntries(Array.from({ length: 20 }, (_, at) => [`c${at}`, { on: 'front', mounts }]));
    expect(explain(sketch({ containers }), [], 'c1', 'c2').reasons.map(({ rule }) => rule)).toContain('R612');
    expect(evaluate(sketch({ containers }), []).size).toBe(23);
  });
});
