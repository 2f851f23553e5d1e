/** Registries and load balancers on a real engine: recognised, asked, and their names told for the right pairs. */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { namesView } from '../../electron/app/name-rows.ts';
import { openDriver } from '../../electron/app/open-driver.ts';
import type { Discovery, EngineDriver } from '../../electron/engine/driver.ts';
import { explain } from '../../shared/reachability/index.ts';
import type { Catalogue, Topology } from '../../shared/topology/model.ts';
import { startEngine, type RunningEngine } from '../engines/engine.ts';
import { Docker } from '../fixture/docker.ts';
import { dockerRequest } from '../fixture/docker-http.ts';
import { importTestImage, TEST_IMAGE } from '../fixture/image.ts';
import { VERSIONS } from './world.ts';

interface Answer {
  readonly before: readonly Catalogue[];
  readonly discovery: Discovery;
  readonly catalogues: readonly Catalogue[];
}

const TSX = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
const INSIDE = join(import.meta.dirname, 'discover-inside.ts');

describe.each(VERSIONS)('on engine %s', (version) => {
  let engine: RunningEngine;
  let driver: EngineDriver;
  let docker: Docker;
  let shop = '';

  beforeAll(async () => {
    engine = await startEngine({ version, name: `discovery-${version}` });
    await importTestImage(engine);
    docker = new Docker(engine.socket);
    for (const repo of ['hashicorp/consul', 'coreos/etcd', 'traefik', 'example/silent/consul']) {
      await dockerRequest(engine.socket, {
        method: 'POST',
        path: `/images/${TEST_IMAGE}/tag`,
        query: { repo, tag: '1' },
      });
    }
    await docker.createNetwork('net');
    await docker.createNetwork('back');
    await run('shop', TEST_IMAGE, 'sleep 100000', 'back', { 'traefik.http.routers.s.rule': 'Host(`label.example`)' });
    await run('web', TEST_IMAGE, 'sleep 100000', 'net');
    shop = (await docker.inspectContainer('shop')).NetworkSettings.Networks['back']?.IPAddress ?? '';
    const files: Readonly<Record<string, unknown>> = {
      'v1/catalog/services': { orders: [] },
      'v1/catalog/service/orders': [{ ServiceAddress: shop, ServicePort: 80 }],
    };
    await run('registry', 'hashicorp/consul:1', served(8500, files), 'net');
    const key = Buffer.from('/services/stock/box:shop:80').toString('base64');
    const value = Buffer.from(`${shop}:80`).toString('base64');
    await run('keys', 'coreos/etcd:1', posted(2379, { kvs: [{ key, value }] }), 'net');
    const routes: Readonly<Record<string, unknown>> = {
      'api/http/routers': [{ rule: 'Host(`read.example`)', service: 's', provider: 'docker' }],
      'api/http/services': [{ name: 's@docker', loadBalancer: { servers: [{ url: `http://${shop}:80` }] } }],
    };
    await run('balancer', 'traefik:1', served(8080, routes), 'net');
    await docker.connect('back', 'balancer');
    await run('silent', 'example/silent/consul:1', 'sleep 100000', 'net');
    driver = await openDriver(engine.url);
  });
  afterAll(async () => {
    await driver?.close();
    await engine?.stop();
  });

  const run = (name: string, Image: string, script: string, NetworkMode: string, Labels = {}): Promise<string> =>
    docker.runContainer(name, { Image, Labels, Cmd: ['sh', '-c', script], HostConfig: { NetworkMode } });

  const told = (topology: Topology): string[] => {
    const idOf = (name: string): string => topology.endpoints.find((one) => one.name === name)?.id ?? 'none';
    return explain(topology, [], idOf('web'), idOf('shop'))
      .channels.filter(({ layer }) => layer === 'name')
      .map(({ kind, via, names = [] }) => `${kind} ${via}: ${names.join(' ')}`)
      .sort();
  };

  /** What the view of names shows, by container. */
  const registries = (topology: Topology) =>
    Object.fromEntries(
      namesView(topology)
        .registries.map(({ name, tool, readable, entries }) => [name, { tool, readable, entries }] as const)
        .sort(([a], [b]) => a.localeCompare(b, 'en')),
    );

  it('tells what labels say without asking anybody', () => {
    expect(told(driver.topology())).toEqual(['proxy balancer: label.example']);
    const asked = Object.values(registries(driver.topology())).filter(({ entries }) => entries !== null);
    expect(asked, 'nobody was asked').toEqual([]);
  });

  it('reads every catalogue from the machine, and says which would not answer', async () => {
    const { code, stdout, stderr } = await engine.exec(['node', '--import', TSX, INSIDE, engine.url]);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    const { before, discovery, catalogues } = JSON.parse(stdout) as Answer;
    expect(before).toEqual([]);
    expect(discovery.read).toBe(3);
    expect(discovery.unread.map(({ containerId }) => containerId)).toEqual([
      driver.topology().endpoints.find(({ name }) => name === 'silent')?.id,
    ]);
    expect(told({ ...driver.topology(), catalogues })).toEqual([
      'catalogue keys: stock',
      'catalogue registry: orders',
      'proxy balancer: label.example read.example',
    ]);

    const registriesNow = registries({ ...driver.topology(), catalogues });
    const held = { address: shop, port: 80, container: 'shop' };
    expect(registriesNow).toEqual({
      balancer: { tool: 'traefik', readable: true, entries: [{ ...held, name: 'read.example' }] },
      keys: { tool: 'etcd', readable: true, entries: [{ ...held, name: 'stock' }] },
      registry: { tool: 'consul', readable: true, entries: [{ ...held, name: 'orders' }] },
      silent: { tool: 'consul', readable: true, entries: null },
    });
  });
});

/** A shell command that serves JSON files. */
function served(port: number, files: Readonly<Record<string, unknown>>): string {
  const writes = Object.entries(files).map(([path, content]) => {
    const folder = path.slice(0, path.lastIndexOf('/'));
    return `mkdir -p /www/${folder} && echo '${JSON.stringify(content)}' > /www/${path}`;
  });
  return [...writes, `exec httpd -f -p ${String(port)} -h /www`].join('\n');
}

/** A shell command that answers every POST with the same. */
function posted(port: number, content: unknown): string {
  const body = JSON.stringify(content);
  const script = `n=0
while read -r line; do
  line=$(echo "$line" | tr -d '\\r')
  case "$line" in [Cc]ontent-[Ll]ength:*) n=\${line#*: } ;; '') break ;; esac
done
head -c "$n" > /dev/null
printf 'HTTP/1.0 200 OK\\r\\nContent-Type: application/json\\r\\n\\r\\n%s' '${body}'`;
  return `cat > /answer.sh <<'END'\n${script}\nEND\nexec nc -ll -p ${String(port)} -e sh /answer.sh`;
}
