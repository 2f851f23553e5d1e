/**
 * The override for Compose on the wire: what the firewall makes of a policy, and what networks alone make of it, are measured
 * as complete tables, and differ only where the file's comments say so.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Change } from '../../shared/contract/schemas.ts';
import { exportCompose } from '../../shared/exports/compose.ts';
import { separateProject } from '../../shared/exports/separated.ts';
import type { Shortfall } from '../../shared/exports/separation.ts';
import { hasPort } from '../../shared/ports.ts';
import { ensureCompose } from '../engines/compose.ts';
import { run } from '../engines/run.ts';
import { TEST_IMAGE } from '../fixture/image.ts';
import { openLab, type Lab } from '../truth/lab.ts';
import { isZone } from '../truth/rows.ts';
import { measureTable, type Table } from '../truth/table.ts';
import { VERSIONS } from './world.ts';

const PROJECT = 'shop';
/** Ports of the machine to the container's own. */
const PUBLISHED: Readonly<Record<number, number>> = { 18_080: 80, 15_432: 5432 };

const service = (networks: readonly string[], more: object = {}): object => ({
  image: TEST_IMAGE,
  command: ['sleep', 'infinity'],
  stop_grace_period: '0s',
  networks: Object.fromEntries(networks.map((name) => [name, null])),
  ...more,
});

const FILE = {
  name: PROJECT,
  services: {
    web: service(['front'], { container_name: 'web', ports: ['18080:80'] }),
    api: service(['front', 'back'], { container_name: 'api', expose: ['9000'] }),
    db: service(['back'], { container_name: 'db', ports: ['15432:5432'] }),
    cache: service(['back', 'front'], { container_name: 'cache', expose: ['6379'] }),
    job: service(['lonely'], { container_name: 'job' }),
  },
  networks: { front: null, back: null, lonely: null },
};

interface Case {
  readonly says: string;
  readonly changes: readonly Change[];
  /** How many networks it takes. */
  readonly networks: number;
  /** Pairs of services that are apart afterwards, and were not. */
  readonly apart: readonly (readonly [string, string])[];
}

const apart = (a: string, b: string): readonly Change[] => [
  { action: 'block', from: `shop/${a}`, to: `shop/${b}` },
  { action: 'block', from: `shop/${b}`, to: `shop/${a}` },
];

const CASES: readonly Case[] = [
  { says: 'nothing is denied', changes: [], networks: 3, apart: [] },
  {
    says: 'two pairs are denied both ways',
    changes: [...apart('web', 'api'), ...apart('cache', 'db')],
    networks: 4,
    apart: [['web', 'api']],
  },
  {
    says: 'a direction, a port and ways out are denied',
    changes: [
      { action: 'block', from: 'shop/web', to: 'shop/cache' },
      { action: 'block', from: 'shop/api', to: 'shop/db', ports: ['tcp/5432'] },
      ...(['lan', 'internet'] as const).flatMap((zone): Change[] => [
        { action: 'block', from: 'shop/cache', to: zone },
        { action: 'block', from: zone, to: 'shop/cache' },
      ]),
    ],
    networks: 5,
    apart: [],
  },
  {
    says: 'the project is guarded but for two ports',
    changes: [
      { action: 'guard', name: 'project:shop' },
      { action: 'allow', from: 'shop/web', to: 'shop/api', ports: ['tcp/9000'] },
      { action: 'allow', from: 'shop/api', to: 'shop/cache', ports: ['tcp/6379'] },
    ],
    networks: 3,
    apart: [
      ['web', 'cache'],
      ['api', 'db'],
    ],
  },
];

/** `web → api tcp/9000`: by whatever address, published ones under the container's own port; `any` is one that nobody declared. */
type Pairs = ReadonlyMap<
  string,
  { readonly open: boolean; readonly from: string; readonly to: string; readonly port: string }
>;

