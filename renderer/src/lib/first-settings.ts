/** The settings before the first picture, so that no other colours or language flash up. */
import type { SettingsView } from '../../../shared/contract/settings.ts';
import type { Client } from './client-context.tsx';

/** A core that takes longer is away: the page says so, and follows it when it comes (ms). */
const PATIENCE_MS = 1500;

/** @returns null when the core has not told them in time */
export async function firstSettings(client: Client): Promise<SettingsView | null> {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), PATIENCE_MS);
  try {
    for await (const view of await client.settings.watch(undefined, { signal: controller.signal })) return view;
  } catch {
    // Told by the page itself, which asks again.
  } finally {
    clearTimeout(timer);
    controller.abort();
  }
  return null;
}
