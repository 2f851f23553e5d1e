/** How long the first complete listing takes, beside the bare requests it needs. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createDockerDriver } from '../../electron/engine/docker/index.ts';
import { isContainer } from '../../shared/topology/model.ts';
import { Docker } from '../fixture/docker.ts';
import { inTurn, rowOf, timed, type Row } from './row.ts';

const run = promisify(execFile);
const ROUNDS = 11;
const RATIO = 1.3;

/** From nothing to a complete topology (ms), as an app that starts does it. */
export async function listOnce(address: string): Promise<number> {
  const startedAt = performance.now();
  const driver = await createDockerDriver({ address, openWire: () => Promise.reject(new Error('no wire here')) });
  const ms = performance.now() - startedAt;
  await driver.close();
  return ms;
}

export async function inventoryRows(engine: { readonly socket: string; readonly url: string }): Promise<Row[]> {
  const docker = new Docker(engine.socket);
  const ids = (await docker.listContainers()).map(({ Id }) => Id);
  const { ApiVersion } = await docker.version();
  const folder = mkdtempSync(join(tmpdir(), 'bulkhead-bench-'));
  try {
    const bare = bareRequests(engine.socket, ApiVersion, ids, folder);
    const started = (): Promise<number> => listInNewProcess(engine.url);
    const warm = (): Promise<number> => listOnce(engine.url);
    const cold = await inTurn(ROUNDS, 1, started, bare);
    const again = await inTurn(ROUNDS, 1, warm, bare);
    const baselineName = `curl --parallel, the same ${ids.length + 4} requests`;
    return [
      rowOf({
        name: `first listing of ${ids.length} containers by a new process`,
        ...cold,
        baselineName,
        limits: { ratio: RATIO },
      }),
      rowOf({ name: 'the same by one that runs already', ...again, baselineName, limits: { ratio: RATIO } }),
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The listing's own time; starting Node is left out, as starting the app is. */
async function listInNewProcess(url: string): Promise<number> {
  const { stdout } = await run(process.execPath, [process.argv[1] ?? '', '--list', url]);
  return Number(stdout);
}

/**
 * curl with everything given to it that a listing has to find out: the version, and the ids of all containers.
 * The two phases of a listing become one, so this is less than the least.
 */
function bareRequests(socket: string, version: string, ids: readonly string[], folder: string): () => Promise<number> {
  const paths = [
    '/version',
    `/v${version}/info`,
    `/v${version}/containers/json?all=true`,
    `/v${version}/networks`,
    ...ids.map((id) => `/v${version}/containers/${id}/json`),
  ];
  const config = join(folder, 'requests');
  writeFileSync(config, paths.map((path) => `url = "http://engine${path}"\noutput = "/dev/null"\n`).join(''));
  const args = ['--silent', '--show-error', '--fail', '--parallel', '--unix-socket', socket, '--config', config];
  return () => timed(() => run('curl', args));
}

/** That the product lists what is there; a listing of less would be quick. */
export async function mustList(url: string, count: number): Promise<void> {
  const driver = await createDockerDriver({ address: url, openWire: () => Promise.reject(new Error('no wire here')) });
  const seen = driver.topology().endpoints.filter(isContainer).length;
  await driver.close();
  if (seen !== count) throw new Error(`${count} containers are there, and ${seen} were listed.`);
}
