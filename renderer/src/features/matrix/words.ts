/** What the matrix says in words: tooltips, the announcer, the panel's first line. */
import type { i18n, TFunction } from 'i18next';
import type { EndpointView } from '../../../../shared/contract/schemas.ts';
import { en as words } from '../../i18n/catalogue.en.ts';
import type { CellState } from '../../lib/frame.ts';
import { isZone, sharedNetworks, ZONE_GROUP } from './view.ts';

/** Zones are ours and translated; every other name is the engine's. */
export function endpointName(t: TFunction, endpoint: EndpointView): string {
  return isZone(endpoint) ? t(`zone.${endpoint.kind}`) : endpoint.name;
}

/** A container's state as people call it (`exited`: stopped); one we do not know, as the engine says it. */
export function stateName(translations: i18n, state: string): string {
  return isStateName(state) ? translations.t(`containers.state.${state}`) : state;
}

/** `Swarm service, 3/4 tasks run`. */
export function serviceWords(t: TFunction, { state }: EndpointView): string {
  return t('service.about', { tasks: state });
}

function isStateName(state: string): state is keyof typeof words.containers.state {
  return Object.hasOwn(words.containers.state, state);
}

export function bandName(t: TFunction, label: string, grouping: 'project' | 'network' | 'none'): string {
  if (label === ZONE_GROUP) return t('matrix.band.zones');
  if (label !== '') return label;
  return grouping === 'none' ? '' : t(`matrix.band.no-${grouping}`);
}

/** `open`, `blocked by your rule`, `your block is not in force`… */
export function stateWords(t: TFunction, state: CellState): string {
  switch (state.denial) {
    case 'held':
      return t('cell.held');
    case 'pending':
      return t('cell.pending');
    case 'paused':
      return t('cell.paused');
    case 'failed':
      return t('cell.failed');
    case 'none':
      return t(`cell.${state.verdict}`);
  }
}

/** One cell as a sentence: `web → db: open. Shared network: app.` */
export function cellSentence(t: TFunction, from: EndpointView, to: EndpointView, state: CellState): string {
  const pair = t('cell.pair', { from: endpointName(t, from), to: endpointName(t, to) });
  if (from.id === to.id) return t('cell.sentence', { pair, verdict: t('cell.self') });
  const networks = sharedNetworks(from, to);
  const sentence = t('cell.sentence', { pair, verdict: stateWords(t, state) });
  const shared = networks.length > 0 ? t('cell.shared', { networks: networks.join(', ') }) : t('cell.no-shared');
  const side = state.sideLayer ? ` ${t('cell.side')}` : '';
  return isZone(from) || isZone(to) ? `${sentence}${side}` : `${sentence} ${shared}${side}`;
}
