import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ContainerEndpoint, Topology } from '../topology/model.ts';
import { compile } from './compile.ts';
import { deniedIn, GOLDEN_CASES, goldenText } from './golden-cases.ts';
import type { Ruleset } from './model.ts';
import { attach, container, network, published, topologyOf } from './test-topology.ts';

const tableOf = (ruleset: Ruleset, place: string): string =>
  ruleset.tables.find((table) => table.place === place)?.script ?? '';

/** The elements of one set of a script, as text. */
const elementsOf = (script: string, set: string): readonly string[] => {
  const body = new RegExp(`set ${set} \\{[^}]*?elements = \\{([^}]*)\\}`).exec(script)?.[1] ?? '';
  return body.split(',').flatMap((one) => (one.trim() === '' ? [] : [one.trim()]));
};

describe('compile', () => {
  it.each(GOLDEN_CASES)('writes the ruleset of golden/$name.nft', async (golden) => {
    const ruleset = compile(deniedIn(golden), golden.topology);
    await expect(goldenText(ruleset)).toMatchFileSnapshot(`golden/${golden.name}.nft`);
  });

  it('leaves a published port open that another container has on another address (N7)', () => {
    const topology = topologyOf(
      [
        container('a', { attachments: [attach('n', '172.18.0.2')] }),
        container('b', { attachments: [attach('n', '172.18.0.3')], publishedPorts: [published('192.0.2.10:80', 80)] }),
        container('c', { attachments: [attach('n', '172.18.0.4')], publishedPorts: [published('192.0.2.11:80', 80)] }),
      ],
      [network('n')],
    );
    const host = tableOf(compile({ pairs: [{ from: 'id-a', to: 'id-b' }] }, topology), 'host');
    expect([elementsOf(host, 'bound4'), elementsOf(host, 'doors4')]).toEqual([
      ['172.18.0.2 . 192.0.2.10 . tcp . 80'],
      [],
    ]);
  });

  it.each([
    ['a zone and a container in the host’s network', 'id-agent', 'internet'],
    ['an endpoint that is not there', 'id-a', 'id-none'],
    ['itself', 'id-a', 'id-a'],
    ['a container in the host’s network', 'id-a', 'id-agent'],
    ['a container in its own stack', 'id-a', 'id-sidecar'],
    ['a container without any network', 'id-a', 'id-alone'],
    ['a container whose stack is gone', 'id-a', 'id-orphan'],
    ['a container in a loop of stacks', 'id-a', 'id-loop'],
    ['a stopped container', 'id-a', 'id-stopped'],
  ])('loads nothing for %s (N2)', (_, from, to) => {
    const topology = topologyOf(
      [
        container('a', { attachments: [attach('n', '172.18.0.2')] }),
        container('agent', { networkMode: { kind: 'host' } }),
        container('sidecar', { networkMode: { kind: 'container', containerId: 'id-a' } }),
        container('alone', { networkMode: { kind: 'none' } }),
        container('orphan', { networkMode: { kind: 'container', containerId: 'id-removed' } }),
        container('loop', { networkMode: { kind: 'container', containerId: 'id-loop' } }),
        container('stopped', { state: 'exited', attachments: [attach('n', '172.18.0.9')] }),
      ],
      [network('n')],
    );
    expect([
      compile({ pairs: [{ from, to }] }, topology),
      compile({ pairs: [{ from: to, to: from }] }, topology),
    ]).toEqual([{ tables: [] }, { tables: [] }]);
  });

  it('uses no hardware address that two containers have', () => {
    const mac = '02:42:00:00:00:01';
    const topology = topologyOf(
      [
        container('a', { attachments: [attach('n', '172.18.0.2', { mac })] }),
        container('b', { attachments: [attach('n', '172.18.0.3')] }),
        container('c', { attachments: [attach('n', '172.18.0.4', { mac: mac.toUpperCase() })] }),
      ],
      [network('n')],
    );
    expect(goldenText(compile({ pairs: [{ from: 'id-a', to: 'id-b' }] }, topology))).not.toContain(mac);
  });

  it('lets no text of the engine into a script', () => {
    const evil = '172.18.0.9 } ; flush ruleset';
    const topology = topologyOf(
      [
        container('a', {
          attachments: [attach('n', '172.18.0.2'), attach('n', evil, { ipv6: '::1%eth0', mac: evil })],
        }),
        container('b', {
          name: evil,
          attachments: [attach('n', '172.18.0.3', { ipv6: 'fd00::zz' })],
          publishedPorts: [
            published(`${evil}:80`, 80),
            { ...published('0.0.0.0:80', 80), protocol: evil as 'tcp' },
            { ...published('0.0.0.0:80', 80), hostPort: 70_000 },
          ],
        }),
      ],
      [network('n')],
    );
    const scripts = compile({ pairs: [{ from: 'id-a', to: 'id-b' }] }, topology).tables.map(({ script }) => script);
    expect(scripts).toHaveLength(3);
    for (const script of scripts) expect(script).not.toMatch(/flush|zz|%|70000|172\.18\.0\.9/);
  });
});

