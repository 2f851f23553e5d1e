/** What is no channel beside the network; what is one, is in `rules.test.ts`. */
import { describe, expect, it } from 'vitest';
import { deny, sketch, type TopologySketch } from './fixtures.ts';
import { evaluate, explain } from './index.ts';

function rules(given: TopologySketch, from: string, to: string, denied = false): string[] {
  const cell = explain(sketch(given), denied ? [deny(from, to)] : [], from, to);
  return [...new Set(cell.reasons.map(({ rule }) => rule))].filter((rule) => /^R6[1-3]/.test(rule));
}

// One line per case, so that it reads as a table.
// prettier-ignore
describe('no channel', () => {
  it.each([
    { says: 'from who may only read', containers: { a: { mounts: ['data:/d:ro'] }, b: { mounts: ['data:/d'] } } },
    { says: 'between tmpfs mounts and folders of the same path', containers: { a: { mounts: [':/tmp'] }, b: { mounts: [':/tmp'] } } },
    { says: 'between names that only begin alike', containers: { a: { mounts: ['/srv:/d'] }, b: { mounts: ['/srvx:/d'] } } },
    { says: 'between two folders of one volume', containers: { a: { mounts: ['data/one:/d'] }, b: { mounts: ['data/onetwo:/d'] } } },
    { says: 'between a volume that mounts something and its empty folder’s neighbour', volumes: { data: { type: 'nfs', o: 'addr=192.0.2.1', device: ':/export' } }, containers: { a: { mounts: ['data:/d'] }, b: { mounts: ['/var/lib/docker/volumes/other:/d'] } } },
    { says: 'through a socket that both mount, of data', containers: { a: { mounts: ['/srv/docker.sock:/s'], state: 'exited' }, b: { mounts: ['/srv/docker.sock:/s'], state: 'exited' } } },
    { says: 'from who is privileged but stopped', containers: { a: { privileged: true, state: 'exited' }, b: {} } },
    { says: 'by a right that was added and is dropped from all', containers: { a: { capAdd: ['ALL'], capDrop: ['SYS_ADMIN', 'SYS_MODULE', 'DAC_READ_SEARCH', 'NET_ADMIN'] }, b: {} } },
    { says: 'by a right over users of its own', engine: { userNamespaces: true }, containers: { a: { capAdd: ['SYS_ADMIN', 'SYS_MODULE'] }, b: {} } },
    { says: 'by NET_ADMIN towards another network', containers: { a: { on: 'front', capAdd: ['NET_ADMIN'] }, b: 'back' } },
    { says: 'by SYS_PTRACE alone', containers: { a: { capAdd: ['SYS_PTRACE'] }, b: {} } },
    { says: 'by an engine elsewhere', containers: { a: { environment: { DOCKER_HOST: 'tcp://203.0.113.9:2375' } }, b: {} } },
    { says: 'by a container that holds no socket', containers: { a: { on: 'front', environment: { DOCKER_HOST: 'tcp://b:2375' } }, b: 'front' } },
    { says: 'by memory of a start that is over', containers: { a: { ipcMode: 'container:b', startedAt: 1 }, b: { startedAt: 2 } } },
  ] as const)('$says', (given) => {
    expect(rules(given, 'a', 'b')).toEqual([]);
  });

  it('by forged packets where no rule stands, or the right is dropped', () => {
    const drawn = (capDrop: string[]): TopologySketch => ({ containers: { a: { on: 'front', capDrop }, b: 'front' } });
    expect(rules(drawn([]), 'a', 'b')).toEqual([]);
    expect(rules(drawn([]), 'a', 'b', true)).toEqual(['R634']);
    expect(rules(drawn(['NET_RAW']), 'a', 'b', true)).toEqual([]);
  });
});

it('a load balancer that a rule keeps apart forwards nothing', () => {
  const topology = sketch({
    containers: {
      a: 'front',
      lb: { on: 'front back', image: 'traefik' },
      b: { on: 'back', labels: { 'traefik.http.routers.b.rule': 'Host(`b.example`)' } },
    },
  });
  const forwards = (...denials: Parameters<typeof deny>[]): boolean =>
    explain(
      topology,
      denials.map((pair) => deny(...pair)),
      'a',
      'b',
    ).channels.some(({ kind }) => kind === 'proxy');
  expect(forwards()).toBe(true);
  expect(forwards(['a', 'b'])).toBe(true);
  expect(forwards(['a', 'lb'])).toBe(false);
  expect(forwards(['lb', 'b'])).toBe(false);
});

it('takes no more than a moment for a thousand containers that share everything', () => {
  const containers = Object.fromEntries(
    Array.from({ length: 1000 }, (_, at) => [
      `c${String(at)}`,
      {
        on: `n${String(at % 100)}`,
        mounts: ['data:/d', `/srv/${String(at % 50)}/deep/er:/s`, '/srv:/all:ro'],
        capAdd: at % 10 ? [] : ['NET_ADMIN'],
      },
    ]),
  );
  const topology = sketch({ volumes: { data: {} }, containers });
  const start = performance.now();
  evaluate(topology, []);
  // A hundred times what it takes here: this is about the order of growth.
  expect(performance.now() - start).toBeLessThan(5000);
});
