/** Which quick isolations make sense for an endpoint as it stands: for the page's menus and for the tray. */
import type { Change, EndpointView } from '../contract/schemas.ts';

export interface Offer {
  /** Its key under `isolation.offer`. */
  readonly kind: 'isolate' | 'offline' | 'release';
  /** What a question about it is about. */
  readonly subject: { readonly name: string };
  readonly change: Change;
  /** By which name it is isolated, where that is not its own: releasing frees all who have it. */
  readonly by: string | null;
}

/** In the order they are offered; none for what has no network of its own to close. */
export function offersFor({ id, kind, name, project, service, isolation }: EndpointView): readonly Offer[] {
  if (kind !== 'container') return [];
  const offers: Offer[] = [];
  const subject = { name: id };
  if (isolation?.from !== 'everything') {
    offers.push({ kind: 'isolate', subject, change: { action: 'isolate', name: id }, by: null });
  }
  if (!isolation) {
    offers.push({ kind: 'offline', subject, change: { action: 'isolate', name: id, only: 'internet' }, by: null });
  } else {
    const { by } = isolation;
    const isOwn = by === `container:${name}` || by === `${project}/${service}`;
    offers.push({
      kind: 'release',
      subject: { name: by },
      change: { action: 'release', name: by },
      by: isOwn ? null : by,
    });
  }
  return offers;
}
