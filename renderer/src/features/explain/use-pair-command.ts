import type { EndpointView } from '../../../../shared/contract/schemas.ts';
import { cellState, type Frame } from '../../lib/frame.ts';
import { useAppStore } from '../../lib/store.ts';
import { canAllow, canVerify } from '../matrix/commands.ts';
import { pairRef } from '../matrix/view.ts';
import { useFlowRunner } from './use-flow.ts';

export type PairCommand = 'block' | 'allow' | 'verify';

/**
 * What B, A and V do with a pair, wherever pairs are chosen: it is explained, and begins what its panel offers.  A key that the
 * panel's button would refuse only explains: the panel says why.
 */
export function usePairCommand(
  frame: Frame,
  stale: boolean,
): (kind: PairCommand, from: EndpointView, to: EndpointView) => void {
  const store = useAppStore();
  const runner = useFlowRunner();
  return (kind, from, to) => {
    const pair = pairRef(from, to);
    store.setState({ cursor: pair, selection: pair });
    if (stale || from.id === to.id) return;
    if (kind === 'block' && frame.limits.some(({ what }) => what === 'firewall')) return;
    if (kind === 'verify' && !canVerify(from, to)) return;
    const ids = { from: from.id, to: to.id };
    const [row, col] = [frame.indexById.get(from.id) ?? -1, frame.indexById.get(to.id) ?? -1];
    if (kind === 'allow' && !canAllow(cellState(frame, row, col).denial, runner.flow(ids))) return;
    void (kind === 'verify' ? runner.verify(ids) : runner.plan(ids, { action: kind, ...ids }));
  };
}