function pairsOf(table: Table): Pairs {
  const found = new Map<string, { open: boolean; from: string; to: string; port: string }>();
  for (const { row, answer } of table.values()) {
    const { from, to, protocol, address, port } = row;
    // Where the addresses are, nobody answers for sure in both families.
    if (address.includes(':')) continue;
    const isOwn = to.stack.addresses.includes(address) || isZone(to) || to.kind === 'host';
    const own = isOwn ? port : (PUBLISHED[port] ?? port);
    const text = protocol === 'icmp' ? 'icmp' : `${protocol}/${own >= 19_000 ? 'any' : String(own)}`;
    const key = `${from.name} → ${to.name} ${text}`;
    const before = found.get(key);
    found.set(key, { open: (before?.open ?? false) || answer === 'open', from: from.name, to: to.name, port: text });
  }
  return found;
}

function isAbout({ from, to, ports }: Shortfall, pair: { from: string; to: string; port: string }): boolean {
  const [protocol = '', number] = pair.port.split('/');
  return from === pair.from && to === pair.to && hasPort(ports, protocol, number === 'any' ? 25_000 : Number(number));
}

describe.each(VERSIONS)('an override for Compose on engine %s', (version) => {
  let lab: Lab;
  let compose: string;
  let folder: string;
  const file = (name: string): string => join(folder, name);

  const call = async (files: readonly string[], ...words: string[]): Promise<string> => {
    const env = { ...process.env, DOCKER_HOST: lab.engine.url, DOCKER_CONFIG: file('docker') };
    const given = files.flatMap((name) => ['--file', file(name)]);
    const { code, stdout, stderr } = await run([compose, ...given, '--progress', 'quiet', ...words], {
      env,
      timeout: 120_000,
    });
    if (code !== 0) throw new Error(stderr);
    return stdout;
  };
  const up = async (...files: string[]): Promise<void> => {
    await call(files, 'up', '--detach', '--pull', 'never', '--remove-orphans', '--timeout', '0');
    await lab.session.driver.refresh();
  };
  const measure = async (mayBeOpen: (text: string) => boolean = () => false): Promise<Pairs> =>
    pairsOf(await measureTable(lab.engine, lab.docker, mayBeOpen));

  beforeAll(async () => {
    compose = await ensureCompose();
    lab = await openLab({ version, name: `compose-export-${version}-${String(process.pid)}` });
    folder = await mkdtemp(join(tmpdir(), 'bulkhead-override-'));
    await mkdir(file('docker'));
    await writeFile(file('base.json'), JSON.stringify(FILE));
  });
  afterAll(async () => {
    await call(['base.json'], 'down', '--timeout', '0');
    await lab.close();
    await rm(folder, { recursive: true, force: true });
  });
  beforeEach(() => up('base.json'));

  it.each(CASES)('means the same where $says', async ({ changes, networks, apart: parted }) => {
    const plain = await measure();
    for (const change of changes) await lab.session.apply(change, {});
    const topology = lab.session.topology();
    const policy = lab.session.policy();
    const byFirewall = await measure();
    const separated = separateProject(topology, policy, PROJECT);
    await writeFile(file('override.yaml'), exportCompose(topology, policy, PROJECT));
    await lab.session.clear();
    await up('base.json', 'override.yaml');
    const expected = await measure(() => true);

    expect(separated.networks).toHaveLength(networks);
    expect(separated.fewest).toBe(true);
    for (const [a, b] of parted) {
      expect(plain.get(`${a} → ${b} tcp/any`)?.open, `the positive control: ${a} reached ${b}`).toBe(true);
      expect(expected.get(`${a} → ${b} tcp/any`)?.open, `${a} reaches ${b} no more`).toBe(false);
    }
    const odd: string[] = [];
    for (const [text, pair] of byFirewall) {
      const is = expected.get(text)?.open ?? false;
      const told = separated.shortfalls.filter((one) => isAbout(one, pair)).map(({ kind }) => kind);
      const differs = is === pair.open ? null : is ? 'open' : 'shut';
      if (differs === null ? told.length > 0 : !told.includes(differs)) {
        odd.push(
          `${text}: firewall ${pair.open ? 'open' : 'shut'}, networks ${is ? 'open' : 'shut'}, told ${told.join() || 'nothing'}`,
        );
      }
    }
    expect(odd).toEqual([]);
  });
});
