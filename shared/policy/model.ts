/** The user's policy, its file (DESIGN §7), and the plan that makes it true. */

import type { Effect } from '../methods/model.ts';
import type { PortRange, PortSet } from '../ports.ts';

/** Names a stable thing, never an id or an address: `shop/web`, `container:legacy`, `host`, `lan`, `internet`. */
export type SelectorText = string;

export type Selector =
  /** `all`: every container. */
  | { readonly kind: 'all' }
  /** `project:NAME`: every container of a Compose project or stack. */
  | { readonly kind: 'project'; readonly project: string }
  /** `network:NAME`: every container that is attached to it. */
  | { readonly kind: 'network'; readonly network: string }
  /** `label:KEY` or `label:KEY=VALUE`. */
  | { readonly kind: 'label'; readonly key: string; readonly value: string | null }
  | { readonly kind: 'service'; readonly project: string; readonly service: string }
  | { readonly kind: 'container'; readonly name: string }
  /** `service:NAME`, a Swarm service by its whole name. */
  | { readonly kind: 'swarm-service'; readonly name: string }
  | { readonly kind: 'zone'; readonly zone: 'host' | 'lan' | 'internet' };

export interface PolicyRule {
  readonly from: SelectorText;
  readonly to: SelectorText;
  readonly action: 'deny' | 'allow';
  /** As `formatPorts` writes them; absent: every port and protocol. */
  readonly ports?: readonly string[];
}

export type Posture = 'open' | 'guarded';

/** The policy file's content. */
export interface Policy {
  readonly version: 1;
  /** `guarded`: every container is, as if all networks were named in `guarded`. */
  readonly posture: Posture;
  /** `network:NAME` and `project:NAME`: who is in there is guarded: nothing in or out that no rule allows. */
  readonly guarded: readonly SelectorText[];
  /** Quick isolation, above every rule: nothing in or out. */
  readonly isolated: readonly SelectorText[];
  /** Quick isolation from the internet alone (`isolate --internet-only`), above every rule. */
  readonly offline: readonly SelectorText[];
  readonly rules: readonly PolicyRule[];
}

export const EMPTY_POLICY: Policy = {
  version: 1,
  posture: 'open',
  guarded: [],
  isolated: [],
  offline: [],
  rules: [],
};

/** Whether it wants nothing at all. */
export function isEmptyPolicy({ posture, guarded, isolated, offline, rules }: Policy): boolean {
  return posture === 'open' && guarded.length + isolated.length + offline.length + rules.length === 0;
}

/** What in the policy denies a pair. */
export type Cause =
  | { readonly kind: 'rule'; readonly rule: PolicyRule }
  /** Nothing allows it, and the posture (`selector`: `posture`, `network:…`, `project:…`) wants that. */
  | { readonly kind: 'guarded'; readonly selector: SelectorText }
  | { readonly kind: 'isolated' | 'offline'; readonly selector: SelectorText };

/** An ordered pair the policy denies, in whole or for some ports, resolved to endpoints of one topology. */
export interface DeniedPair {
  readonly from: string;
  readonly to: string;
  /** Never empty. */
  readonly ports: PortSet;
  /** What denies most of it. */
  readonly cause: Cause;
}

/** What a policy wants of one topology. */
export interface Decided {
  readonly pairs: readonly DeniedPair[];
  /**
   * Containers that pass nothing but what is allowed, whoever the other side is: also one that is not known yet, or an
   * address nobody has.  All pairs of theirs among known endpoints are in `pairs` all the same.
   */
  readonly closed: ReadonlySet<string>;
  /** Ids of networks on whose bridge no port passes anything before it was admitted, also while no app runs. */
  readonly guardedNetworks: ReadonlySet<string>;
}

/** What `compile` needs of it: absent ports are all ports, absent sets are empty. */
export interface Denied {
  readonly pairs: readonly { readonly from: string; readonly to: string; readonly ports?: PortSet }[];
  readonly closed?: ReadonlySet<string>;
  readonly guardedNetworks?: ReadonlySet<string>;
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
  /** For the host: who may use its port of a guarded bridge, and under which addresses.  Absent: no bridge is guarded. */
  readonly admit?: readonly Admission[];
  /** Beside `admit`: the tables of the gate alone, with nobody admitted, for when the machine was started anew. */
  readonly closed?: string;
}

