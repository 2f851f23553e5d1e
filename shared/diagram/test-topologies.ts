/** A dozen engines in small, for golden files and for tests that read pictures back. */
import { deny, sketch } from '../reachability/fixtures.ts';
import { evaluate, explain } from '../reachability/index.ts';
import type { Denial } from '../reachability/model.ts';
import type { Topology } from '../topology/model.ts';
import { buildDiagram } from './build.ts';
import type { Diagram, DiagramScope } from './model.ts';

export interface TestCase {
  readonly topology: Topology;
  readonly denials: readonly Denial[];
  readonly scope?: DiagramScope;
}

/** Everything that a format could trip over. */
export const HOSTILE = [
  'a"b\'c`d',
  'line\nbreak\r\n\tand tab',
  '--> arrow --- <!-- comment -->',
  ']]> cdata <![CDATA[',
  '<script>alert(1)</script>&amp;&lt;',
  'שלום \u202Eright to left',
  '🐳 whale 中文网络',
  '"]; subgraph x; end %% {{}} ()[]{}|#;',
  '\\N \\l {a|b} \\',
  '=HYPERLINK("x")',
  '\u0000\u0007\ud800 control',
];

export const CASES: Readonly<Record<string, TestCase>> = {
  empty: { topology: sketch({}), denials: [] },
  one: {
    topology: sketch({ containers: { web: { on: 'front', publish: ['8080:80'], image: 'nginx:1.29' } } }),
    denials: [],
  },
  'three-tiers': {
    topology: sketch({
      networks: { front: {}, back: { internal: true } },
      containers: {
        proxy: { on: 'front', publish: ['80:80', '443:443'], image: 'nginx:1.29' },
        api: { on: 'front back', image: 'shop/api:2.4' },
        worker: { on: 'back', image: 'shop/worker:2.4' },
        db: { on: 'back', image: 'postgres:18', mounts: ['pgdata:/var/lib'] },
      },
    }),
    denials: [deny('worker', 'db'), deny('db', 'worker'), deny('api', 'worker', 'failed'), deny('proxy', 'internet')],
  },
  'shared-files': {
    topology: sketch({
      containers: {
        a: { on: 'one', mounts: ['data:/data'] },
        b: { on: 'two', mounts: ['data:/data:ro'] },
        c: { on: 'three', mounts: ['many:/m'] },
        d: { on: 'three', mounts: ['many:/m'] },
        e: { on: 'one', mounts: ['many:/m:ro'] },
      },
      volumes: { data: {}, many: {} },
    }),
    denials: [],
  },
  control: {
    topology: sketch({
      containers: {
        agent: { on: 'host', mounts: ['/var/run/docker.sock:/var/run/docker.sock'] },
        shell: { on: 'ops', privileged: true },
        web: { on: 'ops', publish: ['127.0.0.1:8080:80'] },
        sidecar: { joins: 'web' },
        alone: { on: 'none' },
        peek: { on: 'ops', pidMode: 'container:web' },
      },
    }),
    denials: [],
  },
  links: {
    topology: sketch({
      containers: {
        app: { on: 'bridge', links: ['db:database'] },
        db: { on: 'bridge', expose: [3306] },
        old: { on: 'bridge', state: 'exited' },
      },
    }),
    denials: [deny('app', 'db', 'held', ['tcp/22'])],
  },
  guarded: {
    topology: sketch({
      networks: { pay: {} },
      containers: { gate: { on: 'pay', publish: ['443:443'] }, core: 'pay', ledger: 'pay', vault: 'pay' },
    }),
    denials: ['gate', 'core', 'ledger', 'vault'].flatMap((from) =>
      ['gate', 'core', 'ledger', 'vault']
        .filter((to) => to !== from && `${from}>${to}` !== 'gate>core' && `${from}>${to}` !== 'core>ledger')
        .map((to) => deny(from, to)),
    ),
  },
  isolated: {
    topology: sketch({ containers: { sick: 'lab', a: 'lab', b: 'lab', c: 'lab' } }),
    denials: ['a', 'b', 'c', 'host', 'lan', 'internet'].flatMap((other) => [deny('sick', other), deny(other, 'sick')]),
  },
  drivers: {
    topology: sketch({
      networks: {
        lanlike: { driver: 'macvlan' },
        quiet: { options: { enable_icc: 'false' } },
        wide: { driver: 'overlay' },
      },
      containers: {
        printer: 'lanlike',
        tv: 'lanlike',
        x: 'quiet',
        y: 'quiet',
        z: 'quiet',
        'svc.1.a': { on: 'wide', task: 'svc' },
      },
      services: { svc: { on: 'wide', publish: ['9000:80'], elsewhere: 2 } },
      engine: { swarm: true },
    }),
    denials: [],
  },
  'many-networks': {
    topology: sketch({
      containers: {
        proxy: { on: 'n1 n2 n3 n4 n5 n6', publish: ['80:80'] },
        ...Object.fromEntries([1, 2, 3, 4, 5, 6].map((n) => [`app${String(n)}`, `n${String(n)}`])),
      },
    }),
    denials: [],
  },
  'many-projects': {
    topology: sketch({
      containers: Object.fromEntries(
        [1, 2, 3, 4, 5, 6, 7].flatMap((n) => [
          [
            `p${String(n)}-web-1`,
            {
              on: `p${String(n)}_default`,
              project: `p${String(n)}`,
              service: 'web',
              publish: [`${String(8000 + n)}:80`],
            },
          ],
          [`p${String(n)}-db-1`, { on: `p${String(n)}_default`, project: `p${String(n)}`, service: 'db' }],
        ]),
      ),
    }),
    denials: [],
  },
  hostile: {
    topology: hostileTopology(),
    denials: HOSTILE.slice(1).map((name) => deny(`c ${HOSTILE[0] ?? ''}`, `c ${name}`)),
  },
  project: {
    topology: sketch({
      containers: {
        'shop-web-1': { on: 'shop', project: 'shop', service: 'web', publish: ['80:80'] },
        'shop-db-1': { on: 'shop', project: 'shop', service: 'db' },
        other: 'else',
      },
    }),
    denials: [],
    scope: { project: 'shop' },
  },
};

