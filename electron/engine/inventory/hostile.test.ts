/** Whatever JSON comes as an engine's answer, what is read of it is a topology of the right type, never an exception. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import * as z from 'zod';
import { evaluate } from '../../../shared/reachability/index.ts';
import type { Topology } from '../../../shared/topology/model.ts';
import { assemble } from './assemble.ts';
import { toContainer } from './to-container.ts';
import { toNotes } from './to-event.ts';
import { toFacts } from './to-facts.ts';
import { toNetwork } from './to-network.ts';
import { cases } from '../../../shared/testing/cases.ts';

const text = z.string();
const map = z.record(z.string(), text);
const protocol = z.enum(['tcp', 'udp', 'sctp']);
const port = z.number().int().min(1).max(65_535);
const address = text.min(1).nullable();
// What is added to the model need not be added here to be allowed.
const container = z.object({
  kind: z.literal('container'),
  id: text.min(1),
  name: text,
  image: text,
  state: z.enum(['created', 'running', 'paused', 'restarting', 'removing', 'exited', 'dead']),
  project: text,
  service: text,
  networkMode: z.union([
    z.strictObject({ kind: z.enum(['own', 'none', 'host']) }),
    z.strictObject({ kind: z.literal('container'), containerId: text }),
  ]),
  attachments: z.array(
    z.object({ networkId: text.min(1), ipv4: address, ipv6: address, mac: address, aliases: z.array(text) }),
  ),
  publishedPorts: z.array(z.strictObject({ protocol, port, address: text.min(1), hostPort: port })),
  routedPorts: z.array(z.object({ protocol, port })).optional(),
  exposedPorts: z.array(z.strictObject({ protocol, port })),
  links: z.array(z.object({ targetName: text.min(1), alias: text })),
  mounts: z.array(
    z.object({
      type: z.enum(['bind', 'volume', 'tmpfs', 'other']),
      source: text,
      destination: text,
      writable: z.boolean(),
    }),
  ),
  privileged: z.boolean(),
  capAdd: z.array(text),
  pidMode: text,
  ipcMode: text,
  labels: map,
  pid: z.number().int().min(0),
  startedAt: z.number().int().min(0),
});
const zone = z.strictObject({ kind: z.enum(['host', 'lan', 'internet']), id: text, name: text });
const topology = z.object({
  engine: z.object({
    name: text,
    version: text,
    apiVersion: text,
    kind: z.enum(['docker', 'podman']),
    operatingSystem: text,
    firewallBackend: text,
    swarm: z.boolean(),
    rootless: z.boolean(),
    bridgeNetfilter: z.boolean().nullable(),
    userlandProxy: z.null(),
    hostAddresses: z.array(text).length(0),
  }),
  endpoints: z.array(z.union([container, zone])),
  networks: z.array(
    z.object({
      id: text.min(1),
      name: text,
      driver: text,
      scope: text,
      internal: z.boolean(),
      ipv6: z.boolean(),
      ingress: z.boolean(),
      attachable: z.boolean(),
      subnets: z.array(z.object({ subnet: text.min(1), gateway: text })),
      options: map,
      labels: map,
      project: text,
    }),
  ),
});

/** As 28.5 tells it, without what is not read. */
const CONTAINER = {
  Id: '648cb37bd06242f5a0e2ef0ceccb6471aa6df8333b77566efa64287bf612ed02',
  Name: '/web',
  Image: 'sha256:6ea403a81353be71eb1b5ce31a7d8528f889f9d9417dd3a850826b79dd27e32b',
  State: { Status: 'running', Running: true, Paused: false, Pid: 792, StartedAt: '2026-11-25T14:01:13.157278901Z' },
  Mounts: [{ Type: 'volume', Name: 'files', Source: '/data/files', Destination: '/data', Mode: 'z', RW: true }],
  Config: { Image: 'example:1', ExposedPorts: { '80/tcp': {} }, Labels: { 'com.docker.compose.project': 'shop' } },
  HostConfig: {
    NetworkMode: 'front',
    IpcMode: 'private',
    PidMode: '',
    Links: ['/db:/web/database'],
    CapAdd: ['NET_RAW'],
    Privileged: false,
    Tmpfs: { '/run': '' },
  },
  NetworkSettings: {
    Ports: { '80/tcp': [{ HostIp: '0.0.0.0', HostPort: '8080' }], '53/udp': null },
    Networks: {
      front: {
        NetworkID: '892130cf8066',
        Links: null,
        Aliases: ['www'],
        DNSNames: ['web', 'www'],
        MacAddress: '3a:a2:8e:e1:d8:94',
        Gateway: '172.21.0.1',
        IPAddress: '172.21.0.2',
        IPv6Gateway: '',
        GlobalIPv6Address: '',
      },
    },
  },
};
const NETWORK = {
  Id: '892130cf8066',
  Name: 'front',
  Scope: 'local',
  Driver: 'bridge',
  EnableIPv6: false,
  IPAM: { Driver: 'default', Config: [{ Subnet: '172.21.0.0/16', Gateway: '172.21.0.1' }] },
  Internal: false,
  Attachable: false,
  Ingress: false,
  Options: { 'com.docker.network.bridge.enable_icc': 'false' },
  Labels: {},
};
const INFO = {
  Name: 'box',
  ServerVersion: '28.5.2',
  OperatingSystem: 'Debian',
  FirewallBackend: { Driver: 'iptables' },
  Swarm: { LocalNodeState: 'active' },
  SecurityOptions: ['name=rootless'],
  BridgeNfIptables: true,
};
const EVENT = { Type: 'network', Action: 'connect', Actor: { ID: '892130cf8066', Attributes: { container: '648c' } } };

