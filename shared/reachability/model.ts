/** What `evaluate` and `explain` answer: verdicts, channels, reasons.  The rules behind them are in SPEC.md. */

import type { PortSet } from '../ports.ts';

/** The network layer's verdict for one ordered pair. */
export type Verdict = 'open' | 'partial' | 'blocked' | 'unknown';

/** Verdicts as they are stored in a compact matrix; the index is the byte. */
export const VERDICTS: readonly Verdict[] = ['open', 'partial', 'blocked', 'unknown'];

export type Layer = 'network' | 'name' | 'data' | 'control';

/** One rule of SPEC.md that took part, with the sentence that tells a beginner why. */
export interface Reason {
  /** Rule id of SPEC.md, e.g. `R201`. */
  readonly rule: string;
  /** English; the page translates by `rule` and `params`. */
  readonly text: string;
  readonly params: Readonly<Record<string, string>>;
}

/**
 * One way something can pass from A to B.
 *
 * `ports` absent: every port passes (or, when blocked, none).  `address` is B's address this way: a container
 * address, a gateway, a host address, or `''` where the layer has none.
 */
export interface Channel {
  readonly layer: Layer;
  /** `bridge`, `default-bridge`, `published`, `host-mode`, `shared-stack`, `same`, `egress`, `gateway`, `link`, `volume`, `docker-sock`, … */
  readonly kind: string;
  /** Network, volume, socket… by name. */
  readonly via: string;
  readonly address: string;
  /** By which names A knows B this way; absent when there are none. */
  readonly names?: readonly string[];
  /** `tcp/80`; absent when every port passes. */
  readonly ports?: readonly string[];
  /** With `ports` absent: those of which another channel speaks, e.g. `tcp/5432`, `udp/1-1023`. */
  readonly except?: readonly string[];
  readonly verdict: 'open' | 'blocked' | 'unknown';
  readonly rules: readonly string[];
  /** Present where `address` stands for every address of the machine, of its family, that no other channel names. */
  readonly far?: true;
}

/** One cell, explained. `from` and `to` are endpoint ids. */
export interface Cell {
  readonly from: string;
  readonly to: string;
  readonly verdict: Verdict;
  /** Whether the user's policy for this pair is what the wire now does (true also where there is no rule). */
  readonly enforced: boolean;
  readonly channels: readonly Channel[];
  readonly reasons: readonly Reason[];
}

/** How far a wanted block is true now. */
export type DenialState =
  /** Rules are in place and cover every channel of the pair. */
  | 'held'
  /** Being applied. */
  | 'pending'
  /** The guard tried and failed, or is not running; the wire is as if there were no rule. */
  | 'failed'
  /** The guard stands aside for a while, as somebody wanted; the wire is as if there were no rule. */
  | 'paused'
  /** No firewall can split this pair (SPEC R9xx says why). */
  | 'impossible';

/** One ordered pair that the user's policy denies. */
export interface Denial {
  readonly from: string;
  readonly to: string;
  readonly state: DenialState;
  /** The policy line behind it, for people: `shop/web → shop/db`. */
  readonly policy: string;
  /** What of the pair is denied; absent: all of it. */
  readonly ports?: PortSet;
}

/**
 * The compact matrix: verdict of row `i`, column `j` at `i * size + j`, as an index into `VERDICTS`.
 * `flags` holds bit 1 = a denial exists, bit 2 = that denial is held, bit 4 = a data- or control-layer channel exists.
 */
export interface Matrix {
  readonly size: number;
  readonly ids: readonly string[];
  readonly verdicts: Uint8Array;
  readonly flags: Uint8Array;
}

export const FLAG_DENIED = 1;
export const FLAG_HELD = 2;
export const FLAG_SIDE_LAYER = 4;

/** One thing to try on the wire, with what the predictor expects. */
export interface ProbeTarget {
  readonly address: string;
  /** 0: any; of ICMP always. */
  readonly port: number;
  readonly protocol: 'tcp' | 'udp' | 'icmp';
  /** Where the answer comes from: B's own stack, or the host's published port leading to it. */
  readonly way: 'direct' | 'published';
  readonly predicted: 'open' | 'blocked';
  /** The channel kind this target tests, e.g. `bridge` or `published`. */
  readonly channel: string;
  /** For `published`: the port inside B that must answer. */
  readonly containerPort: number;
}
