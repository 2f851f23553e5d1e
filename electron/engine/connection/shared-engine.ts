/** Whether a Bulkhead of somebody else may work on the same engine. */
import { stat } from 'node:fs/promises';
import { resolveTarget } from './target.ts';
import { thisMachine, type Surroundings } from './surroundings.ts';

/**
 * Engines reached over TCP or ssh are anybody's who has the way; so is one whose socket belongs to another user, root as a
 * rule: every user of the machine that may open it has a configuration, and so a policy, of their own.
 *
 * @param address as `--engine` takes it; one that leads nowhere is nobody's, and connecting says why
 * @param uid the user's number; absent where the platform has none
 */
export async function isSharedEngine(
  address: string,
  around: Surroundings = thisMachine(),
  uid: number | undefined = process.getuid?.(),
): Promise<boolean> {
  const target = await resolveTarget(address, around).catch(() => null);
  if (!target) return false;
  if (target.dial.kind !== 'socket') return true;
  const owner = await stat(target.dial.path).then(
    (found) => found.uid,
    () => undefined,
  );
  return uid !== undefined && owner !== undefined && owner !== uid;
}
