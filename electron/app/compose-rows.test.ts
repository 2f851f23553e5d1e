import { expect, it } from 'vitest';
import type { ContainerEndpoint, Topology } from '../../shared/topology/model.ts';
import { createDemoDriver } from '../engine/demo/index.ts';
import { projectRows, projectView } from './compose-rows.ts';

const LABEL = 'com.docker.compose.project';

async function demoTopology(): Promise<{ readonly topology: Topology; readonly sample: ContainerEndpoint }> {
  const driver = await createDemoDriver();
  const topology = driver.topology();
  const sample = topology.endpoints.find((one) => one.name === 'shop-db-1');
  if (sample?.kind !== 'container') throw new Error('The demo has a database.');
  return { topology, sample };
}

it('finds a project by its labels, with what belongs to it', async () => {
  const driver = await createDemoDriver();
  const [row, ...others] = projectRows(driver.topology());
  expect(others).toEqual([]);
  const view = row && (await projectView(row, driver.manage.compose));
  expect(view).toMatchObject({ name: 'shop', whereabouts: 'here', running: 7, total: 8, remembered: false });
  expect(view?.networks).toEqual(['shop_edge', 'shop_app', 'shop_data']);
});

it('takes the newest container’s word for where the files are, and counts no one-off', async () => {
  const { topology, sample } = await demoTopology();
  const at = (name: string, createdAt: number, labels: Record<string, string>): ContainerEndpoint => ({
    ...sample,
    id: name,
    name,
    labels: { [LABEL]: 'p', ...labels },
    status: { health: null, exitCode: null, createdAt, finishedAt: 0 },
  });
  const folder = (path: string): Record<string, string> => ({ [`${LABEL}.working_dir`]: path });
  const endpoints = [
    at('old', 1, folder('/old')),
    at('new', 3, { ...folder('/new'), [`${LABEL}.config_files`]: '/new/a.yaml, /new/b.yaml,-' }),
    at('once', 2, { ...folder('/old'), 'com.docker.compose.oneoff': 'True' }),
  ];
  const [row] = projectRows({ ...topology, endpoints });
  expect(row?.source).toEqual({ name: 'p', folder: '/new', files: ['/new/a.yaml', '/new/b.yaml'], envFiles: [] });
  expect(row?.services.flatMap(({ containers }) => containers.map(({ name }) => name))).toEqual(['old', 'new']);
});

it('leaves out names that Compose itself would not take, and keeps what is remembered', async () => {
  const { topology, sample } = await demoTopology();
  const endpoints = ['--help', '../x', 'A', ''].map((name, id) => ({
    ...sample,
    id: String(id),
    labels: { [LABEL]: name },
  }));
  const known = { name: 'kept', folder: '/k', files: [], envFiles: [] };
  expect(projectRows({ ...topology, endpoints }, [known]).map(({ source }) => source)).toEqual([known]);
});
