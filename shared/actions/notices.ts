/** What is worth telling somebody who is not looking: from two pictures, one after the other. */
import type { EngineState, MatrixFrame } from '../contract/schemas.ts';
import type { ErrorShape } from '../errors.ts';
import { guardedBy } from './standing.ts';

export interface Picture {
  readonly engine: EngineState;
  readonly frame: MatrixFrame | null;
}

export type Notice =
  /** Blocks that were held, or being put in place, are not in force. */
  | { readonly kind: 'unheld'; readonly count: number; readonly error: ErrorShape | null }
  /** Somebody else removed rules of ours, and they are back. */
  | { readonly kind: 'repaired'; readonly count: number }
  /** Somebody new is on a network where only what rules allow may pass. */
  | { readonly kind: 'arrived'; readonly name: string; readonly network: string };

/**
 * Nothing is news about the first picture of an engine: what was there before is not told.
 *
 * @returns at most one of each kind and container.
 */
export function noticesBetween(before: Picture, after: Picture): readonly Notice[] {
  if (!before.frame || !after.frame || addressOf(before) !== addressOf(after)) return [];
  if (after.engine.phase !== 'connected') return [];
  const [was, now] = [before.frame.guard, after.frame.guard];
  const notices: Notice[] = [];
  if (now.phase === 'failing' && was.phase !== 'failing') {
    const count = Math.max(now.denied - now.held - now.impossible, 1);
    notices.push({ kind: 'unheld', count, error: now.error });
  }
  const repaired = (now.repaired ?? 0) - (was.repaired ?? 0);
  if (repaired > 0) notices.push({ kind: 'repaired', count: repaired });
  return [...notices, ...arrivals(before.frame, after.frame)];
}

/** Known by name: one that was made anew under its name is no newcomer. */
function arrivals(before: MatrixFrame, after: MatrixFrame): readonly Notice[] {
  const known = new Set(before.endpoints.map(({ name }) => name));
  const bridges = after.networks.filter(({ driver }) => driver !== 'host' && driver !== 'null').map(({ name }) => name);
  return after.endpoints.flatMap((endpoint): Notice[] => {
    if (endpoint.kind !== 'container' || known.has(endpoint.name)) return [];
    const network = endpoint.networks.find(
      (name) => bridges.includes(name) && guardedBy({ name, project: endpoint.project }, after.standing) !== null,
    );
    return network === undefined ? [] : [{ kind: 'arrived', name: endpoint.name, network }];
  });
}

function addressOf({ engine }: Picture): string | null {
  return 'engine' in engine ? engine.engine.address : null;
}
