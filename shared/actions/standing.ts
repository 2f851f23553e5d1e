/** What can be asked of a whole name of the policy — a network, a project, everything — as it stands. */
import type { Change, Standing } from '../contract/schemas.ts';
import { formatSelector } from '../policy/selector.ts';

export type Whole = { readonly kind: 'network' | 'project'; readonly name: string } | { readonly kind: 'everything' };

export interface WholeOffer {
  /** Its key under `standing.offer`. */
  readonly kind: 'isolate' | 'offline' | 'release' | 'guard' | 'unguard';
  readonly change: Change;
}

/** A network is guarded or not; a project, and everything, can be isolated as well. In the order they are offered. */
export function offersForWhole(whole: Whole, { posture, guarded, isolated, offline }: Standing): readonly WholeOffer[] {
  const selector = selectorOf(whole);
  const posted = whole.kind === 'everything' ? 'posture' : selector;
  const isGuarded = whole.kind === 'everything' ? posture === 'guarded' : guarded.includes(selector);
  const action = isGuarded ? 'unguard' : 'guard';
  const isolation = whole.kind === 'network' ? [] : isolationOffers(selector, isolated, offline);
  return [...isolation, { kind: action, change: { action, name: posted } }];
}

function isolationOffers(name: string, isolated: readonly string[], offline: readonly string[]): WholeOffer[] {
  const [isShut, isCut] = [isolated.includes(name), offline.includes(name)];
  const offers: WholeOffer[] = [];
  if (!isShut) offers.push({ kind: 'isolate', change: { action: 'isolate', name } });
  if (!isShut && !isCut) offers.push({ kind: 'offline', change: { action: 'isolate', name, only: 'internet' } });
  if (isShut || isCut) offers.push({ kind: 'release', change: { action: 'release', name } });
  return offers;
}

/** By which name of the policy a network or project is guarded now; null where it is not. */
export function guardedBy(
  network: { readonly name: string; readonly project: string },
  { posture, guarded }: Standing,
): 'itself' | 'project' | 'everything' | null {
  if (guarded.includes(selectorOf({ kind: 'network', name: network.name }))) return 'itself';
  if (network.project !== '' && guarded.includes(selectorOf({ kind: 'project', name: network.project })))
    return 'project';
  return posture === 'guarded' ? 'everything' : null;
}

/** As the policy file writes it. */
export function selectorOf(whole: Whole): string {
  switch (whole.kind) {
    case 'network':
      return formatSelector({ kind: 'network', network: whole.name });
    case 'project':
      return formatSelector({ kind: 'project', project: whole.name });
    case 'everything':
      return formatSelector({ kind: 'all' });
  }
}
