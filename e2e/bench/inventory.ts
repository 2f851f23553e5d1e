/** How long the first complete listing takes, beside the bare requests it needs. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { mapLimited } from '../../electron/lib/limit.ts';
import { createDockerDriver } from '../../electron/engine/docker/index.ts';
import { isContainer } from '../../shared/topology/model.ts';
import { Docker } from '../fixture/docker.ts';
import { inTurn, rowOf, timed, type Row } from './row.ts';

const run = promisify(execFile);
const ROUNDS = 11;
const RATIO = 1.3;
const ASKED_AT_ONCE = 8;

/** From nothing to a complete topology (ms), as an app that starts does it. */
export async function listOnce(address: string): Promise<number> {
  const startedAt = performance.now();
  const driver = await createDockerDriver({ address, openWire: () => Promise.reject(new Error('no wire here')) });
  const ms = performance.now() - startedAt;
  await driver.close();
  return ms;
}

/**
 * The same requests by Node's own client, few at a time, and nothing done with the answers (ms): what a process that has
 * just started pays for asking alone.
 *
 * @param file holds the socket's path, then a path to ask for in each line.
 */
export async function askOnce(file: string): Promise<number> {
  const [socketPath = '', ...paths] = readFileSync(file, 'utf8').trim().split('\n');
  const startedAt = performance.now();
  const agent = new Agent({ keepAlive: true });
  const ask = (path: string): Promise<void> =>
    new Promise((resolve, reject) => {
      get({ socketPath, path, agent }, (response) => response.once('end', resolve).resume()).once('error', reject);
    });
  await mapLimited(paths, ASKED_AT_ONCE, ask);
  const ms = performance.now() - startedAt;
  agent.destroy();
  return ms;
}

export async function inventoryRows(engine: { readonly socket: string; readonly url: string }): Promise<Row[]> {
  const docker = new Docker(engine.socket);
  const ids = (await docker.listContainers()).map(({ Id }) => Id);
  const { ApiVersion } = await docker.version();
  const folder = mkdtempSync(join(tmpdir(), 'bulkhead-bench-'));
  try {
    const paths = pathsFor(ApiVersion, ids);
    const bare = bareRequests(engine.socket, paths, folder);
    const started = (): Promise<number> => inNewProcess('--list', engine.url);
    const asked = join(folder, 'asked');
    writeFileSync(asked, [engine.socket, ...paths].join('\n'));
    const warm = (): Promise<number> => listOnce(engine.url);
    const cold = await inTurn(ROUNDS, 1, started, bare);
    const plain = await inTurn(ROUNDS, 1, () => inNewProcess('--ask', asked), bare);
    const again = await inTurn(ROUNDS, 1, warm, bare);
    const baselineName = `curl --parallel, the same ${ids.length + 4} requests`;
    return [
      rowOf({
        name: `first listing of ${ids.length} containers by a new process`,
        ...cold,
        baselineName,
        limits: { ratio: { atMost: RATIO } },
      }),
      rowOf({ name: `Node's own client in a new process, the same requests and nothing else`, ...plain, baselineName }),
      rowOf({
        name: 'the same by one that runs already',
        ...again,
        baselineName,
        limits: { ratio: { atMost: RATIO } },
      }),
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The listing's own time; starting Node is left out, as starting the app is. */
async function inNewProcess(option: '--list' | '--ask', value: string): Promise<number> {
  const { stdout } = await run(process.execPath, [process.argv[1] ?? '', option, value]);
  return Number(stdout);
}

function pathsFor(version: string, ids: readonly string[]): readonly string[] {
  return [
    '/version',
    `/v${version}/info`,
    `/v${version}/containers/json?all=true`,
    `/v${version}/networks`,
    ...ids.map((id) => `/v${version}/containers/${id}/json`),
  ];
}

/**
 * curl with everything given to it that a listing has to find out: the version, and the ids of all containers.
 * The two phases of a listing become one, so this is less than the least.
 */
function bareRequests(socket: string, paths: readonly string[], folder: string): () => Promise<number> {
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
