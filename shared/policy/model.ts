/** The user's policy, its file (DESIGN §7), and the plan that makes it true. */

/** Names a stable thing, never an id or an address: `shop/web`, `container:legacy`, `host`, `lan`, `internet`. */
export type SelectorText = string;

export type Selector =
  | { readonly kind: 'service'; readonly project: string; readonly service: string }
  | { readonly kind: 'container'; readonly name: string }
  /** `service:NAME`, a Swarm service by its whole name. */
  | { readonly kind: 'swarm-service'; readonly name: string }
  | { readonly kind: 'zone'; readonly zone: 'host' | 'lan' | 'internet' };

export interface PolicyRule {
  readonly from: SelectorText;
  readonly to: SelectorText;
  readonly action: 'deny' | 'allow';
}

/** The policy file's content.  Version 1 of the guard enforces whole-pair rules; ports and postures follow. */
export interface Policy {
  readonly version: 1;
  readonly posture: 'open';
  readonly rules: readonly PolicyRule[];
}

export const EMPTY_POLICY: Policy = { version: 1, posture: 'open', rules: [] };

/** An ordered pair the policy denies, resolved to endpoints of one topology. */
export interface DeniedPair {
  readonly from: string;
  readonly to: string;
  readonly rule: PolicyRule;
}

/** Why something cannot or can only partly be enforced.  Codes are SPEC R9xx. */
export interface Obstacle {
  readonly rule: string;
  readonly text: string;
  readonly params: Readonly<Record<string, string>>;
  /** `stop`: no firewall can close this pair. `warn`: it is closed, but something can undo it or stays open beside it. */
  readonly severity: 'stop' | 'warn';
}

/** One nftables table to hold in one network namespace. `script` is complete: it replaces whatever was there. */
export interface NamespaceTable {
  /** `host`, or the id of the container whose namespace it is. */
  readonly place: string;
  /** nft script text, atomic when loaded by `nft -f`. */
  readonly script: string;
  /** Connections to kill after loading, as address pairs: entries of conntrack matching original src → dst. */
  readonly sever: readonly SeveredFlow[];
}

/** Established traffic that a block must end: packets `from` → `to` (addresses), opened in this direction. */
export interface SeveredFlow {
  readonly from: string;
  readonly to: string;
}

/** Everything the guard must hold now, per namespace.  A namespace not listed must hold no table of ours. */
export interface Ruleset {
  readonly tables: readonly NamespaceTable[];
}

/** One step of a plan, in the order it runs. */
export interface PlanStep {
  readonly kind: 'helper' | 'policy-file' | 'load-table' | 'remove-table' | 'sever' | 'verify';
  /** English; the page translates by `kind` and `params`. */
  readonly text: string;
  readonly params: Readonly<Record<string, string>>;
}

/** What a block or an allow would do, before it runs. */
export interface Plan {
  readonly action: 'block' | 'allow';
  readonly from: SelectorText;
  readonly to: SelectorText;
  /** The ordered endpoint-id pairs it changes now. */
  readonly pairs: readonly { readonly from: string; readonly to: string }[];
  readonly steps: readonly PlanStep[];
  readonly obstacles: readonly Obstacle[];
  /** False when an obstacle of severity `stop` covers every pair: nothing will be done. */
  readonly possible: boolean;
  /** The policy after it. */
  readonly policy: Policy;
}
