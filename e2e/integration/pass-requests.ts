/** Points that a process passes while it changes networks and containers: before each such request is sent, and after its answer. */
import http, { type ClientRequest, type RequestOptions } from 'node:http';
import { syncBuiltinESMExports } from 'node:module';

/** `connect`, `create networks`, `remove containers`: what a request changes of networks or containers; null: nothing. */
function changeIn({ method, path }: RequestOptions): string | null {
  const [, kind = '', verb] = /\/(networks|containers)\/(?:[^/?]+\/)?([^/?]+)(?:\?|$)/.exec(path ?? '') ?? [];
  if (kind === '') return null;
  if (method === 'DELETE') return `remove ${kind}`;
  if (method !== 'POST') return null;
  if (verb === 'create') return `create ${kind}`;
  return ['connect', 'disconnect', 'stop', 'start', 'rename'].find((one) => one === verb) ?? null;
}

/**
 * From now on tells every point of this process: `before rename 2` is before the second such request.
 *
 * @returns ends that.
 */
export function passRequests(reach: (point: string) => void): () => void {
  const send = http.request;
  const seen = new Map<string, number>();
  const passing = (...given: Parameters<typeof send>): ClientRequest => {
    const [options] = given;
    const name = typeof options === 'string' || options instanceof URL ? null : changeIn(options);
    if (name === null) return send(...given);
    const nth = (seen.get(name) ?? 0) + 1;
    seen.set(name, nth);
    reach(`before ${name} ${nth}`);
    return send(...given).once('response', () => reach(`after ${name} ${nth}`));
  };
  const put = (request: typeof send): void => {
    http.request = request;
    syncBuiltinESMExports();
  };
  put(passing as typeof send);
  return () => put(send);
}
