/** Which endpoints quick isolation holds now, and by which name of the policy. */
import type { EndpointView } from '../../shared/contract/schemas.ts';
import { parseSelector, resolveSelector } from '../../shared/policy/index.ts';
import type { Policy } from '../../shared/policy/model.ts';
import type { Topology } from '../../shared/topology/model.ts';

/** By endpoint id; isolation from everything wins over that from the internet, a later name over an earlier one. */
export type Isolations = ReadonlyMap<string, NonNullable<EndpointView['isolation']>>;

export function isolationsOf({ isolated, offline }: Policy, topology: Topology): Isolations {
  const held = (names: readonly string[], from: 'everything' | 'internet') =>
    names.flatMap((by) => resolveSelector(parseSelector(by), topology).map(({ id }) => [id, { from, by }] as const));
  return new Map([...held(offline, 'internet'), ...held(isolated, 'everything')]);
}
