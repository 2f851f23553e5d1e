/** Ways to block besides the firewall (DESIGN §4): other networks, and no links.  What they would do, as data. */
import type { Layer, Verdict } from '../reachability/model.ts';

export type Method = 'firewall' | 'network' | 'unlink';

/** What a container can be run again without.  As the kinds of risk are called. */
export const POWERS = ['engine-socket', 'privileged', 'host-processes', 'host-network', 'net-admin'] as const;
export type Power = (typeof POWERS)[number];

/** A network to be made: one that is already there, with other members. */
export interface NetworkDraft {
  /** Stands for the id it will get, in the steps that follow. */
  readonly key: string;
  readonly name: string;
  /** Id of the network that it is like. */
  readonly like: string;
}

/** One change on the engine, in the order in which it runs. */
export type MethodStep =
  | { readonly kind: 'network-create'; readonly draft: NetworkDraft }
  | {
      readonly kind: 'network-connect' | 'network-disconnect';
      /** Id, or the key of a draft. */
      readonly network: string;
      readonly container: string;
      /** For `connect`: further names on that network. */
      readonly aliases: readonly string[];
    }
  /** The container is made anew as it is, without its links to `targets` (ids). */
  | { readonly kind: 'unlink'; readonly container: string; readonly targets: readonly string[] };

/** One step of running a container again without a power. */
export type RerunStep =
  /** A network of the usual kind, for one container alone. */
  | { readonly kind: 'network-own'; readonly key: string; readonly name: string }
  /** The container is made anew as it is, without that power. */
  | {
      readonly kind: 'rerun';
      readonly container: string;
      readonly without: Power;
      /** As somebody would have asked for it: `--privileged`, the path of a mount. */
      readonly what: string;
      /** In place of the machine's: name of the network it is put on; else `''`. */
      readonly network: string;
      /** Of `tcp/80`: published at the same port of the machine. */
      readonly publish: readonly string[];
    };

/** What changes for one ordered pair. */
export interface CellChange {
  readonly from: string;
  readonly to: string;
  readonly before: Verdict;
  readonly after: Verdict;
}

/** A way that is left between two that are to be apart. */
export interface OpenWay {
  readonly from: string;
  readonly to: string;
  readonly layer: Layer;
  readonly kind: string;
  readonly via: string;
  /** `''` where it is not known yet: of a network that is to be made. */
  readonly address: string;
  readonly ports: readonly string[] | null;
}

/** Names under which B was known to A, and will not be. */
export interface LostNames {
  readonly from: string;
  readonly to: string;
  readonly names: readonly string[];
}

/** What a method would do to the whole matrix.  Ids of endpoints. */
export interface Effect {
  /** Wanted pairs with less open afterwards, best shut. */
  readonly closes: readonly CellChange[];
  /** Network ways of wanted pairs that stay open, or of which it is not known. */
  readonly stays: readonly OpenWay[];
  /** Pairs nobody asked for that lose something. */
  readonly breaks: readonly CellChange[];
  /** Pairs nobody asked for that gain something. */
  readonly opens: readonly CellChange[];
  readonly names: readonly LostNames[];
}
