import { describe, expect, it } from 'vitest';
import { attach, container, network, published, topologyOf } from '../policy/test-topology.ts';
import { evaluate, explain } from '../reachability/index.ts';
import { VERDICTS, type Denial } from '../reachability/model.ts';
import type { Power } from '../methods/model.ts';
import { SWARM_SERVICE_ID_LABEL, type ContainerEndpoint, type Topology } from '../topology/model.ts';
import { databaseAt } from './databases.ts';
import { exposedIn } from './exposure.ts';
import { risksIn, type Remedy, type RiskKind } from './risks.ts';

const NET = network('net', { subnets: [{ subnet: '172.18.0.0/16', gateway: '172.18.0.1' }] });
const on = (address: string): Pick<ContainerEndpoint, 'attachments'> => ({ attachments: [attach('net', address)] });

function seen(topology: Topology, denials: readonly Denial[] = []) {
  const matrix = evaluate(topology, denials);
  const verdict = (from: string, to: string) =>
    VERDICTS[matrix.verdicts[matrix.ids.indexOf(from) * matrix.size + matrix.ids.indexOf(to)] ?? 3];
  const exposed = exposedIn(
    topology,
    (from, to) => verdict(from, to) === 'open' || verdict(from, to) === 'partial',
    (from, to) => explain(topology, denials, from, to),
  );
  return { exposed, risks: risksIn(topology, exposed) };
}

describe('who can be called from outside', () => {
  const web = container('web', { ...on('172.18.0.2'), publishedPorts: [published('0.0.0.0:8080', 80)] });
  const own = container('own', { ...on('172.18.0.3'), publishedPorts: [published('127.0.0.1:9090', 90)] });
  const plain = container('plain', on('172.18.0.4'));

  it('is who publishes at an address others have the way to, at the port they call', () => {
    const { exposed } = seen(topologyOf([web, own, plain], [NET]));
    expect(exposed.map(({ container: { name }, zones }) => [name, zones])).toEqual([
      // What a router outside passes on, nobody here knows.
      ['web', ['lan']],
    ]);
    expect(exposed[0]?.ways.map(({ ports }) => ports)).toContainEqual(['tcp/8080']);
  });

  it('is nobody who stopped', () => {
    expect(seen(topologyOf([{ ...web, state: 'exited', pid: 0 }], [NET])).exposed).toEqual([]);
  });

  it('is nobody whom a block shuts, once it is held', () => {
    const denials = (state: Denial['state']): Denial[] =>
      (['lan', 'internet'] as const).map((from) => ({ from, to: web.id, state, policy: 'p' }));
    expect(seen(topologyOf([web], [NET]), denials('pending')).exposed).toHaveLength(1);
    expect(seen(topologyOf([web], [NET]), denials('held')).exposed).toEqual([]);
  });
});

