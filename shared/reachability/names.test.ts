/** Which names are told, and which are not; that real engines agree is `e2e/integration/names.test.ts`'s part. */
import { describe, expect, it } from 'vitest';
import { sketch, type TopologySketch } from './fixtures.ts';
import { namesFor } from './index.ts';
import { linkVariables } from './link-variables.ts';

function told(given: TopologySketch, from: string, to: string): string[] {
  return namesFor(sketch(given), from, to).map(({ name, via, how, shared, only }) =>
    [how, via || '-', name, ...(shared ? ['shared'] : []), ...(only ? [`IPv${String(only)}`] : [])].join(' '),
  );
}

const one = (on: string, aliases: string[] = [], more: object = {}): object => ({ on, aliases, ...more });

// One line per case, so that it reads as a table.
// prettier-ignore
const CASES: readonly { readonly says: string; readonly given: TopologySketch; readonly names: readonly string[] }[] = [
  { says: 'name and aliases, short and long', given: { containers: { a: 'front', b: one('front', ['x']) } }, names: ['dns front b', 'dns front b.front', 'dns front x', 'dns front x.front'] },
  { says: 'nothing on the default bridge', given: { containers: { a: 'bridge', b: one('bridge', ['x']) } }, names: [] },
  { says: 'only of the network in common', given: { containers: { a: 'front bridge', b: one('back front bridge') } }, names: ['dns front b', 'dns front b.front'] },
  { says: 'nothing without one', given: { containers: { a: 'front', b: 'back' } }, names: [] },
  { says: 'nothing in host mode', given: { containers: { a: 'host', b: 'front' } }, names: [] },
  { says: 'nor of host mode', given: { containers: { a: 'front', b: 'host' } }, names: [] },
  { says: 'nothing of what is stopped', given: { containers: { a: 'front', b: { on: 'front', state: 'exited' } } }, names: [] },
  { says: 'nothing for what is paused', given: { containers: { a: { on: 'front', state: 'paused' }, b: 'front' } }, names: [] },
  { says: 'the plain name from the first network only', given: { containers: { a: 'one two', b: 'one two' } }, names: ['dns one b', 'dns one b.one', 'dns two b.two'] },
  { says: 'internal networks last', given: { networks: { aaa: { internal: true } }, containers: { a: 'aaa two', b: 'aaa two' } }, names: ['dns aaa b.aaa', 'dns two b', 'dns two b.two'] },
  { says: 'dual-stack networks first', given: { networks: { two: { ipv6: true } }, containers: { a: 'one two', b: 'one two' } }, names: ['dns one b.one', 'dns two b', 'dns two b.two'] },
  { says: 'not a plain name that another has on an earlier network', given: { containers: { a: 'one two', b: one('two', ['x']), c: one('one', ['X']) } }, names: ['dns two b', 'dns two b.two', 'dns two x.two'] },
  { says: 'names that others have too as shared', given: { containers: { a: 'front', b: one('front', ['x']), c: one('front', ['b']) } }, names: ['dns front b shared', 'dns front b.front shared', 'dns front x', 'dns front x.front'] },
  { says: 'a private alias', given: { containers: { a: one('front', [], { links: ['b:x@front'] }), b: 'front' } }, names: ['dns front b', 'dns front b.front', 'dns front x', 'dns front x.front'] },
  { says: 'not a name that a private alias hides', given: { containers: { a: one('front', [], { links: ['c:b@front'] }), b: 'front', c: 'front' } }, names: [] },
  { says: 'no private alias for who is not there', given: { containers: { a: one('front', [], { links: ['b:x@front'] }), b: 'back' } }, names: [] },
  { says: 'a legacy link means nothing on another network', given: { containers: { a: one('front', [], { links: ['b:x'] }), b: 'front' } }, names: ['dns front b', 'dns front b.front'] },
  { says: 'a legacy link gives hosts entries and variables', given: { containers: { a: one('bridge', [], { links: ['b:x'] }), b: one('bridge', [], { hostname: 'bh' }) } }, names: ['hosts x x', 'hosts x bh', 'hosts x b', 'env x X_NAME'] },
  { says: 'no variables from 29 on', given: { engine: { version: '29.0.1' }, containers: { a: one('bridge', [], { links: ['b:x'] }), b: 'bridge' } }, names: ['hosts x x', 'hosts x b'] },
  { says: 'the long form is not known on Podman', given: { engine: { kind: 'podman' }, containers: { a: 'front', b: 'front' } }, names: ['dns front b'] },
  { says: 'what an earlier network knows without IPv6, on an old engine', given: { engine: { version: '26.1.5' }, networks: { quiet: { internal: true, ipv6: true } }, containers: { a: one('quiet two', ['x']), b: one('quiet', ['x']) } }, names: ['dns quiet b', 'dns quiet b.quiet', 'dns quiet x shared IPv6', 'dns quiet x.quiet shared'] },
  { says: 'but not on a newer one', given: { engine: { version: '28.5.2' }, networks: { quiet: { internal: true, ipv6: true } }, containers: { a: one('quiet two', ['x']), b: one('quiet', ['x']) } }, names: ['dns quiet b', 'dns quiet b.quiet', 'dns quiet x.quiet shared'] },
  { says: 'a hosts entry', given: { containers: { a: one('front', [], { hosts: { x: '10.0.2.2' } }), b: 'back' } }, names: ['hosts - x'] },
];

describe('a knows b by', () => {
  it.each(CASES)('$says', ({ given, names }) => {
    expect(told(given, 'a', 'b').sort()).toEqual([...names].sort());
  });
});

it('knows neither itself nor who is not there', () => {
  const topology = sketch({ containers: { a: 'front' } });
  for (const to of ['a', 'ghost', 'host', 'internet']) expect(namesFor(topology, 'a', to)).toEqual([]);
  expect(namesFor(topology, 'ghost', 'a')).toEqual([]);
});

describe('the variables of a link', () => {
  const port = (text: string): { readonly protocol: 'tcp' | 'udp'; readonly port: number } => {
    const [number, protocol] = text.split('/');
    return { port: Number(number), protocol: protocol === 'udp' ? 'udp' : 'tcp' };
  };
  const names = (...ports: string[]): readonly string[] =>
    linkVariables('my-db', {
      exposedPorts: ports.map(port),
      environment: { names: ['HOME', 'PATH', 'A'], values: {} },
    });

  it('name it and its environment, whatever it exposes', () => {
    expect(names()).toEqual(['MY_DB_NAME', 'MY_DB_ENV_A']);
  });

  it.each([
    [['80/tcp', '81/tcp'], []],
    [['80/tcp', '81/tcp', '82/tcp'], ['80_TCP']],
    [['80/tcp', '82/tcp', '83/tcp', '84/tcp'], ['82_TCP']],
    [['53/udp', '53/tcp', '55/tcp', '56/tcp'], ['53_TCP']],
  ])('of %j, ranges begin at %j', (ports, starts) => {
    const found = names(...ports).flatMap((name) => /^MY_DB_PORT_(.+)_PORT_START$/.exec(name)?.[1] ?? []);
    expect(found).toEqual(starts);
  });
});
