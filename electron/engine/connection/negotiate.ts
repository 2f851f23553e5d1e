/** Which version of the Engine API to speak. */
import { BulkheadError } from '../../../shared/errors.ts';

/** The oldest we understand, and the newest we know. */
export const OLDEST_API = '1.40';
export const NEWEST_API = '1.52';

export interface ServerVersion {
  /** The engine's own version, e.g. `28.5.2`. */
  readonly version: string;
  readonly kind: 'docker' | 'podman';
}

/**
 * The newest both sides speak.
 *
 * @param body of `GET /version`.
 * @throws BulkheadError `ENGINE_API_TOO_OLD`, or `ENGINE_REFUSED` when the engine is too new or no engine at all.
 */
export function negotiate(address: string, body: unknown): ServerVersion & { readonly apiVersion: string } {
  const fields = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
  const newest = textOf(fields['ApiVersion']);
  const oldest = textOf(fields['MinAPIVersion']);
  const version = textOf(fields['Version']);
  if (!isApiVersion(newest)) {
    throw new BulkheadError({
      code: 'ENGINE_REFUSED',
      message: `What answers at ${address} is no container engine.`,
      hint: 'Check the address: it must be that of a Docker or Podman API.',
    });
  }
  if (compareVersions(newest, OLDEST_API) < 0) {
    throw new BulkheadError({
      code: 'ENGINE_API_TOO_OLD',
      message: `The engine at ${address} (${version}) speaks API ${newest}; Bulkhead needs ${OLDEST_API}.`,
      hint: 'Update the engine: Docker 19.03 or newer will do.',
    });
  }
  if (isApiVersion(oldest) && compareVersions(oldest, NEWEST_API) > 0) {
    throw new BulkheadError({
      code: 'ENGINE_REFUSED',
      message: `The engine at ${address} (${version}) no longer speaks API ${NEWEST_API}; it wants ${oldest} or newer.`,
      hint: 'Update Bulkhead.',
    });
  }
  return {
    version,
    kind: isPodman(fields['Components']) ? 'podman' : 'docker',
    apiVersion: compareVersions(newest, NEWEST_API) < 0 ? newest : NEWEST_API,
  };
}

/** Compares `1.9` and `1.40` as numbers, part by part. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((version) => version.split('.').map(Number));
  for (let at = 0; at < 2; at += 1) {
    const difference = (left?.[at] ?? 0) - (right?.[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function isApiVersion(text: string): boolean {
  return /^\d{1,4}\.\d{1,4}$/.test(text);
}

function isPodman(components: unknown): boolean {
  return Array.isArray(components) && components.some((part: unknown) => /podman/i.test(nameOf(part)));
}

function nameOf(part: unknown): string {
  return typeof part === 'object' && part !== null && 'Name' in part ? textOf(part.Name) : '';
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
