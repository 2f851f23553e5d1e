/** What is told of one container beyond what the engine says of it alone. */
import type { MountView } from '../../shared/contract/containers.ts';
import { BulkheadError } from '../../shared/errors.ts';
import { isContainer, type Mount, type Topology } from '../../shared/topology/model.ts';

/** Its mounts, each with the other containers that have the same. @throws BulkheadError `NOT_FOUND` */
export function mountsOf({ endpoints }: Topology, ref: string): MountView[] {
  const containers = endpoints.filter(isContainer);
  const own = containers.find(({ id, name }) => id === ref || name === ref);
  if (!own) {
    throw new BulkheadError({
      code: 'NOT_FOUND',
      message: 'That container is no longer there.',
      hint: 'It may have been removed meanwhile.',
    });
  }
  return own.mounts.map((mount) => ({
    type: mount.type,
    source: mount.source,
    destination: mount.destination,
    writable: mount.writable,
    sharedWith: containers
      .filter(({ id }) => id !== own.id)
      .flatMap(({ name, mounts }) => {
        const same = mounts.filter((other) => isSame(mount, other));
        return same.length === 0 ? [] : [{ name, writable: same.some(({ writable }) => writable) }];
      }),
  }));
}

function isSame(a: Mount, b: Mount): boolean {
  return a.type === b.type && a.source === b.source && a.source !== '' && a.type !== 'tmpfs';
}
