import { startEngine } from './engine.ts';
import { destroyAll, listEngines } from './state.ts';
import { startSwarm } from './swarm.ts';
import { ENGINES } from './versions.ts';

const USAGE = `Private engines for tests and for trying things out. Needs Debian and root.

  npm run -s engines -- up VERSION [--name NAME] [DOCKERD FLAG …]   start one; prints its unix:// URL
  npm run -s engines -- run VERSION [--name NAME] [DOCKERD FLAG …]  the same, until Ctrl-C
  npm run -s engines -- up VERSION --swarm NODES [--name NAME] …    a Swarm of engines NAME-1 (the manager), NAME-2, …; their URLs
  npm run -s engines -- down NAME …                                 end engines, or a Swarm, and remove their data
  npm run -s engines -- ls                                          list them, also what crashed runs left

Versions: ${ENGINES.map(({ version }) => version).join(', ')}
`;

/** Runs one command line; returns the exit code (0 done, 1 failed, 2 usage). */
export async function main(argv: readonly string[]): Promise<number> {
  const [command, ...rest] = argv;
  if (command === 'up') return up(rest, true);
  if (command === 'run') return up(rest, false);
  if (command === 'down' && rest.length > 0) return down(rest);
  if (command === 'ls' && rest.length === 0) return list();
  process.stderr.write(USAGE);
  return 2;
}

async function up(argv: readonly string[], detached: boolean): Promise<number> {
  const [version, ...rest] = argv;
  if (version === undefined) {
    process.stderr.write(USAGE);
    return 2;
  }
  let name = `engine-${version}`;
  let nodes = 0;
  const daemonArgs: string[] = [];
  for (let at = 0; at < rest.length; at += 1) {
    const arg = rest[at] ?? '';
    if (arg === '--name') name = rest[(at += 1)] ?? '';
    else if (arg === '--swarm') nodes = Number(rest[(at += 1)] ?? NaN);
    else daemonArgs.push(arg);
  }
  const engines =
    nodes === 0
      ? [await startEngine({ version, name, daemonArgs, detached })]
      : (await startSwarm({ version, name, nodes, daemonArgs, detached })).nodes;
  for (const { url } of engines) process.stdout.write(`${url}\n`);
  // The engines belong to this process: stay until a signal ends both.
  if (!detached) setInterval(() => undefined, 60_000);
  return 0;
}

function down(names: readonly string[]): number {
  let code = 0;
  for (const name of names) {
    if (destroyAll(name)) continue;
    process.stderr.write(`There is no engine "${name}".\n`);
    code = 1;
  }
  return code;
}

function list(): number {
  for (const { name, version, url, alive } of listEngines()) {
    process.stdout.write(`${[name, version, alive ? 'running' : 'stale', url].join('\t')}\n`);
  }
  return 0;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
