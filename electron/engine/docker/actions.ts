/** What can be done to one container. */
import type { ContainerActions } from '../driver.ts';
import type { ApiRequest, DockerApi } from '../connection/index.ts';

/** A container may take as long to stop as it was given at its creation; an engine that hangs is noticed after this (ms). */
const PATIENCE_MS = 300_000;

/** @param api the engine's API now; throws `BulkheadError` while there is none. */
export function createActions(api: () => DockerApi): ContainerActions {
  const ask = async (id: string, rest: string, request: ApiRequest): Promise<void> => {
    await api().request(`/containers/${encodeURIComponent(id)}${rest}`, { timeoutMs: PATIENCE_MS, ...request });
  };
  const post = (verb: string) => (id: string) => ask(id, `/${verb}`, { method: 'POST' });
  return {
    start: post('start'),
    stop: post('stop'),
    restart: post('restart'),
    pause: post('pause'),
    unpause: post('unpause'),
    remove: (id, { force, volumes }) => ask(id, '', { method: 'DELETE', query: { force, v: volumes } }),
  };
}
