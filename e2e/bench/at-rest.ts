/** What the guard costs while nothing happens: processor time of the app and its helper, and the helper's memory. */
import { BULKHEAD_LABEL } from '../../shared/topology/model.ts';
import type { GuardWorld } from './guard-world.ts';
import { rowOf, type Row } from './row.ts';

/** Two looks at every namespace, and one complete listing of the engine, fall into it. */
const WINDOW_MS = 60_000;
/** After a change every namespace is looked at once more, at the next patrol. */
const SETTLE_MS = 35_000;
const CPU_PERCENT = 1;
const MEMORY_MB = 10;
/** Of `/proc/PID/stat`. */
const TICKS_PER_SECOND = 100;

/** To be called when everything is held. */
export async function restRows(world: GuardWorld): Promise<Row[]> {
  const helper = await helperProcesses(world);
  await untilQuiet(world);
  const before = await spentBy(world, helper);
  const startedAt = performance.now();
  await new Promise((resolve) => setTimeout(resolve, WINDOW_MS));
  const ms = performance.now() - startedAt;
  const after = await spentBy(world, helper);
  const memory = await memoryOf(world, await helperProcesses(world));
  const percent = (spent: number): number => (spent / ms) * 100;
  const what = `${world.containers.length} containers guarded, nothing happens for ${WINDOW_MS / 1000} s`;
  return [
    rowOf({
      name: `${what}: app and helper, of one core`,
      unit: '%',
      measured: [percent(after.app - before.app + after.helper - before.helper)],
      baseline: [percent(after.helper - before.helper)],
      baselineName: 'the helper alone',
      limits: { median: { atMost: CPU_PERCENT } },
    }),
    rowOf({
      name: `memory of the helper, ${helper.length} processes (each its own, and its part of what they share)`,
      unit: 'MB',
      measured: [memory],
      limits: { median: { atMost: MEMORY_MB } },
    }),
  ];
}

/** As the engine's own world numbers them. */
async function helperProcesses({ docker, engine }: GuardWorld): Promise<readonly number[]> {
  const lines = await docker.listContainers();
  const helper = lines.find(({ Labels, State }) => BULKHEAD_LABEL in Labels && State === 'running');
  if (!helper) throw new Error('No helper runs.');
  const { State } = await docker.inspectContainer(helper.Id);
  const { stdout } = await engine.exec(['sh', '-c', `cat /proc/${State.Pid}/cgroup; grep -l . /proc/[0-9]*/cgroup`]);
  const files = stdout.split('\n').filter((line) => line.startsWith('/proc/'));
  const owned = await engine.exec(['sh', '-c', `grep -l ${helper.Id} ${files.join(' ')} 2>/dev/null; true`]);
  return owned.stdout
    .split('\n')
    .flatMap((file) => /^\/proc\/(\d+)\//.exec(file)?.[1] ?? [])
    .map(Number);
}

/** Resolves when what the last change stirred up is over, and the app has spent less than a hundredth of two seconds. */
async function untilQuiet({ core }: GuardWorld): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  for (let tries = 0; tries < 30; tries += 1) {
    const frame = core.matrix.frame();
    const before = process.cpuUsage();
    await new Promise((resolve) => setTimeout(resolve, 2000));
    const { user, system } = process.cpuUsage(before);
    if (frame === core.matrix.frame() && user + system < 20_000) return;
  }
  throw new Error('It does not come to rest.');
}

/** Milliseconds of processor time so far; of the helper with all that it has run and waited for. */
async function spentBy(
  { engine }: GuardWorld,
  helper: readonly number[],
): Promise<{ readonly app: number; readonly helper: number }> {
  const { user, system } = process.cpuUsage();
  const { stdout } = await engine.exec(['cat', ...helper.map((pid) => `/proc/${pid}/stat`)]);
  const ticks = stdout
    .trim()
    .split('\n')
    .flatMap((line) =>
      line
        .slice(line.lastIndexOf(')') + 2)
        .split(' ')
        .slice(11, 15)
        .map(Number),
    )
    .reduce((sum, one) => sum + one, 0);
  return { app: (user + system) / 1000, helper: (ticks / TICKS_PER_SECOND) * 1000 };
}

/** Megabytes, with pages that several of them share divided among them. */
async function memoryOf({ engine }: GuardWorld, helper: readonly number[]): Promise<number> {
  const { stdout } = await engine.exec(['cat', ...helper.map((pid) => `/proc/${pid}/smaps_rollup`)]);
  const kilobytes = [...stdout.matchAll(/^Pss:\s+(\d+) kB$/gm)].map((match) => Number(match[1]));
  if (kilobytes.length !== helper.length) throw new Error('A process of the helper has ended.');
  return kilobytes.reduce((sum, one) => sum + one, 0) / 1024;
}
