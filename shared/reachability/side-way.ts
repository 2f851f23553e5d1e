import type { Layer } from './model.ts';
import type { RuleId } from './reasons.ts';

/** One channel beside the network. */
export interface SideWay {
  readonly layer: Exclude<Layer, 'network'>;
  readonly kind: string;
  readonly rule: RuleId;
  /** Network, volume, folder, socket, container… by name; `''` where there is none. */
  readonly via: string;
  /** By which names A knows B this way; empty on other layers. */
  readonly names: readonly string[];
  /** Absent: open. */
  readonly verdict?: 'unknown';
}
