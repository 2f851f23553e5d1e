import { createHash } from 'node:crypto';

/** Names one table's content: what `Wire.read` answers for a place that holds exactly this script. Lower-case hex. */
export function fingerprintOf(script: string): string {
  return createHash('sha256').update(script).digest('hex').slice(0, 20);
}
