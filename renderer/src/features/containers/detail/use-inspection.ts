import { useCallback } from 'react';
import type { ContainerView } from '../../../../../shared/contract/containers.ts';
import { useClient } from '../../../lib/client-context.tsx';
import { useFetched, type Fetched } from './use-fetched.ts';

export type Json = Readonly<Record<string, unknown>>;

/** What the engine tells of a container: now, after each change of it, and every `everyMs`. */
export function useInspection(container: ContainerView, everyMs: number | null = null): Fetched<Json> {
  const client = useClient();
  const ask = useCallback(
    (signal: AbortSignal) => client.containers.inspect({ ref: container.id }, { signal }),
    // The whole container: it is another object when anything of it has changed.
    [client, container],
  );
  return useFetched(ask, everyMs);
}

export function objectIn(json: Json | null, ...path: readonly string[]): Json {
  let value: unknown = json;
  for (const key of path) value = isObject(value) ? value[key] : undefined;
  return isObject(value) ? value : {};
}

export function textsIn(json: Json | null, ...path: readonly string[]): readonly string[] {
  const last = path.at(-1) ?? '';
  const value = objectIn(json, ...path.slice(0, -1))[last];
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
