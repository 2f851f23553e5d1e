/** `npm run bench`: measures, prints a table or JSON, and with --assert fails where a limit is passed. */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { diagramRows } from './diagram.ts';
import { askOnce, listOnce } from './inventory.ts';
import { engineRows } from './on-engine.ts';
import { guardRows } from './on-guard.ts';
import { pageRows } from './on-page.ts';
import { startRows } from './on-start.ts';
import { predictionRows } from './predict.ts';
import { tableOf, type Row } from './row.ts';

const USAGE = `npm run bench -- [--json] [--assert] [--only predict|diagram|engine|guard|page|start] [--engine VERSION] [-o FILE]

  --json     print JSON instead of a table
  --assert   exit with 1 when a limit is passed
  --only     leave out the rest; all but "predict" need Debian and root, "diagram", "page" and "start" what npm run build makes
  --engine   which private engine to start, default 28.5
  -o         write the JSON to a file too
`;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      json: { type: 'boolean', default: false },
      assert: { type: 'boolean', default: false },
      only: { type: 'string' },
      engine: { type: 'string', default: '28.5' },
      output: { type: 'string', short: 'o' },
      // One listing by a process of its own: what an app that starts has to wait for.
      list: { type: 'string' },
      // The bare requests of one, by a process of its own.
      ask: { type: 'string' },
    },
  });
  if (values.list !== undefined) {
    process.stdout.write(`${await listOnce(values.list)}\n`);
    return 0;
  }
  if (values.ask !== undefined) {
    process.stdout.write(`${await askOnce(values.ask)}\n`);
    return 0;
  }
  const { only, engine: version } = values;
  if (only !== undefined && !['predict', 'diagram', 'engine', 'guard', 'page', 'start'].includes(only)) {
    process.stderr.write(USAGE);
    return 2;
  }
  const progress = (text: string): void => void process.stderr.write(`${text}\n`);
  const rows: Row[] = [];
  if ((only ?? 'predict') === 'predict') rows.push(...(await predictionRows()));
  if ((only ?? 'diagram') === 'diagram') rows.push(...(await diagramRows({ version, progress })));
  if ((only ?? 'engine') === 'engine') rows.push(...(await engineRows({ version, progress })));
  if ((only ?? 'guard') === 'guard') rows.push(...(await guardRows({ version, progress })));
  if ((only ?? 'page') === 'page') rows.push(...(await pageRows({ version, progress })));
  if ((only ?? 'start') === 'start') rows.push(...(await startRows({ version, progress })));
  const json = `${JSON.stringify({ version: 1, node: process.version, rows }, null, 2)}\n`;
  process.stdout.write(values.json ? json : `${tableOf(rows)}\n`);
  if (values.output !== undefined) writeFileSync(values.output, json);
  const passed = rows.flatMap(({ name, limits }) => limits.filter(({ holds }) => !holds).map(() => name));
  if (passed.length > 0) progress(`Past its limit: ${passed.join('; ')}.`);
  return values.assert && passed.length > 0 ? 1 : 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
}
