/** Where the page is, as its address says it: `#/containers/web/logs?follow=1`. */
export const SCREENS = [
  'overview',
  'matrix',
  'containers',
  'compose',
  'images',
  'volumes',
  'networks',
  'services',
  'engine',
  'history',
  'guide',
  'settings',
] as const;
export type Screen = (typeof SCREENS)[number];

export interface Route {
  readonly screen: Screen;
  /** What comes after the screen: the name of one of its things, then the tab of its detail.  Not escaped. */
  readonly path: readonly string[];
  readonly query: Readonly<Record<string, string>>;
}

/** What is asked for where nothing is said. */
export const HOME: Route = { screen: 'overview', path: [], query: {} };

/** @returns null where the hash names no screen of ours: it is somebody's else then, and changes nothing */
export function parseRoute(hash: string): Route | null {
  if (!hash.startsWith('#/')) return null;
  const [path = '', query = ''] = hash.slice(2).split('?', 2);
  const [first, ...rest] = path.split('/').map(decoded);
  const screen = SCREENS.find((one) => one === first);
  if (!screen) return null;
  return {
    screen,
    path: rest.filter((part) => part !== ''),
    query: Object.fromEntries(new URLSearchParams(query)),
  };
}

/** The address of a place, for links: `hashOf('containers', 'web', 'logs')`. */
export function hashOf(screen: Screen, ...path: readonly string[]): string {
  return `#/${[screen, ...path].map((part) => encodeURIComponent(part)).join('/')}`;
}

/** The matrix of one network. */
export function matrixOf(network: string): string {
  return `${hashOf('matrix')}?${new URLSearchParams({ network }).toString()}`;
}

/** The matrix, or the same as a diagram. */
export function showAs(view: 'matrix' | 'diagram'): void {
  window.location.hash = view === 'diagram' ? `${hashOf('matrix')}?view=diagram` : hashOf('matrix');
}

/** Goes there; the way back is the browser's. */
export function goTo(screen: Screen, ...path: readonly string[]): void {
  window.location.hash = hashOf(screen, ...path);
}

/** The same for a screen that is known by name only; one that is none of ours changes nothing. @param query of an open dialog, say */
export function goToQuery(name: string, query: Readonly<Record<string, string>>): void {
  const screen = SCREENS.find((one) => one === name);
  if (!screen) return;
  const text = new URLSearchParams(query).toString();
  window.location.hash = text === '' ? hashOf(screen) : `${hashOf(screen)}?${text}`;
}

/** Stays there and says something else about it (an open dialog, a filter). */
export function replaceQuery(query: Readonly<Record<string, string>>): void {
  const [path = ''] = window.location.hash.split('?', 1);
  const text = new URLSearchParams(query).toString();
  window.location.hash = text === '' ? path : `${path}?${text}`;
}

/** Says where the page is now, and again whenever that changes; returns the way to stop. */
export function followRoute(onRoute: (route: Route) => void): () => void {
  const tell = (): void => {
    const { hash } = window.location;
    // The way back to where the app began leads to an address that says nothing.
    const route = hash === '' || hash === '#' ? HOME : parseRoute(hash);
    if (route) onRoute(route);
  };
  tell();
  window.addEventListener('hashchange', tell);
  return () => window.removeEventListener('hashchange', tell);
}

/** A name that is not escaped as it should be is taken as it is. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
