/** Which keys mean something on which cell: a key must not do what the panel's buttons would refuse. */
import type { EndpointView } from '../../../../shared/contract/schemas.ts';
import type { DenialMark } from '../../lib/frame.ts';
import type { Flow } from '../explain/flow.ts';

/** Probes run between containers and the machine; from or to what is outside of it, none can be made. */
export function canVerify(from: Pick<EndpointView, 'kind'>, to: Pick<EndpointView, 'kind'>): boolean {
  const isHere = ({ kind }: Pick<EndpointView, 'kind'>): boolean => kind === 'container' || kind === 'host';
  return isHere(from) && isHere(to) && (from.kind === 'container' || to.kind === 'container');
}

/** There must be a rule to lift; right after a block the frame that shows it may still be on its way. */
export function canAllow(denial: DenialMark, flow: Flow): boolean {
  return denial !== 'none' || (flow.phase === 'applied' && flow.action === 'block');
}
