/** The diagram of a large engine: laid out by one that runs already, and exported by a process that is started for it. */
import { spawn } from 'node:child_process';
import { toSvg } from '../../shared/diagram/svg.ts';
import { sheetOf } from '../../shared/diagram/sheet.ts';
import { geometryOf } from '../../electron/app/export/picture.ts';
import { diagramOf, largeCase } from '../../shared/diagram/test-topologies.ts';
import { diagramInPageRows } from './diagram-in-page.ts';
import { rowOf, timed, type Row } from './row.ts';

const SIZE = { endpoints: 300, networks: 40 };
const WARM_UPS = 3;
const ROUNDS = 9;
const STARTS = 5;

export async function diagramRows(): Promise<Row[]> {
  const diagram = diagramOf(largeCase(SIZE.endpoints, SIZE.networks));
  const laid: number[] = [];
  for (let round = 0; round < WARM_UPS + ROUNDS; round += 1) {
    const ms = await timed(() => geometryOf(diagram));
    if (round >= WARM_UPS) laid.push(ms);
  }
  const started: number[] = [];
  for (let round = 0; round < STARTS; round += 1) started.push(await timed(exportInNewProcess));
  const scale = `${SIZE.endpoints} endpoints, ${SIZE.networks} networks`;
  return [
    rowOf({ name: `diagram laid out: ${scale}`, measured: laid, limits: { median: { atMost: 1000 } } }),
    rowOf({
      name: `the same judged, laid out and written as SVG by a new process, with its start`,
      measured: started,
      limits: { median: { atMost: 2000 } },
    }),
    ...(await diagramInPageRows()),
  ];
}

/** What a process of its own does: everything of an export but listing the engine. */
export async function exportOnce(): Promise<void> {
  const diagram = diagramOf(largeCase(SIZE.endpoints, SIZE.networks));
  const svg = toSvg(sheetOf(diagram, await geometryOf(diagram)), 'auto');
  if (!svg.endsWith('</svg>\n')) throw new Error('The picture has no end.');
}

async function exportInNewProcess(): Promise<void> {
  const child = spawn(process.execPath, [process.argv[1] ?? '', '--export'], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  await new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => (code === 0 ? resolve() : reject(new Error(`the export ended with ${code}`))));
  });
}