describe('risks', () => {
  const socket = { type: 'bind', source: '/var/run/docker.sock', destination: '/s', writable: false } as const;
  it.each<[string, ContainerEndpoint, readonly string[]]>([
    ['nothing', container('c', on('172.18.0.2')), []],
    [
      'the engine’s socket, read-only too',
      container('c', { ...on('172.18.0.2'), mounts: [socket] }),
      ['engine-socket'],
    ],
    [
      'privileges, which include the lesser ones',
      container('c', { ...on('172.18.0.2'), privileged: true, pidMode: 'host', capAdd: ['NET_ADMIN'] }),
      ['privileged'],
    ],
    ['the machine’s processes', container('c', { ...on('172.18.0.2'), pidMode: 'host' }), ['host-processes']],
    [
      'the machine’s network',
      container('c', { networkMode: { kind: 'host' }, capAdd: ['NET_ADMIN'] }),
      ['host-network'],
    ],
    ['NET_ADMIN', container('c', { ...on('172.18.0.2'), capAdd: ['NET_ADMIN'] }), ['net-admin']],
    [
      'a published page',
      container('c', { ...on('172.18.0.2'), publishedPorts: [published('0.0.0.0:80', 80)] }),
      ['published'],
    ],
    [
      'a published database',
      container('c', { ...on('172.18.0.2'), image: 'postgres:18', publishedPorts: [published('0.0.0.0:15432', 5432)] }),
      ['database'],
    ],
    [
      'a database for this machine alone',
      container('c', {
        ...on('172.18.0.2'),
        image: 'postgres:18',
        publishedPorts: [published('127.0.0.1:5432', 5432)],
      }),
      [],
    ],
    ['one that has stopped', container('c', { ...on('172.18.0.2'), privileged: true, state: 'exited', pid: 0 }), []],
  ])('of %s', (_, one, kinds) => {
    expect(seen(topologyOf([one], [NET])).risks.map(({ kind }) => kind)).toEqual(kinds);
  });

  const rerun = (without: Power): Remedy => ({ kind: 'rerun', name: 'id-c', without });
  const cut: readonly Remedy[] = [
    { kind: 'offline', name: 'id-c' },
    { kind: 'isolate', name: 'id-c' },
  ];
  const host = { networkMode: { kind: 'host' } } as const;
  it.each<[string, Partial<ContainerEndpoint>, readonly (readonly [RiskKind, readonly Remedy[]])[]]>([
    ['a socket', { mounts: [socket] }, [['engine-socket', [rerun('engine-socket'), ...cut]]]],
    ['privileges', { privileged: true }, [['privileged', [rerun('privileged'), ...cut]]]],
    ['processes', { pidMode: 'host' }, [['host-processes', [rerun('host-processes'), ...cut]]]],
    ['NET_ADMIN', { capAdd: ['NET_ADMIN'] }, [['net-admin', [rerun('net-admin'), ...cut]]]],
    ['host mode', host, [['host-network', [rerun('host-network')]]]],
    [
      'all of it in host mode, where nothing can be cut off',
      { ...host, mounts: [socket], privileged: true, pidMode: 'host', capAdd: ['NET_ADMIN'] },
      [
        ['engine-socket', [rerun('engine-socket')]],
        ['privileged', [rerun('privileged')]],
        ['host-network', [rerun('host-network')]],
      ],
    ],
    [
      'a task of Swarm, which says why not',
      { mounts: [socket], labels: { [SWARM_SERVICE_ID_LABEL]: 'x' } },
      [['engine-socket', [{ kind: 'rerun', name: 'id-c', without: 'engine-socket', not: 'swarm' }, ...cut]]],
    ],
  ])('are taken away at a click: %s', (_, given, expected) => {
    const { risks } = seen(topologyOf([container('c', { ...on('172.18.0.2'), ...given })], [NET]));
    expect(risks.map(({ kind, remedies }) => [kind, remedies])).toEqual(expected);
  });

  it('come by their weight, and offer to shut exactly what is open', () => {
    const db = container('a', {
      ...on('172.18.0.2'),
      image: 'mysql',
      publishedPorts: [published('0.0.0.0:3306', 3306)],
    });
    const root = container('b', { ...on('172.18.0.3'), mounts: [socket], privileged: true });
    const { risks } = seen(topologyOf([db, root], [NET]));
    expect(risks.map(({ kind, name }) => `${name} ${kind}`)).toEqual(['b engine-socket', 'b privileged', 'a database']);
    expect(risks.at(-1)).toMatchObject({
      params: { database: 'MySQL', ports: 'tcp/3306' },
      remedies: [{ kind: 'block', from: 'lan', to: 'id-a', ports: ['tcp/3306'] }],
    });
  });
});

describe('databases', () => {
  it.each([
    ['postgres:18', 5432, 'PostgreSQL'],
    ['example.org:5000/team/valkey@sha256:00', 6379, 'Redis'],
    ['postgres', 80, null],
    ['my/own', 27017, 'MongoDB'],
    ['my/own', 9000, null],
    ['clickhouse-server', 9000, 'ClickHouse'],
    ['', 0, null],
  ])('%s at %i', (image, port, expected) => {
    expect(databaseAt({ image }, port)?.name ?? null).toBe(expected);
  });
});
