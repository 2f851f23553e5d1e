import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isMap, isScalar, parseDocument, visit } from 'yaml';
import { EMPTY_POLICY, type Policy } from '../policy/model.ts';
import { sketch } from '../reachability/fixtures.ts';
import { explain } from '../reachability/index.ts';
import { isContainer, type ContainerEndpoint, type Topology } from '../topology/model.ts';
import { composeProjects, exportCompose } from './compose.ts';
import { ODD_NAMES } from './odd-names.ts';
import { DRAWS, worldFrom } from './random-world.ts';
import { asRunning, wantedDenials } from './reach.ts';
import { separateProject } from './separated.ts';
import { cases } from '../testing/cases.ts';

interface Read {
  readonly services?: Record<
    string,
    { networks?: Record<string, { aliases?: string[] } | null>; network_mode?: string }
  >;
  readonly networks?: Record<
    string,
    { internal?: boolean; external?: boolean; name?: string; enable_ipv6?: boolean } | null
  >;
}

/** As Compose reads it; its own tags are no fault. */
function read(text: string): Read {
  const document = parseDocument(text);
  expect(document.errors).toEqual([]);
  expect(document.warnings.filter(({ message }) => !/tag: !(override|reset)/.test(message))).toEqual([]);
  return document.toJS() as Read;
}

/** Every container a service of one project, every network but one its own. */
function asProject(topology: Topology): Topology {
  return {
    ...topology,
    networks: topology.networks.map((one) =>
      one.name === 'quiet' || one.name === 'bridge'
        ? one
        : { ...one, project: 'shop', labels: { 'com.docker.compose.network': one.name } },
    ),
    endpoints: topology.endpoints.map((one) =>
      isContainer(one) ? { ...one, project: 'shop', service: one.name } : one,
    ),
  };
}

/** Whether the policy lets anything pass between the two on a network that both are on, in either direction. */
function mayMeet(topology: Topology, policy: Policy, a: ContainerEndpoint, b: ContainerEndpoint): boolean {
  const denials = wantedDenials(policy, topology);
  const passes = (from: ContainerEndpoint, to: ContainerEndpoint): boolean => {
    const shared = to.attachments.filter((leg) =>
      from.attachments.some(({ networkId }) => networkId === leg.networkId),
    );
    const addresses = shared.flatMap(({ ipv4, ipv6 }) => [ipv4, ipv6]);
    return explain(topology, denials, from.id, to.id).channels.some(
      ({ layer, verdict, address }) => layer === 'network' && verdict !== 'blocked' && addresses.includes(address),
    );
  };
  return passes(a, b) || passes(b, a);
}

const worlds = fc.array(fc.nat(9_999), { minLength: DRAWS, maxLength: DRAWS }).map(worldFrom);