/**
 * One container's port on a guarded bridge.  The helper finds the port's name in the namespace and adds it, with these
 * addresses, to the sets of the table while it loads it: names change at every start.
 */
export interface Admission {
  /** Whose namespace it is. */
  readonly place: string;
  /** Its process on the machine. */
  readonly pid: number;
  /** The guarded bridge, by the name of its interface. */
  readonly bridge: string;
  /** Hardware address of the interface inside, by which the helper finds it. */
  readonly mac: string;
  readonly ipv4: readonly string[];
  readonly ipv6: readonly string[];
  /** Fingerprint of the table that its own namespace must hold, or it is not let in.  Absent: it has none of its own. */
  readonly fingerprint?: string;
}

/**
 * Established TCP that a block must end: connections `from` → `to`, opened in this direction.  Each side is an address or
 * a range of them (`first-last`).
 */
export interface SeveredFlow {
  readonly from: string;
  readonly to: string;
  /** Ports of `to`; absent: all. */
  readonly tcp?: readonly PortRange[];
  /** True: such connections live on, whatever other entries say. */
  readonly keep?: true;
}

/** Everything the guard must hold now, per namespace.  A namespace not listed must hold no table of ours. */
export interface Ruleset {
  readonly tables: readonly NamespaceTable[];
}

/** A change of the policy that somebody asks for. */
export type PolicyChange =
  | {
      readonly action: 'block' | 'allow';
      readonly from: SelectorText;
      readonly to: SelectorText;
      /** As `parsePorts` reads them; absent: everything. */
      readonly ports?: readonly string[];
    }
  /** `internet`: cut from the internet alone. Releasing ends both kinds, or that one alone. */
  | { readonly action: 'isolate' | 'release'; readonly name: SelectorText; readonly only?: 'internet' }
  /** `posture` as the name: the whole engine. */
  | { readonly action: 'guard' | 'unguard'; readonly name: SelectorText };

/** One step of a plan, in the order it runs. */
export interface PlanStep {
  readonly kind:
    | 'helper'
    | 'policy-file'
    | 'load-table'
    | 'remove-table'
    | 'sever'
    | 'verify'
    | 'pause'
    | 'pause-open'
    | 'pause-end'
    | 'policy-empty'
    | 'clear-engine'
    | 'resume'
    | 'gate-lift'
    | 'gate-return'
    | 'network-create'
    | 'network-connect'
    | 'network-disconnect'
    | 'network-remove'
    | 'unlink'
    | 'relink'
    | 'network-own'
    | 'rerun'
    | 'rerun-publish'
    | 'as-was'
    | 'restore'
    | 'restore-start'
    | 'restore-end';
  /** English; the page translates by `kind` and `params`. */
  readonly text: string;
  readonly params: Readonly<Record<string, string>>;
}

/** What a block or an allow would do, before it runs. */
export interface Plan {
  readonly action:
    | 'block'
    | 'allow'
    | 'isolate'
    | 'release'
    | 'guard'
    | 'unguard'
    | 'undo'
    | 'apply'
    | 'pause'
    | 'resume'
    | 'rerun'
    | 'clear';
  /**
   * The source of a rule, the one name of another change, the id of the one that is taken back, the name of a file, or the
   * minutes of a pause.
   */
  readonly from: SelectorText;
  /** The target of a rule; of another change `''`, `internet` where it is about that alone, or the power it takes away. */
  readonly to: SelectorText;
  /** Of a rule; `null`: everything.  Of a container that leaves the machine's network: those that could be published. */
  readonly ports: readonly string[] | null;
  /** The ordered endpoint-id pairs it changes now. */
  readonly pairs: readonly { readonly from: string; readonly to: string }[];
  readonly steps: readonly PlanStep[];
  readonly obstacles: readonly Obstacle[];
  /** False when an obstacle of severity `stop` covers every pair: nothing will be done. */
  readonly possible: boolean;
  /** The policy after it. */
  readonly policy: Policy;
  /** Of methods besides the firewall: what they do to the whole matrix. */
  readonly effect?: Effect;
}
