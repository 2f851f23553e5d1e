/**
 * What passes beside the network: names, shared files, control (SPEC R6xx).  Listed and flagged, never deciding the
 * network verdict.
 */
import { isContainer, isService } from '../topology/model.ts';
import { controlWays, eachControlPair } from './control-layer.ts';
import { dataWays, eachDataPair } from './data-layer.ts';
import { forwardedWays, type HeldBetween } from './forwarding.ts';
import { nameWays } from './names.ts';
import type { Party, Scene } from './scene.ts';
import { serviceNameWays } from './service-names.ts';
import type { SideWay } from './side-way.ts';

/** Every name-, data- and control-layer channel `from` → `to`. */
export function sideWays(scene: Scene, from: Party, to: Party, heldBetween: HeldBetween): readonly SideWay[] {
  if (from === to) return [];
  const forwarded = forwardedWays(scene, from, to, heldBetween);
  if (!isContainer(from.endpoint)) return forwarded;
  if (isService(to.endpoint)) return serviceNameWays(from, to);
  const names = nameWays(scene, from, to);
  if (isContainer(to.endpoint)) {
    return [...names, ...forwarded, ...dataWays(scene, from.endpoint, to.endpoint), ...controlWays(scene, from, to)];
  }
  return to.endpoint.kind === 'host' ? [...names, ...controlWays(scene, from, to)] : [];
}

/** Calls back with the indices of every ordered pair that has a data- or control-layer channel; pairs may repeat. */
export function eachSidePair(scene: Scene, mark: (from: number, to: number) => void): void {
  eachDataPair(scene, mark);
  eachControlPair(scene, mark);
}
