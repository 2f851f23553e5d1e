/** What an export can be about: everything, what is on screen, one project, one network. */
import type { DiagramScopeInput, ShownInput } from '../../../../shared/contract/diagram.ts';
import type { Frame } from '../../lib/frame.ts';
import { idsInQuery, parseQuery } from '../matrix/view.ts';

export interface ScopeChoice {
  readonly value: string;
  readonly kind: 'everything' | 'shown' | 'project' | 'network';
  readonly name: string;
  readonly scope: DiagramScopeInput;
  /** How it is shown on screen; absent: all of the scope. */
  readonly shown?: ShownInput;
}

/** What is on screen where that is not everything: who, and how. */
export interface OnScreen {
  readonly scope: DiagramScopeInput;
  readonly shown: ShownInput;
}

/** What is on screen first, where that is not everything. */
export function scopeChoices(frame: Frame, shown: OnScreen | null): readonly ScopeChoice[] {
  const sorted = (values: readonly string[]): string[] =>
    [...new Set(values)].filter((value) => value !== '').toSorted((a, b) => a.localeCompare(b));
  const projects = sorted(frame.endpoints.map(({ project }) => project));
  const networks = sorted(frame.networks.map(({ name }) => name));
  const used = new Set(frame.endpoints.flatMap((endpoint) => endpoint.networks));
  return [
    ...(shown ? [{ value: 'shown', kind: 'shown', name: '', ...shown } as const] : []),
    { value: 'everything', kind: 'everything', name: '', scope: {} },
    ...projects.map((name) => ({ value: `project ${name}`, kind: 'project', name, scope: { project: name } }) as const),
    ...networks
      .filter((name) => used.has(name))
      .map((name) => ({ value: `network ${name}`, kind: 'network', name, scope: { network: name } }) as const),
  ];
}

/** Of those, what an override of Compose can be of: whole projects whose containers Compose has made. */
export function composeChoices(frame: Frame, choices: readonly ScopeChoice[]): readonly ScopeChoice[] {
  const made = frame.endpoints.filter(({ kind, service }) => kind === 'container' && service !== '');
  const projects = new Set(made.map(({ project }) => project));
  return choices.filter(({ kind, name }) => kind === 'project' && projects.has(name));
}

/** Filters and what the screen does beside them; null where neither leaves anything out. */
export function onScreen(scope: DiagramScopeInput | null, shown: ShownInput): OnScreen | null {
  return scope === null && Object.keys(shown).length === 0 ? null : { scope: scope ?? {}, shown };
}

/**
 * The scope of a screen's filters; null where they let everything through.
 *
 * A name is looked for by the core; of `web > db` it is those that either side names, with all pairs among them.
 */
export function shownScope(
  frame: Frame,
  { network, query }: { readonly network: string; readonly query: string },
): DiagramScopeInput | null {
  const ids = idsInQuery(frame, query);
  const filter = parseQuery(query).kind === 'name' ? query.trim() : '';
  const scope = {
    ...(network === '' ? {} : { network }),
    ...(filter === '' ? {} : { filter }),
    // `web >` has everything on its other side.
    ...(ids === null || ids.length === frame.endpoints.length ? {} : { ids: [...ids] }),
  };
  return Object.keys(scope).length > 0 ? scope : null;
}
