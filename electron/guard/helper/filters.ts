/** Everybody's packet filters, read and watched through the helper. */
import * as z from 'zod';
import { readFirewall } from '../../../shared/firewall/read.ts';
import { shortened } from '../../../shared/firewall/rule-text.ts';
import type { Firewall } from '../../../shared/topology/firewall.ts';
import type { FilterReading, Place } from '../../engine/driver.ts';
import { mapLimited } from '../../lib/limit.ts';
import { chunks } from './chunks.ts';
import { GONE } from './gone.ts';
import type { OwnAddresses } from './own-addresses.ts';
import type { HelperSession } from './session.ts';

const AT_ONCE = 4;
const BATCH = 16;
const READ_TIMEOUT_MS = 60_000;
/** As long as timers last; a watch ends with its signal or the session. */
const WATCH_TIMEOUT_MS = 2_147_483_647;

const texts = z.object({
  place: z.string(),
  nft: z.string(),
  terse: z.boolean(),
  save4: z.string(),
  save6: z.string(),
  legacy4: z.string(),
  legacy6: z.string(),
  legacyTables4: z.array(z.string()),
  legacyTables6: z.array(z.string()),
  unread: z.array(z.string()),
});
const answer = z.object({
  places: z.array(z.union([texts, z.object({ place: z.string(), error: z.string() })])),
  holders: z.record(z.string(), z.array(z.string())),
  bridged4: z.boolean(),
  bridged6: z.boolean(),
});
const news = z.array(z.string());

/** @throws BulkheadError `HELPER_FAILED` as `HelperSession.call` does. */
export async function readFilters(
  session: HelperSession,
  places: readonly Place[],
  own: OwnAddresses,
): Promise<FilterReading> {
  const firewalls = new Map<string, Firewall>();
  const answers = await mapLimited(chunks(places, BATCH), AT_ONCE, async (batch) =>
    answer.parse(await session.call('filters', { places: batch }, { timeoutMs: READ_TIMEOUT_MS })),
  );
  for (const { places: read } of answers) {
    for (const one of read) {
      if (!('error' in one)) firewalls.set(one.place, readFirewall(one));
      else if (!GONE.test(one.error))
        firewalls.set(one.place, { chains: [], unread: [{ what: shortened(one.error), level: 'any' }] });
    }
  }
  const last = answers.at(-1);
  const holders = Object.entries(last?.holders ?? {});
  const outward = new Set(
    await own(
      holders.flatMap(([, addresses]) => addresses),
      last?.holders,
    ),
  );
  return {
    firewalls,
    outside: holders.filter(([, addresses]) => addresses.some((one) => outward.has(one))).map(([name]) => name),
    bridged4: last?.bridged4 ?? false,
    bridged6: last?.bridged6 ?? false,
  };
}

export async function watchFilters(
  session: HelperSession,
  places: readonly Place[],
  onChange: (places: readonly string[]) => void,
  signal: AbortSignal,
): Promise<void> {
  try {
    await session.call(
      'watch',
      { places },
      { signal, timeoutMs: WATCH_TIMEOUT_MS, onEvent: (event) => onChange(news.parse(event)) },
    );
  } catch {
    // Cancelled, or the wire is lost, which says so itself.
  }
}