/** Two moments of one engine, between which something of every kind came, went and changed. */
export const MOMENTS: { readonly before: TestCase; readonly after: TestCase } = {
  before: {
    topology: sketch({
      networks: { front: {}, back: {}, old: {} },
      containers: {
        proxy: { on: 'front', publish: ['80:80'], image: 'nginx:1.28' },
        api: { on: 'front', image: 'shop/api:2.4' },
        worker: { on: 'back', image: 'shop/worker:2.4' },
        db: { on: 'back', image: 'postgres:18' },
        cache: { on: 'back', image: 'valkey:9' },
        legacy: { on: 'old', image: 'legacy:1', publish: ['9000:9000'] },
        agent: { on: 'old', image: 'agent:1', mounts: ['notes:/n'] },
        writer: { on: 'front', mounts: ['notes:/n'] },
      },
      volumes: { notes: {} },
    }),
    denials: [deny('worker', 'db', 'held', ['tcp/22']), deny('cache', 'db')],
  },
  after: {
    topology: sketch({
      networks: { front: {}, back: { internal: true }, fresh: {} },
      containers: {
        proxy: { on: 'front', publish: ['80:80', '443:443'], image: 'nginx:1.29' },
        api: { on: 'front back', image: 'shop/api:2.4' },
        worker: { on: 'back', image: 'shop/worker:2.4' },
        db: { on: 'back', image: 'postgres:18' },
        cache: { on: 'back', image: 'valkey:9', state: 'exited' },
        'met-→ "rics"': { on: 'fresh', image: 'prom:3', mounts: ['/var/run/docker.sock:/var/run/docker.sock'] },
        writer: { on: 'front', mounts: ['notes:/n'] },
      },
      volumes: { notes: {} },
    }),
    denials: [deny('worker', 'db'), deny('writer', 'proxy')],
  },
};

function hostileTopology(): Topology {
  const topology = sketch({
    containers: Object.fromEntries(
      HOSTILE.map((name, index) => [
        `c ${name}`,
        { on: `net${String(index)} all`, image: name, mounts: [`v${String(index % 4)}:/x`] },
      ]),
    ),
  });
  return {
    ...topology,
    engine: { ...topology.engine, name: HOSTILE[4] ?? '' },
    networks: topology.networks.map((network) => {
      const index = /^net(\d+)$/.exec(network.name)?.[1];
      return index === undefined ? network : { ...network, name: `n ${HOSTILE[Number(index)] ?? ''}` };
    }),
  };
}

/** `count` containers on `networks` networks, as a large machine has them: projects of several tiers behind one proxy. */
export function largeCase(count: number, networks: number): TestCase {
  const containers: Record<string, object> = {
    'edge-proxy-1': {
      on: 'edge',
      project: 'edge',
      service: 'proxy',
      publish: ['80:80', '443:443'],
      image: 'traefik:3',
    },
  };
  const projects = Math.max(1, Math.floor((networks - 1) / 2));
  const tiers = ['web', 'api', 'worker', 'db', 'cache', 'queue', 'mailer', 'cron'];
  for (let index = 0; Object.keys(containers).length < count; index += 1) {
    const project = `team${String(index % projects).padStart(2, '0')}`;
    const round = Math.floor(index / projects);
    const tier = tiers[round % tiers.length] ?? 'x';
    const name = `${project}-${tier}-${String(Math.floor(round / tiers.length) + 1)}`;
    const on =
      { web: `edge ${project}_app`, api: `${project}_app ${project}_data` }[tier] ??
      (round % 2 === 0 ? `${project}_app` : `${project}_data`);
    containers[name] = {
      on,
      project,
      service: tier,
      image: `${project}/${tier}:1.${String(round)}`,
      ...(tier === 'db' ? { mounts: [`${project}_pg:/var/lib`] } : {}),
      ...(tier === 'cron' ? { mounts: [`${project}_pg:/backup:ro`] } : {}),
    };
  }
  const topology = sketch({
    networks: Object.fromEntries(
      Array.from({ length: projects }, (_, index) => [
        `team${String(index).padStart(2, '0')}_data`,
        { internal: true },
      ]),
    ),
    containers,
  });
  const names = new Set(topology.endpoints.map(({ name }) => name));
  const denials = Array.from({ length: projects }, (_, index) => `team${String(index).padStart(2, '0')}`)
    .flatMap((team) => [
      deny(`${team}-worker-1`, `${team}-mailer-1`),
      ...(team < 'team02' ? [deny(`${team}-web-1`, 'edge-proxy-1')] : []),
    ])
    .filter(({ from, to }) => names.has(from) && names.has(to));
  return { topology, denials };
}

export function diagramOf({ topology, denials, scope }: TestCase): Diagram {
  return buildDiagram({
    topology,
    denials,
    matrix: evaluate(topology, denials),
    explain: (from, to) => explain(topology, denials, from, to),
    ...(scope ? { scope } : {}),
  });
}
