/** Requests that change something: patient, and ended by their signal. */
import type { ApiRequest, DockerApi } from '../connection/index.ts';

/** The engine's API now; throws `BulkheadError` while there is none. */
export type Api = () => DockerApi;

/** A container may take as long to stop as it was given at its creation; an engine that hangs is noticed after this (ms). */
export const PATIENCE_MS = 300_000;

/** What is limited by a network or a disk and not by us: only its signal ends it (ms). */
export const UNHURRIED_MS = 24 * 3_600_000;

/** One path of the API from its parts, each escaped: names are hostile text. */
export function pathOf(...parts: readonly string[]): string {
  return parts.map((part) => `/${encodeURIComponent(part)}`).join('');
}

/** Sends it and forgets the answer. */
export async function tell(api: Api, path: string, request: ApiRequest): Promise<void> {
  await api().request(path, { timeoutMs: PATIENCE_MS, ...request });
}
