/** Everything that can be found in the palette, and in which order. */
import type { TFunction } from 'i18next';
import { offersFor } from '../../../../shared/actions/isolation.ts';
import { offersForWhole, selectorOf, type Whole } from '../../../../shared/actions/standing.ts';
import { ACTIONS, type Action, type ActionContext, type Deed } from '../../../../shared/actions/registry.ts';
import type { LifecycleAction } from '../../../../shared/contract/containers.ts';
import type { ImageView } from '../../../../shared/contract/images.ts';
import type { VolumeRow } from '../../../../shared/contract/volumes.ts';
import type { Change, EndpointView, NetworkView } from '../../../../shared/contract/schemas.ts';
import type { Screen } from '../../lib/route.ts';
import { actionsFor } from '../containers/actions.ts';
import type { Acted } from '../containers/use-container-actions.tsx';
import type { Subject } from '../explain/runner.ts';
import { imageLink, imageName } from '../images/names.ts';
import { fit } from './fuzzy.ts';

export type EntryGroup =
  Action['group'] | 'pairs' | 'containers' | 'services' | 'projects' | 'networks' | 'images' | 'volumes';

export type EntryDeed =
  | Deed
  | { readonly kind: 'open'; readonly screen: Screen; readonly path: readonly string[] }
  | {
      readonly kind: 'ask';
      readonly subject: Subject;
      readonly change: Change;
      readonly about: string;
    }
  | { readonly kind: 'act'; readonly container: Acted; readonly action: LifecycleAction };

export interface Entry {
  /** Unique among all. */
  readonly id: string;
  readonly group: EntryGroup;
  readonly text: string;
  /** More about it, in few words. */
  readonly hint: string;
  /** What else it is found by. */
  readonly also: string;
  readonly keys: string | null;
  readonly deed: EntryDeed;
}

export interface Things {
  readonly endpoints: readonly EndpointView[];
  readonly networks: readonly NetworkView[];
  readonly images: readonly ImageView[];
  readonly volumes: readonly VolumeRow[];
}

/** In the order of their groups; what makes no sense now is not among them. */
export function entriesOf(t: TFunction, context: ActionContext, things: Things): readonly Entry[] {
  const actions = ACTIONS.flatMap(({ id, group, keys, deed }): Entry[] => {
    const done = deed(context);
    // The palette itself is open already.
    if (!done || id === 'palette') return [];
    return [{ id, group, text: t(`action.${id}`), hint: '', also: id, keys: keys ?? null, deed: done }];
  });
  return [
    ...actions,
    ...containersOf(t, context, things),
    ...servicesOf(things),
    ...projectsOf(t, context, things),
    ...networksOf(t, context, things),
    ...imagesOf(things),
    ...volumesOf(things),
  ];
}

/** What one looks for by typing; the rest is at hand where the container is shown. */
const ACTS: ReadonlySet<LifecycleAction> = new Set(['start', 'unpause', 'stop', 'restart']);

function containersOf(t: TFunction, { phase, limits }: ActionContext, { endpoints }: Things): readonly Entry[] {
  const canShut = !limits.some(({ what }) => what === 'firewall');
  return endpoints
    .filter(({ kind }) => kind === 'container')
    .flatMap((endpoint): Entry[] => {
      const { id, name, image, project, state } = endpoint;
      const of = { group: 'containers', hint: image, also: `${project} ${image}`, keys: null } as const;
      const offers = phase === 'connected' ? offersFor(endpoint) : [];
      const acts = phase === 'connected' ? actionsFor(state).filter((action) => ACTS.has(action)) : [];
      const tabs = state === 'running' ? (['logs', 'terminal'] as const) : (['logs'] as const);
      return [
        { ...of, id: `container ${id}`, text: name, deed: { kind: 'open', screen: 'containers', path: [name] } },
        ...offers
          .filter(({ kind }) => kind === 'release' || canShut)
          .map(({ kind, subject, change, by }): Entry => {
            const offer = by === null ? t(`isolation.offer.${kind}`) : t('isolation.offer.release-by', { by });
            const deed = { kind: 'ask', subject, change, about: by ?? name } as const;
            return { ...of, id: `${kind} ${id}`, text: t('palette.of', { offer, name }), deed };
          }),
        ...acts.map((action): Entry => {
          const offer = t(`containers.action.${action}`);
          const deed = { kind: 'act', container: { id, name, state }, action } as const;
          return { ...of, id: `${action} ${id}`, text: t('palette.of', { offer, name }), deed };
        }),
        ...tabs.map((tab): Entry => {
          const offer = t(`containers.tab.${tab}`);
          const deed = { kind: 'open', screen: 'containers', path: [name, tab] } as const;
          return { ...of, id: `${tab} ${id}`, text: t('palette.of', { offer, name }), deed };
        }),
      ];
    });
}

