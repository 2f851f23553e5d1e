/** What is on screen, in small slices.  The core owns the truth; nothing in here is computed twice. */
import { createContext, useContext } from 'react';
import { createStore, useStore, type StoreApi } from 'zustand';
import type { ContainerView } from '../../../shared/contract/containers.ts';
import type { JobView } from '../../../shared/contract/jobs.ts';
import type { JournalEntryView } from '../../../shared/contract/journal.ts';
import type { EngineState } from '../../../shared/contract/schemas.ts';
import type { SettingsView } from '../../../shared/contract/settings.ts';
import type { Folded } from '../../../shared/diagram/collapse.ts';
import { LAYERS } from '../../../shared/diagram/shown.ts';
import type { ErrorShape } from '../../../shared/errors.ts';
import type { Layer } from '../../../shared/reachability/model.ts';
import type { Subject } from '../features/explain/runner.ts';
import type { Grouping, PairRef } from '../features/matrix/view.ts';
import type { Frame } from './frame.ts';
import { HOME, type Route } from './route.ts';
import { shareUnchanged } from './share.ts';

/** A change in the dialog: what it is about, for the runner and for people. */
export interface Asked {
  readonly subject: Subject;
  readonly about: string;
}

/** What the core last said. */
export interface CoreSlice {
  /** Between the page and the core: `waiting` before the first word, `down` while it is lost. */
  readonly link: 'waiting' | 'up' | 'down';
  readonly engine: EngineState | null;
  /** The last failure to connect, kept while the core tries again, so that its page does not flicker. */
  readonly failure: Extract<EngineState, { phase: 'failed' }> | null;
  readonly frame: Frame | null;
  readonly containers: readonly ContainerView[] | null;
  /** Newest first. */
  readonly jobs: readonly JobView[];
  /** Newest first. */
  readonly history: readonly JournalEntryView[] | null;
  /** Of Bulkhead itself, whatever the engine; null until the core has told. */
  readonly settings: SettingsView | null;
}

/** Where the user is: follows the address of the page, which is the one truth of it (`goTo`). */
export interface RouteSlice {
  readonly route: Route;
}

/** What the user did to the matrix screen. */
export interface MatrixSlice {
  readonly cursor: PairRef | null;
  /** The pair in the explain panel; null: it is closed. */
  readonly selection: PairRef | null;
  readonly grouping: Grouping;
  readonly network: string;
  readonly query: string;
  /** Edge of a cell in CSS pixels; null: what suits the number of endpoints. */
  readonly cell: number | null;
  readonly asked: Asked | null;
}

/** How the diagram shows the engine: it is the same when one comes back from the matrix. */
export interface DiagramLook {
  readonly layout: 'layered' | 'force';
  readonly layers: ReadonlySet<Layer>;
  readonly folded: Folded;
  /** Whose reach is followed: a key of the diagram. */
  readonly focus: string | null;
}

const WHOLE_DIAGRAM: DiagramLook = {
  layout: 'layered',
  layers: new Set(LAYERS),
  folded: { projects: new Set(), networks: new Set() },
  focus: null,
};

export type AppState = CoreSlice & RouteSlice & MatrixSlice & { readonly diagram: DiagramLook };
export type AppStore = StoreApi<AppState>;

export const INITIAL_STATE: AppState = {
  link: 'waiting',
  engine: null,
  failure: null,
  frame: null,
  containers: null,
  jobs: [],
  history: null,
  settings: null,
  route: HOME,
  cursor: null,
  selection: null,
  grouping: 'project',
  network: '',
  query: '',
  cell: null,
  asked: null,
  diagram: WHOLE_DIAGRAM,
};

/** A link may lead to the matrix of one network: `#/matrix?network=NAME`. */
export function enterRoute(route: Route): Partial<AppState> {
  const { network } = route.query;
  return route.screen === 'matrix' && network !== undefined ? { route, network, query: '' } : { route };
}

/** @param route where the page begins */
export function createAppStore(route: Route = HOME): AppStore {
  return createStore<AppState>(() => ({ ...INITIAL_STATE, ...enterRoute(route) }));
}

export type CoreNews =
  | { readonly kind: 'engine'; readonly engine: EngineState }
  | { readonly kind: 'frame'; readonly frame: Frame }
  | { readonly kind: 'containers'; readonly containers: readonly ContainerView[] }
  | { readonly kind: 'jobs'; readonly jobs: readonly JobView[] }
  | { readonly kind: 'history'; readonly history: readonly JournalEntryView[] }
  | { readonly kind: 'settings'; readonly settings: SettingsView }
  | { readonly kind: 'down'; readonly error: ErrorShape }
  /** The user asked for another engine: what is shown of the old one goes at once. */
  | { readonly kind: 'leaving' };

/** What is shown is no longer kept true: the engine is away, or the core is. */
export function isStale({ link, engine }: Pick<AppState, 'link' | 'engine'>): boolean {
  return link === 'down' || engine?.phase === 'reconnecting';
}

/** How the engine stands as far as the page can know: of a lost core the last word no longer counts. */
export function shownPhase({ link, engine }: Pick<AppState, 'link' | 'engine'>): EngineState['phase'] | 'lost' {
  return link === 'down' ? 'lost' : (engine?.phase ?? 'connecting');
}

/** The new state after a word of the core. */
export function reduceNews(state: AppState, news: CoreNews): Partial<AppState> {
  switch (news.kind) {
    case 'engine':
      return { link: 'up', engine: news.engine, failure: failureAfter(state, news.engine) };
    case 'frame':
      return { link: 'up', frame: news.frame, network: stillThere(news.frame, state.network) };
    case 'containers':
      return { link: 'up', containers: shareUnchanged(state.containers, news.containers, ({ id }) => id) };
    case 'jobs':
      return { link: 'up', jobs: news.jobs };
    case 'history':
      return { link: 'up', history: news.history };
    case 'settings':
      return { link: 'up', settings: news.settings };
    case 'down':
      return { link: 'down' };
    case 'leaving':
      return {
        frame: null,
        containers: null,
        jobs: [],
        history: null,
        failure: null,
        cursor: null,
        selection: null,
        network: '',
        query: '',
        asked: null,
        diagram: WHOLE_DIAGRAM,
      };
  }
}

function failureAfter(state: AppState, engine: EngineState): CoreSlice['failure'] {
  if (engine.phase === 'failed') return engine;
  return engine.phase === 'connecting' ? state.failure : null;
}

/** A filter by a network that was removed would show nothing, for no visible reason. */
function stillThere(frame: Frame, network: string): string {
  return frame.endpoints.some(({ networks }) => networks.includes(network)) ? network : '';
}

export const AppStoreContext = createContext<AppStore | null>(null);

export function useAppStore(): AppStore {
  const store = useContext(AppStoreContext);
  if (!store) throw new Error('useAppStore needs an AppStoreContext above it');
  return store;
}

export function useApp<T>(select: (state: AppState) => T): T {
  return useStore(useAppStore(), select);
}