describe('compile, for any topology', () => {
  const address = fc.tuple(fc.integer({ min: 0, max: 2 }), fc.integer({ min: 2, max: 30 }));
  const anyContainer = fc.record({
    name: fc.string({ minLength: 1, unit: 'binary' }).map((name) => `<${name}>`),
    state: fc.constantFrom('running' as const, 'paused' as const, 'exited' as const),
    addresses: fc.array(address, { maxLength: 3 }),
    ipv6: fc.boolean(),
    ports: fc.array(fc.integer({ min: 1, max: 65_535 }), { maxLength: 2 }),
    mode: fc.constantFrom('own' as const, 'own' as const, 'own' as const, 'host' as const, 'join' as const),
  });
  const anyTopology = fc.array(anyContainer, { minLength: 2, maxLength: 6 }).map((given) => {
    const containers = given.map(({ name, state, addresses, ipv6, ports, mode }, at): ContainerEndpoint => {
      const attachments = addresses.map(([net, host]) =>
        attach(`net${net}`, `172.${18 + net}.${at}.${host}`, ipv6 ? { ipv6: `fd0${net}::${at + 1}:${host}` } : {}),
      );
      return container(name, {
        id: `id-${at}`,
        state,
        attachments: mode === 'own' ? attachments : [],
        publishedPorts: ports.map((port) => published(`0.0.0.0:${port}`, 80)),
        networkMode:
          mode === 'own'
            ? { kind: 'own' }
            : mode === 'host'
              ? { kind: 'host' }
              : { kind: 'container', containerId: 'id-0' },
      });
    });
    return topologyOf(containers, [network('net0'), network('net1'), network('net2')]);
  });
  const allPairs = (topology: Topology): { from: string; to: string }[] =>
    topology.endpoints.flatMap((a) => topology.endpoints.map((b) => ({ from: a.id, to: b.id })));
  const anyCase = fc.tuple(anyTopology, fc.func(fc.boolean())).map(([topology, chosen]) => ({
    topology,
    pairs: allPairs(topology).filter(({ from, to }) => chosen(from, to)),
  }));

  it('gives the same text whatever the order of pairs, and holds no name', () => {
    fc.assert(
      fc.property(anyCase, ({ topology, pairs }) => {
        const text = goldenText(compile({ pairs: pairs }, topology));
        expect(goldenText(compile({ pairs: [...pairs].reverse() }, topology))).toBe(text);
        for (const endpoint of topology.endpoints) {
          if (endpoint.kind === 'container') expect(text).not.toContain(endpoint.name);
        }
      }),
    );
  });

  it('has every address of a closable pair in both namespaces and on the host', () => {
    fc.assert(
      fc.property(anyCase, ({ topology, pairs }) => {
        const ruleset = compile({ pairs: pairs }, topology);
        const own = (id: string): ContainerEndpoint | undefined =>
          topology.endpoints.find(
            (one): one is ContainerEndpoint =>
              one.id === id && one.kind === 'container' && one.networkMode.kind === 'own' && one.state !== 'exited',
          );
        for (const { from, to } of pairs) {
          const a = own(from);
          const b = own(to);
          if (!a || !b || a.id === b.id || a.attachments.length === 0 || b.attachments.length === 0) continue;
          const v4 = (one: ContainerEndpoint): string[] => one.attachments.flatMap(({ ipv4 }) => ipv4 ?? []);
          const v6 = (one: ContainerEndpoint): string[] => one.attachments.flatMap(({ ipv6 }) => ipv6 ?? []);
          expect(elementsOf(tableOf(ruleset, b.id), 'denied_from4')).toEqual(expect.arrayContaining(v4(a)));
          expect(elementsOf(tableOf(ruleset, a.id), 'denied_to4')).toEqual(expect.arrayContaining(v4(b)));
          expect(elementsOf(tableOf(ruleset, b.id), 'denied_from6')).toEqual(expect.arrayContaining(v6(a)));
          expect(elementsOf(tableOf(ruleset, a.id), 'denied_to6')).toEqual(expect.arrayContaining(v6(b)));
          const crossed = v4(a).flatMap((one) => v4(b).map((other) => `${one} . ${other}`));
          expect(elementsOf(tableOf(ruleset, 'host'), 'pairs4')).toEqual(expect.arrayContaining(crossed));
          const doors = v4(a).flatMap((one) => b.publishedPorts.map(({ hostPort }) => `${one} . tcp . ${hostPort}`));
          expect(elementsOf(tableOf(ruleset, 'host'), 'doors4')).toEqual(expect.arrayContaining(doors));
        }
      }),
    );
  });
});
