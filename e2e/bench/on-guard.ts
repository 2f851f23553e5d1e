/** What the guard costs and how quick it is, on a private engine with many running containers. */
import { EMPTY_POLICY } from '../../shared/policy/model.ts';
import { restRows } from './at-rest.ts';
import { bigPolicyRows } from './big-policy.ts';
import { clickRows } from './click.ts';
import { openGuardWorld } from './guard-world.ts';
import type { Row } from './row.ts';
import { throughputRows } from './throughput.ts';

export async function guardRows(options: {
  readonly version: string;
  readonly progress: (text: string) => void;
}): Promise<Row[]> {
  const { progress } = options;
  const world = await openGuardWorld(options);
  try {
    const size = world.containers.length;
    progress('Clicking …');
    const clicks = await clickRows(world);
    progress('Applying a large policy …');
    const applied = await bigPolicyRows(world);
    progress('Guarding everybody, and waiting …');
    await world.hold({ ...EMPTY_POLICY, posture: 'guarded' }, size * (size - 1) + 6 * size);
    const rest = await restRows(world);
    await world.empty();
    await world.leave();
    progress('Flooding …');
    return [...clicks, ...applied, ...rest, ...(await throughputRows(world))];
  } finally {
    await world.close();
  }
}
