/** The diagram of a large engine: laid out by one that runs already, exported by the command, and shown in the page. */
import { geometryOf } from '../../electron/app/export/picture.ts';
import { diagramOf, largeCase } from '../../shared/diagram/test-topologies.ts';
import { diagramInPageRows } from './diagram-in-page.ts';
import { exportRows } from './export-from-cli.ts';
import { rowOf, timed, type Row } from './row.ts';

const SIZE = { endpoints: 300, networks: 40 };
const WARM_UPS = 3;
const ROUNDS = 9;

export async function diagramRows(options: {
  readonly version: string;
  readonly progress: (text: string) => void;
}): Promise<Row[]> {
  const diagram = diagramOf(largeCase(SIZE.endpoints, SIZE.networks));
  const laid: number[] = [];
  for (let round = 0; round < WARM_UPS + ROUNDS; round += 1) {
    const ms = await timed(() => geometryOf(diagram));
    if (round >= WARM_UPS) laid.push(ms);
  }
  const scale = `${SIZE.endpoints} endpoints, ${SIZE.networks} networks`;
  return [
    rowOf({ name: `diagram laid out: ${scale}`, measured: laid, limits: { median: { atMost: 1000 } } }),
    ...(await exportRows({ ...options, size: SIZE })),
    ...(await diagramInPageRows()),
  ];
}
