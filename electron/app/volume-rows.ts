/** Volumes and who uses them, out of the topology. */
import type { PrunePreview } from '../../shared/contract/images.ts';
import type { VolumeRow, VolumeUsage, VolumeUser } from '../../shared/contract/volumes.ts';
import { isContainer, projectOf, type Topology } from '../../shared/topology/model.ts';
import { shortTexts } from '../lib/short-texts.ts';

const ANONYMOUS = /^[0-9a-f]{64}$/;

export function volumeRows({ volumes = [], endpoints }: Topology): VolumeRow[] {
  const users = new Map<string, VolumeUser[]>();
  for (const container of endpoints.filter(isContainer)) {
    for (const { type, source, destination, writable } of container.mounts) {
      if (type !== 'volume') continue;
      const { id, name, state } = container;
      users.set(source, [...(users.get(source) ?? []), { id, name, state, destination, writable }]);
    }
  }
  return volumes.map(({ name, driver, mountpoint, options, labels }) => ({
    name,
    driver,
    mountpoint,
    options: shortTexts(options),
    labels: shortTexts(labels),
    project: projectOf(labels),
    anonymous: ANONYMOUS.test(name),
    users: users.get(name) ?? [],
  }));
}

/** No container has them, running or not. @param all named ones too */
export function unusedVolumes(topology: Topology, usage: readonly VolumeUsage[], all: boolean): PrunePreview {
  const sizes = new Map(usage.map(({ name, size }) => [name, size]));
  const items = volumeRows(topology)
    .filter(({ users, anonymous }) => users.length === 0 && (all || anonymous))
    .map(({ name }) => ({ id: name, name, size: sizes.get(name) ?? null }));
  return { items, bytes: items.reduce((sum, { size }) => sum + (size ?? 0), 0) };
}