function networksOf(t: TFunction, context: ActionContext, { networks }: Things): readonly Entry[] {
  return networks.flatMap(({ id, name, driver, subnets }): Entry[] => {
    const of = { group: 'networks', hint: driver, also: subnets.join(' '), keys: null } as const;
    // Nobody is on those two, which are no networks.
    const isReal = driver !== 'host' && driver !== 'null';
    return [
      { ...of, id: `network ${id}`, text: name, deed: { kind: 'open', screen: 'networks', path: [name] } },
      ...(isReal ? wholeEntries(t, context, { kind: 'network', name }, of) : []),
    ];
  });
}

function servicesOf({ endpoints }: Things): readonly Entry[] {
  return endpoints
    .filter(({ kind }) => kind === 'service')
    .map(({ id, name, project }) => ({
      id: `service ${id}`,
      group: 'services',
      text: name,
      hint: '',
      also: project,
      keys: null,
      deed: { kind: 'open', screen: 'services', path: [name] },
    }));
}

function projectsOf(t: TFunction, context: ActionContext, { endpoints }: Things): readonly Entry[] {
  const names = new Set(endpoints.map(({ project }) => project).filter((project) => project !== ''));
  return [...names].flatMap((name): Entry[] => {
    const of = { group: 'projects', hint: '', also: '', keys: null } as const;
    return [
      { ...of, id: `project ${name}`, text: name, deed: { kind: 'open', screen: 'compose', path: [name] } },
      ...wholeEntries(t, context, { kind: 'project', name }, of),
    ];
  });
}

/** What can be asked of a whole network or project as it stands. */
function wholeEntries(
  t: TFunction,
  { phase, standing, limits }: ActionContext,
  whole: Extract<Whole, { name: string }>,
  of: Pick<Entry, 'group' | 'hint' | 'also' | 'keys'>,
): readonly Entry[] {
  if (phase !== 'connected' || !standing) return [];
  const cannot = (what: 'firewall' | 'guard'): boolean => limits.some((limit) => limit.what === what);
  return offersForWhole(whole, standing)
    .filter(({ kind }) =>
      kind === 'guard' ? !cannot('guard') : kind === 'isolate' || kind === 'offline' ? !cannot('firewall') : true,
    )
    .map(({ kind, change }) => ({
      ...of,
      id: `${kind} ${whole.kind} ${whole.name}`,
      text: t('palette.of', { offer: t(`standing.offer.one.${kind}`), name: whole.name }),
      deed: { kind: 'ask', subject: { name: selectorOf(whole) }, change, about: whole.name },
    }));
}

function volumesOf({ volumes }: Things): readonly Entry[] {
  return volumes.map(({ name, driver, users, project }) => ({
    id: `volume ${name}`,
    group: 'volumes',
    text: name,
    hint: driver,
    also: [project, ...users.map((user) => user.name)].join(' '),
    keys: null,
    deed: { kind: 'open', screen: 'volumes', path: [name] },
  }));
}

function imagesOf({ images }: Things): readonly Entry[] {
  return images.map((image) => ({
    id: `image ${image.id}`,
    group: 'images',
    text: imageName(image),
    hint: '',
    also: image.tags.join(' '),
    keys: null,
    deed: { kind: 'open', screen: 'images', path: [imageLink(image)] },
  }));
}

/** More than anybody reads; whoever looks for one of hundreds types another letter. */
const MOST = 60;

/**
 * Those that fit, the best first.  With nothing typed: the actions, and the things themselves without what can be done to each.
 */
export function search(entries: readonly Entry[], query: string): readonly Entry[] {
  if (query.trim() === '') return entries.filter(({ deed }) => !isOfAThing(deed)).slice(0, MOST);
  return entries
    .flatMap((entry) => {
      const own = fit(query, entry.text);
      // What it is called counts for more than what it is found by beside that.
      const score = own ?? discounted(fit(query, `${entry.text} ${entry.also}`));
      return score === null ? [] : [{ entry, score }];
    })
    .toSorted((a, b) => b.score - a.score)
    .slice(0, MOST)
    .map(({ entry }) => entry);
}

/** What can be done to a thing, or a part of its page, beside the thing itself. */
function isOfAThing(deed: EntryDeed): boolean {
  return deed.kind === 'ask' || deed.kind === 'act' || (deed.kind === 'open' && deed.path.length > 1);
}

function discounted(score: number | null): number | null {
  return score === null ? null : score - 2;
}
