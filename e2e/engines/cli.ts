import { startEngine } from './engine.ts';
import { destroyEngine, listEngines } from './state.ts';
import { ENGINES } from './versions.ts';

const USAGE = `Private engines for tests and for trying things out. Needs Debian and root.

  npm run -s engines -- up VERSION [--name NAME] [DOCKERD FLAG …]   start one; prints its unix:// URL
  npm run -s engines -- run VERSION [--name NAME] [DOCKERD FLAG …]  the same, until Ctrl-C
  npm run -s engines -- down NAME …                                 end engines and remove their data
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
  const daemonArgs: string[] = [];
  for (let at = 0; at < rest.length; at += 1) {
    const arg = rest[at] ?? '';
    if (arg === '--name') name = rest[(at += 1)] ?? '';
    else daemonArgs.push(arg);
  }
  const engine = await startEngine({ version, name, daemonArgs, detached });
  process.stdout.write(`${engine.url}\n`);
  // The engine belongs to this process: stay until a signal ends both.
  if (!detached) setInterval(() => undefined, 60_000);
  return 0;
}

function down(names: readonly string[]): number {
  let code = 0;
  for (const name of names) {
    if (destroyEngine(name)) continue;
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
