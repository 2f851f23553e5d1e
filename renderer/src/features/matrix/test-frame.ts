/** Small frames for tests. */
import type { EndpointView } from '../../../../shared/contract/schemas.ts';
import { VERDICTS, type Verdict } from '../../../../shared/reachability/model.ts';
import { decodeFrame, type Frame } from '../../lib/frame.ts';

export function endpoint(name: string, given: Partial<EndpointView> = {}): EndpointView {
  return {
    id: `id-${name}`,
    name,
    kind: 'container',
    project: '',
    service: '',
    state: 'running',
    image: 'image:1',
    networks: [],
    addresses: [],
    ports: [],
    ...given,
  };
}

export function zone(kind: 'host' | 'lan' | 'internet'): EndpointView {
  return endpoint(kind, { id: kind, kind, state: '', image: '' });
}

export interface FrameParts {
  readonly endpoints: readonly EndpointView[];
  /** Row by row; absent cells are open. */
  readonly verdicts?: readonly Verdict[];
  readonly flags?: readonly number[];
  readonly phase?: Frame['guard']['phase'];
}

export function frameOf({ endpoints, verdicts = [], flags = [], phase = 'holding' }: FrameParts): Frame {
  const size = endpoints.length ** 2;
  const bytes = (read: (at: number) => number): string =>
    btoa(String.fromCharCode(...Array.from({ length: size }, (_, at) => read(at))));
  return decodeFrame({
    revision: 1,
    endpoints: [...endpoints],
    networks: [],
    verdicts: bytes((at) => VERDICTS.indexOf(verdicts[at] ?? 'open')),
    flags: bytes((at) => flags[at] ?? 0),
    guard: { phase, denied: 0, held: 0, impossible: 0, error: null },
    standing: { posture: 'open', guarded: [], isolated: [], offline: [] },
  });
}