const HOSTILE = [
  null,
  true,
  -1,
  0.5,
  1e308,
  '',
  '__proto__',
  'constructor',
  'toString',
  'container:',
  'container:648cb37bd06242',
  'x'.repeat(10_240),
  '\ud800\u202e\u0000',
  '99999/tcp',
  '::/0',
  '0',
  [],
  [null],
  {},
  JSON.parse('{"__proto__":{"Id":"x"},"constructor":"y"}') as unknown,
];
const value = fc.oneof(fc.constantFrom(...HOSTILE), fc.jsonValue());
const pieces = fc.array(fc.tuple(fc.nat(), fc.constantFrom('put', 'drop', 'rename', 'wrap'), value), { maxLength: 4 });

/** An answer in which some places, anywhere inside, hold something else. */
function damaged(answer: object): fc.Arbitrary<unknown> {
  return pieces.map((changes) => {
    const copy = structuredClone(answer);
    for (const [seed, how, put] of changes) {
      const places = placesIn(copy);
      const place = places[seed % places.length];
      if (!place) continue;
      const [holder, key] = place;
      // Copies, or a change inside one place would be one in others too; defined, because a key may be `__proto__`.
      const other: unknown = structuredClone(how === 'rename' ? holder[key] : put);
      if (how === 'drop') delete holder[key];
      else {
        define(
          holder,
          how === 'rename' ? (typeof put === 'string' ? put.slice(0, 20) : 'other') : key,
          how === 'wrap' ? [holder[key], other] : other,
        );
      }
    }
    // As it would arrive.
    return JSON.parse(JSON.stringify(copy)) as unknown;
  });
}

function define(holder: Holder, key: string, put: unknown): void {
  Object.defineProperty(holder, key, { value: put, enumerable: true, configurable: true, writable: true });
}

type Holder = Record<string, unknown>;

function placesIn(holder: object): (readonly [Holder, string])[] {
  return Object.entries(holder).flatMap(([key, held]) => [
    [holder as Holder, key] as const,
    ...(typeof held === 'object' && held !== null ? placesIn(held as object) : []),
  ]);
}

const anything = (answer: object): fc.Arbitrary<unknown> =>
  fc.oneof({ weight: 4, arbitrary: damaged(answer) }, { weight: 1, arbitrary: value });

it('is read into a valid topology, which has a matrix', { timeout: 60_000 }, () => {
  const many = (answer: object): fc.Arbitrary<unknown[]> => fc.array(anything(answer), { maxLength: 4 });
  fc.assert(
    fc.property(anything(INFO), many(CONTAINER), many(NETWORK), many(CONTAINER), (info, some, nets, others) => {
      const read = (answers: readonly unknown[], previous: Topology | null): Topology =>
        assemble(
          {
            facts: toFacts(info, { apiVersion: '1.51', version: '', kind: 'docker' }),
            containers: answers.flatMap((answer) => toContainer(answer) ?? []),
            networks: nets.flatMap((answer) => toNetwork(answer) ?? []),
            volumes: [],
          },
          previous,
        );
      const first = read(some, null);
      expect(topology.safeParse(first).error?.issues ?? []).toEqual([]);
      expect(evaluate(first, []).size).toBe(first.endpoints.length);
      expect(read(others, first)).toEqual(read(others, null));
    }),
    { numRuns: cases(150) },
  );
});

it('is read into notes that name something', () => {
  fc.assert(
    fc.property(anything(EVENT), (event) => {
      for (const { id } of toNotes(event)) expect(id).not.toBe('');
    }),
    { numRuns: cases(150) },
  );
});
