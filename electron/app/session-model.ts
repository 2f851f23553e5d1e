/** What one connected engine offers with everything Bulkhead does on it; `session.ts` makes it. */
import type { RunSpec } from '../../shared/containers/run-spec.ts';
import type { Change, GuardState, ProbeView } from '../../shared/contract/schemas.ts';
import type { Actor, JournalEntry } from '../../shared/contract/journal.ts';
import type { Plan, Policy } from '../../shared/policy/model.ts';
import type { Cell, Denial, Matrix } from '../../shared/reachability/model.ts';
import type { Topology } from '../../shared/topology/model.ts';
import type { Discovery, EngineDriver } from '../engine/driver.ts';
import type { Hit, PairTraffic, Untried } from '../guard/index.ts';
import type { PolicyStore } from '../store/policy-store.ts';
import type { StepListener } from '../store/steps.ts';

export interface Tally {
  readonly agree: number;
  readonly disagree: number;
  readonly errors: number;
  /** After a block: pairs with both sides up that are not held all the same, whatever the probes said. */
  readonly unheld?: number;
  /** What was not tried, and why; absent where everything was. */
  readonly untried?: Untried;
}

/** How a long call is watched and cancelled; every listener is optional. */
export interface Watched {
  readonly signal?: AbortSignal;
  readonly onProgress?: (step: string, detail: string) => void;
  readonly onProbe?: (probe: ProbeView) => void;
  readonly onCount?: (done: number, total: number) => void;
  /** Who asked for it, where that is not whose session it is. */
  readonly who?: Actor | undefined;
}

/** A policy file of the user's own. */
export interface PolicyFile {
  /** As it was named; it is told in front of line and column. */
  readonly name: string;
  readonly text: string;
}

export interface Session {
  readonly driver: EngineDriver;
  topology(): Topology;
  policy(): Policy;
  denials(): readonly Denial[];
  guardState(): GuardState;
  matrix(): Matrix;
  explain(from: string, to: string): Cell;
  /** What `change` would do; `from`/`to` are endpoint ids, names or selectors. */
  plan(change: Change): Promise<Plan>;
  /** Saves the rule, makes the wire true, probes the pairs it changed, and writes all that down in the journal. */
  apply(change: Change, watched: Watched): Promise<Tally>;
  /** What it would do to make a whole file the engine's policy. @throws BulkheadError `POLICY_FILE`, with line and column */
  planFile(file: PolicyFile): Plan;
  /** Saves the file word for word, makes the wire true, and probes the pairs that changed. */
  applyFile(file: PolicyFile, watched: Watched): Promise<Tally>;
  /** Makes a container anew by the spec, in its own place; resolves with its new id. Whatever happens meanwhile, one of the two is left. */
  replace(ref: string, spec: RunSpec, signal?: AbortSignal): Promise<string>;
  /** What was changed of this engine's policy, newest first. */
  journal(): Promise<readonly JournalEntry[]>;
  /** Called after the journal has changed, by whomever while the session follows. */
  onJournal(listener: () => void): () => void;
  verify(scope: { readonly from?: string; readonly to?: string }, watched: Watched): Promise<Tally>;
  /** Resolves when the wire is what the policy wants, or rejects with why it cannot be. */
  settle(watched: Watched): Promise<void>;
  /** Reads what is on the wire now, changing nothing, so that verdicts tell which rules are in force. */
  observe(): Promise<void>;
  /** Reads what the tables in these endpoints' places have counted, all where null.  Never rejects. */
  count(endpoints: readonly string[] | null): Promise<void>;
  /** What was counted of a pair by then; null where nothing of ours counts it. */
  traffic(from: string, to: string): PairTraffic | null;
  /** Pairs that were being refused at the last two looks. */
  hits(): readonly Hit[];
  /** Asks service registries and load balancers for the names they hold; `explain` tells them from then on. */
  discover(signal: AbortSignal): Promise<Discovery>;
  /** Called after any change of topology, policy or guard. */
  onChange(listener: () => void): () => void;
  /** Removes every trace from the engine and every rule from the policy. */
  clear(): Promise<void>;
  close(): Promise<void>;
}

export interface SessionOptions {
  readonly driver: EngineDriver;
  readonly store: PolicyStore;
  /** Follow the policy file and keep the wire true from now on (an app), or act only when asked (one command). */
  readonly follow: boolean;
  /** Whose changes the journal says they are; the app's unless told. */
  readonly who?: Actor;
  /** Told how far a change is: for tests that cut it off there. */
  readonly onStep?: StepListener;
  /** Open without rules when the policy file cannot be understood, and leave that file alone; `guardState` says why. */
  readonly toleratesFault?: boolean;
}
