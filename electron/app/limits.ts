/** What of Bulkhead cannot work on an engine, as measured there: toggles that would not hold are not offered. */
import type { Limit } from '../../shared/contract/schemas.ts';
import type { EngineDriver, WireCapabilities } from '../engine/driver.ts';

/**
 * @param capabilities of the wire; null: it was never open, so nothing is known to be impossible.
 */
export function limitsOf(capabilities: WireCapabilities | null, { rebuild }: Pick<EngineDriver, 'rebuild'>): Limit[] {
  const limits: Limit[] = [];
  if (capabilities?.inetTables === false) limits.push({ what: 'firewall', code: 'no-tables' });
  if (capabilities?.inetTables === false) limits.push({ what: 'guard', code: 'no-tables' });
  else if (capabilities?.bridgeTables === false) limits.push({ what: 'guard', code: 'no-bridge-tables' });
  if (capabilities?.elementCounters === false) limits.push({ what: 'counters', code: 'no-counters' });
  if (!rebuild) limits.push({ what: 'methods', code: 'no-rebuild' });
  return limits;
}