describe('an override for Compose', () => {
  it('has services share a network exactly where the policy lets something pass', () => {
    fc.assert(
      fc.property(worlds, ({ topology: drawn, policy }) => {
        const topology = asProject(drawn);
        const { services = {}, networks = {} } = read(exportCompose(topology, policy, 'shop'));
        const running = asRunning(topology);
        const containers = new Map(running.endpoints.filter(isContainer).map((one) => [one.service, one]));
        const keysOf = (name: string): string[] => Object.keys(services[name]?.networks ?? {});
        for (const name of Object.keys(services)) {
          for (const key of keysOf(name)) expect(Object.keys(networks)).toContain(key);
          for (const other of Object.keys(services)) {
            const [a, b] = [containers.get(name), containers.get(other)];
            if (!a || !b || a === b) continue;
            const keys = keysOf(name).filter((key) => keysOf(other).includes(key));
            // On a network of others they may be kept together, which comments tell.
            if (keys.some((key) => networks[key]?.external)) continue;
            expect([name, other, keys.length > 0]).toEqual([name, other, mayMeet(running, policy, a, b)]);
          }
        }
        expect(exportCompose(structuredClone(topology), structuredClone(policy), 'shop')).toBe(
          exportCompose(topology, policy, 'shop'),
        );
      }),
      { numRuns: cases(40) },
    );
  }, 60_000);

  it('bears the names that were given, and keeps what is not the project’s', () => {
    const drawn = sketch({
      containers: {
        web: { on: 'front shared', project: 'shop', service: 'web', aliases: ['www', 'web'] },
        db: { on: 'front', project: 'shop', service: 'db' },
        other: { on: 'shared' },
      },
    });
    const topology = {
      ...drawn,
      networks: drawn.networks.map((one) =>
        one.name === 'front' ? { ...one, project: 'shop', labels: { 'com.docker.compose.network': 'front' } } : one,
      ),
    };
    expect(read(exportCompose(topology, EMPTY_POLICY, 'shop'))).toEqual({
      services: {
        db: { networks: { front: null } },
        web: { networks: { 'kept-1': { aliases: ['www'] }, front: { aliases: ['www'] } } },
      },
      networks: { front: null, 'kept-1': { name: 'shared', external: true } },
    });
    const cut: Policy = { ...EMPTY_POLICY, isolated: ['shop/web'] };
    expect(read(exportCompose(topology, cut, 'shop')).services?.['web']).toEqual({
      networks: {},
      network_mode: 'none',
    });
  });

  it('says what networks cannot', () => {
    const topology = sketch({
      containers: {
        web: { on: 'front', project: 'shop', service: 'web' },
        db: { on: 'front', project: 'shop', service: 'db', publish: ['5432:5432'] },
        job: { on: 'back', project: 'shop', service: 'job' },
        agent: { on: 'host', project: 'shop', service: 'agent' },
      },
    });
    const policy: Policy = {
      ...EMPTY_POLICY,
      rules: [
        { from: 'shop/db', to: 'shop/web', action: 'deny' },
        { from: 'shop/web', to: 'shop/db', action: 'deny', ports: ['tcp/22'] },
        { from: 'shop/job', to: 'shop/db', action: 'deny' },
        { from: 'host', to: 'shop/job', action: 'deny' },
        { from: 'shop/job', to: 'internet', action: 'deny' },
      ],
    };
    const text = exportCompose(topology, policy, 'shop');
    expect(text.split('\n').filter((line) => line.startsWith('#   '))).toEqual(
      [
        '#   db -> web stays open: the other direction is allowed, and a network knows no direction.',
        '#   job -> db (tcp/5432) stays open: by a port published on the machine, which every network with a way out reaches.',
        '#   job -> internet stays open: a way out is a way to all that is outside.',
        '#   web -> db (tcp/22) stays open: other ports are allowed, and a network knows no ports.',
        '#   agent -> job stays open: the machine is on every network.',
        '#   host -> job stays open: the machine is on every network.',
      ].sort((a, b) => text.indexOf(a) - text.indexOf(b)),
    );
    expect(text).toContain(
      '# Left as they are (network of the machine, of another container, or none; or a name that no service of Compose can have): agent\n',
    );
  });

  it('is of one project, and names those there are', () => {
    expect(composeProjects(sketch({ containers: { a: { on: 'n', project: 'p', service: 's' }, b: 'n' } }))).toEqual([
      'p',
    ]);
  });

  it.each([
    'say "x"',
    'two\nlines',
    'a\r\n---\nservices: {}',
    '-->',
    ']]>',
    'عربي',
    '\u202eevil',
    '🐳',
    'a: b',
    '#c',
    '!reset',
    '',
    '\u0000',
  ])('bears the hostile name %j', (name) => {
    const drawn = sketch({
      containers: {
        web: { on: 'front', project: name, service: 'web', aliases: [`${name}x`] },
        db: { on: 'front', project: name, service: 'db' },
        evil: { on: 'front', project: name, service: `${name}/s` },
      },
    });
    const networks = drawn.networks.map((one) => ({
      ...one,
      project: name,
      labels: { 'com.docker.compose.network': `${name}k` },
    }));
    const topology = { ...drawn, networks };
    const policy: Policy = { ...EMPTY_POLICY, rules: [{ from: 'container:web', to: 'container:db', action: 'deny' }] };
    const { services, networks: made } = read(exportCompose(topology, policy, name));
    const separated = separateProject(topology, policy, name);
    expect(Object.keys(services ?? {})).toEqual(['db', 'web']);
    expect(Object.keys(made ?? {}).sort()).toEqual(
      [...separated.networks, ...separated.kept].map(({ key }) => key).sort(),
    );
    expect(Object.values(services?.['web']?.networks ?? {}).every((one) => one?.aliases?.[0] === `${name}x`)).toBe(
      true,
    );
  });
});

describe('names that readers of YAML 1.1 take for something else', () => {
  const names = ODD_NAMES.filter((name) => /^[a-zA-Z0-9._-]+$/.test(name));
  const drawn = sketch({
    networks: Object.fromEntries([...names, 'net'].map((name) => [name, {}])),
    containers: Object.fromEntries(
      names.map((name) => [name, { on: `net ${name}`, project: 'no', service: name, aliases: [name, 'on'] }]),
    ),
  });
  // The network of each is another's, and so is kept: somebody else is on it.
  const foreign = sketch({
    networks: Object.fromEntries([...names, 'net'].map((name) => [name, {}])),
    containers: Object.fromEntries([
      ...names.map((name) => [name, { on: `net ${name}`, project: 'no', service: name }]),
      ...names.map((name) => [`guest-${name}`, name]),
    ]),
  });

  it.each([
    ['1.1', drawn],
    ['1.2', drawn],
    ['1.1', foreign],
    ['1.2', foreign],
  ] as const)('are names to those of %s', (version, topology) => {
    const document = parseDocument(exportCompose(topology, EMPTY_POLICY, 'no'), { version });
    expect(document.errors).toEqual([]);
    const { contents } = document;
    if (!isMap(contents)) throw new Error('no map');
    const odd: unknown[] = [];
    visit(document, {
      Pair: (_, { key }) => {
        if (!isScalar(key) || typeof key.value !== 'string') odd.push(key);
      },
    });
    expect(odd).toEqual([]);
    const { services = {}, networks = {} } = document.toJS() as Read;
    expect(Object.keys(services).toSorted()).toEqual(names.toSorted());
    const used = Object.values(services).flatMap((one) => Object.keys(one.networks ?? {}));
    expect(Object.keys(networks)).toEqual(expect.arrayContaining(used));
    const texts = Object.values(services).flatMap((one) =>
      Object.values(one.networks ?? {}).flatMap((settings) => settings?.aliases ?? []),
    );
    for (const text of [...texts, ...Object.values(networks).flatMap((one) => one?.name ?? [])]) {
      expect(text).toBeTypeOf('string');
    }
    expect(Object.values(networks).some((one) => one?.external)).toBe(topology === foreign);
  });
});
