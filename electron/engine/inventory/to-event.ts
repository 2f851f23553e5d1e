/** What one line of `GET /events` means for the inventory. */
import { BULKHEAD_LABEL } from '../../../shared/topology/model.ts';
import { objectOf, textOf } from './json.ts';

/** What to look at again. */
export type Note =
  | { readonly kind: 'container'; readonly id: string }
  | { readonly kind: 'container-gone'; readonly id: string }
  | { readonly kind: 'network'; readonly id: string }
  | { readonly kind: 'network-gone'; readonly id: string }
  /** `id` is the volume's name. */
  | { readonly kind: 'volume'; readonly id: string }
  | { readonly kind: 'volume-gone'; readonly id: string }
  /** Services or nodes: told apart only by listing them. */
  | { readonly kind: 'swarm'; readonly id: 'swarm' };

/**
 * Everything else (exec, attach, top, …) changes nothing that we hold, and comes by the thousand.
 */
const CONTAINER_CHANGES = new Set([
  'create',
  'start',
  'restart',
  'die',
  'died',
  'stop',
  'pause',
  'unpause',
  'rename',
  'update',
  'init',
]);
const CONTAINER_ENDS = new Set(['destroy', 'remove']);

export function toNotes(event: unknown): readonly Note[] {
  const root = objectOf(event);
  const actor = objectOf(root['Actor']);
  const attributes = objectOf(actor['Attributes']);
  // Before API 1.22, and beside `Action`/`Actor` until 1.51: `status` and `id`.
  const action = textOf(root['Action']) || textOf(root['status']);
  const id = textOf(actor['ID']) || textOf(root['id']);
  if (id === '') return [];
  const type = textOf(root['Type']) || 'container';
  if (type === 'container') {
    if (BULKHEAD_LABEL in attributes) return [];
    if (CONTAINER_ENDS.has(action)) return [{ kind: 'container-gone', id }];
    // Docker writes `health_status: healthy`, once for every change; Podman `health_status` at every check.
    const isChange = CONTAINER_CHANGES.has(action) || action.startsWith('health_status: ');
    return isChange ? [{ kind: 'container', id }] : [];
  }
  if (type === 'service' || type === 'node') return [{ kind: 'swarm', id: 'swarm' }];
  // Mounting and unmounting comes with every start, and changes nothing of the volume.
  if (type === 'volume') {
    if (action === 'create') return [{ kind: 'volume', id }];
    return action === 'destroy' || action === 'remove' ? [{ kind: 'volume-gone', id }] : [];
  }
  if (type !== 'network') return [];
  const member = textOf(attributes['container']);
  switch (action) {
    case 'create':
    case 'update':
      return [{ kind: 'network', id }];
    case 'destroy':
    case 'remove':
      return [{ kind: 'network-gone', id }];
    case 'connect':
    case 'disconnect':
      return [{ kind: 'network', id }, ...(member === '' ? [] : [{ kind: 'container', id: member } as const])];
    default:
      return [];
  }
}
