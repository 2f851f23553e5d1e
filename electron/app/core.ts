/**
 * The core as its carriers see it (bridge, serve, shell): state to watch, questions to ask, changes to make.
 *
 * Every method may reject with `BulkheadError`.  Listeners are called after each change, never with the value that
 * was current when they subscribed; each `on…` returns the way to stop listening.
 */
import type { ContainerAction, ContainerView, MountView, RunRequest } from '../../shared/contract/containers.ts';
import type { MachineUse, Overview } from '../../shared/contract/overview.ts';
import type {
  CompareInput,
  CompareResult,
  DiagramScopeInput,
  DiagramView,
  ExportInput,
  ExportResult,
} from '../../shared/contract/diagram.ts';
import type { Actor, JournalEntryView } from '../../shared/contract/journal.ts';
import type { FoundEngine, SettingsView } from '../../shared/contract/settings.ts';
import type { SettingsPatch } from '../../shared/settings.ts';
import type {
  ApplyEvent,
  CellView,
  Change,
  DiscoveryResult,
  DoctorReport,
  EngineChoice,
  EngineState,
  MatrixFrame,
  PlanView,
  TrafficHits,
  TrafficView,
  VerifyEvent,
} from '../../shared/contract/schemas.ts';
import type { CommitRequest } from '../engine/domains/containers.ts';
import type { Management } from '../engine/domains/index.ts';
import type { ProjectStore } from '../store/compose-projects.ts';
import type { DesktopLink } from './desktop-link.ts';
import type { Downloads } from './downloads.ts';
import type { Fleet } from './fleet.ts';
import type { Jobs } from './jobs.ts';
import type { StatsHub } from './stats-hub.ts';
import type { Topology } from '../../shared/topology/model.ts';
import type { Uploads } from './uploads.ts';

export type Unsubscribe = () => void;

/** How a long call is watched and cancelled. */
export interface Running<Event> {
  readonly signal: AbortSignal;
  readonly onEvent: (event: Event) => void;
}

export interface Core {
  readonly app: {
    info(): { readonly version: string; readonly configDir: string };
  };
  readonly settings: {
    /** Null until the file was read. */
    view(): SettingsView | null;
    onView(listener: (view: SettingsView) => void): Unsubscribe;
    set(patch: SettingsPatch): Promise<void>;
    export(): Promise<string>;
    import(text: string): Promise<void>;
    where(): { readonly folder: string; readonly file: string };
    /** Engines that may be there, each asked for its version. */
    found(signal: AbortSignal): Promise<FoundEngine[]>;
  };
  readonly engine: {
    state(): EngineState;
    onState(listener: (state: EngineState) => void): Unsubscribe;
    choices(): Promise<EngineChoice[]>;
    use(address: string): Promise<void>;
    retry(): Promise<void>;
    doctor(): Promise<DoctorReport>;
    discover(signal: AbortSignal): Promise<DiscoveryResult>;
  };
  /** All engines that are known, the connected one among them. */
  readonly fleet: Fleet;
  readonly matrix: {
    /** Null until an engine has been listed. */
    frame(): MatrixFrame | null;
    onFrame(listener: (frame: MatrixFrame) => void): Unsubscribe;
    /** `from` and `to` are endpoint ids. */
    explain(from: string, to: string): CellView;
  };
  readonly diagram: {
    /** @throws BulkheadError while no engine is connected. */
    get(scope: DiagramScopeInput): DiagramView;
    export(input: ExportInput): Promise<ExportResult>;
    compare(input: CompareInput): Promise<CompareResult>;
  };
  readonly traffic: {
    /** Reads and tells for as long as somebody listens; `from` and `to` are endpoint ids. */
    onPair(from: string, to: string, listener: (traffic: TrafficView) => void): Unsubscribe;
    onHits(listener: (hits: TrafficHits) => void): Unsubscribe;
  };
  readonly policy: {
    plan(change: Change): Promise<PlanView>;
    /**
     * Resolves when applied and verified; its last event is `done`.
     *
     * @param who whose change the journal says it is: the app's unless told.
     */
    apply(change: Change, running: Running<ApplyEvent>, who?: Actor): Promise<void>;
  };
  readonly journal: {
    /** The newest entries, newest first; 200 unless told. */
    list(limit?: number): Promise<JournalEntryView[]>;
    /** The same as of the last change; null until an engine is connected. */
    entries(): JournalEntryView[] | null;
    onEntries(listener: (entries: JournalEntryView[]) => void): Unsubscribe;
  };
  readonly verify: {
    run(scope: { readonly from?: string; readonly to?: string }, running: Running<VerifyEvent>): Promise<void>;
  };
  readonly containers: {
    list(): ContainerView[] | null;
    onList(listener: (list: ContainerView[]) => void): Unsubscribe;
    /** Each starts a job; its id. */
    act(action: ContainerAction): string;
    run(request: RunRequest): string;
    commit(request: CommitRequest & { readonly ref: string }): string;
    mounts(ref: string): MountView[];
    readonly stats: Pick<StatsHub, 'watch'>;
  };
  readonly overview: {
    /** Null until an engine has been listed. */
    now(): Overview | null;
    onChange(listener: () => void): Unsubscribe;
    /** What the containers take of the machine, for as long as somebody listens. */
    onUse(listener: (use: MachineUse) => void): Unsubscribe;
  };
  readonly topology: {
    /** Null until an engine has been listed. */
    now(): Topology | null;
    /** @throws BulkheadError while there is none. */
    known(): Topology;
    /** Reads all of it again: after what the engine tells no event of. @throws BulkheadError */
    refresh(): Promise<void>;
    onChange(listener: (topology: Topology) => void): Unsubscribe;
  };
  /** Compose projects that were opened or taken down here, of the connected engine. */
  readonly projects: ProjectStore;
  /** The domains of the connected engine. @throws BulkheadError while there is none. */
  manage(): Management;
  /** Those of the connected engine; they end when it is left. */
  readonly jobs: Omit<Jobs, 'close'>;
  /** Files for the user's disk, fetched by the carrier beside the contract. */
  readonly downloads: Pick<Downloads, 'offer' | 'take'>;
  /** Files from the user's disk, sent by the carrier beside the contract. */
  readonly uploads: Pick<Uploads, 'expect' | 'give'>;
  /** Between the page and the desktop app around it. */
  readonly desktop: DesktopLink;
  close(): Promise<void>;
}
