/** `bulkhead export` of the build on a real engine, from the start of its process to its end, beside a bare start of Node. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEngine } from '../engines/engine.ts';
import { makeExportWorld } from './export-world.ts';
import { inTurn, rowOf, timed, type Row } from './row.ts';

const CLI = join(process.cwd(), 'out', 'cli.js');
const ROUNDS = 5;
const WARM_UPS = 1;
/** Of the issue.  So large a picture has one pixel to one unless told; at two it is 59 million pixels, told without a limit (ADR 9). */
const AT_MOST = 2000;

const EXPORTS = [
  { what: 'SVG', argv: ['--format', 'svg'], limits: { median: { atMost: AT_MOST } } },
  { what: 'SVG of the matrix', argv: ['--format', 'svg', '--view', 'matrix'], limits: { median: { atMost: AT_MOST } } },
  { what: 'PDF', argv: ['--format', 'pdf'], limits: { median: { atMost: AT_MOST } } },
  { what: 'PNG', argv: ['--format', 'png'], limits: { median: { atMost: AT_MOST } } },
  { what: 'PNG, 2 pixels to one', argv: ['--format', 'png', '--scale', '2'], limits: {} },
] as const;

export async function exportRows(options: {
  readonly version: string;
  readonly size: { readonly endpoints: number; readonly networks: number };
  readonly progress: (text: string) => void;
}): Promise<Row[]> {
  const { version, size, progress } = options;
  const folder = mkdtempSync(join(tmpdir(), 'bulkhead-bench-export-'));
  progress(`Starting engine ${version} …`);
  const engine = await startEngine({ version, name: `bench-export-${process.pid}` });
  try {
    progress(`Making ${size.endpoints} containers …`);
    await makeExportWorld(engine, size);
    const rows: Row[] = [];
    for (const { what, argv, limits } of EXPORTS) {
      progress(`Exporting ${what} …`);
      const cli = [CLI, '--engine', engine.url, 'export', ...argv, '-o', join(folder, 'file')];
      const { measured, baseline } = await inTurn(
        ROUNDS,
        WARM_UPS,
        () => timed(() => node(cli, folder)),
        () => timed(() => node(['-e', '0'], folder)),
      );
      const name = `exported as ${what} by the command, with its start and the listing`;
      rows.push(rowOf({ name, measured, baseline, baselineName: 'node -e 0', limits }));
    }
    return rows;
  } finally {
    await engine.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function node(argv: readonly string[], configDir: string): Promise<void> {
  const child = spawn(process.execPath, argv, {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, BULKHEAD_CONFIG_DIR: configDir },
  });
  await new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => (code === 0 ? resolve() : reject(new Error(`${argv.join(' ')} ended with ${code}`))));
  });
}
