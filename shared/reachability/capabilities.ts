/** What a container's process may do, as far as it decides who rules whom. */
import type { ContainerEndpoint } from '../topology/model.ts';

/** Docker's own set (moby `oci/caps/defaults.go`), those of it that a rule names. */
const DEFAULTS = new Set(['NET_RAW']);

/**
 * Whether the container has a capability (`NET_ADMIN`, …): `ALL` added means all but the dropped ones, `ALL` dropped none
 * but the added ones, and an addition beats a drop of the same (moby `oci/caps/utils.go`, `TweakCapabilities`).
 */
export function hasCapability({ capAdd, capDrop = [], privileged }: ContainerEndpoint, capability: string): boolean {
  if (privileged) return true;
  if (capAdd.includes('ALL')) return !capDrop.includes(capability);
  if (capAdd.includes(capability)) return true;
  return DEFAULTS.has(capability) && !capDrop.includes(capability) && !capDrop.includes('ALL');
}
