/** Which methods besides the firewall could stop a pair, and why one could not. */
import type { CellView, EndpointView } from '../../../../shared/contract/schemas.ts';
import { sharedNetworks } from '../matrix/view.ts';
import type { Method } from './flow.ts';

export interface MethodOffer {
  readonly method: Method;
  /** Why not, as its key under `methods.not`; null: it can be planned, and the plan says the rest. */
  readonly not: 'sides' | 'apart' | 'no-link' | null;
}

/** Kinds of channels that only a link makes. */
const LINKS: ReadonlySet<string> = new Set(['link', 'link-alias', 'link-variables', 'hosts-entry']);

export function methodsFor(
  from: EndpointView,
  to: EndpointView,
  channels: CellView['channels'],
): readonly MethodOffer[] {
  const both = from.kind === 'container' && to.kind === 'container';
  const linked = channels.some(({ kind }) => LINKS.has(kind));
  return [
    { method: 'network', not: !both ? 'sides' : sharedNetworks(from, to).length === 0 ? 'apart' : null },
    { method: 'unlink', not: !both ? 'sides' : linked ? null : 'no-link' },
  ];
}
