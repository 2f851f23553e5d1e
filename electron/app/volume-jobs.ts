/** What is done to volumes and networks as jobs. */
import { BulkheadError } from '../../shared/errors.ts';
import type { Topology } from '../../shared/topology/model.ts';
import type { NetworksDomain } from '../engine/domains/networks.ts';
import type { VolumesDomain } from '../engine/domains/volumes.ts';
import { forEachPart, type Jobs } from './jobs.ts';
import { networkRows } from './network-rows.ts';
import type { ExpectedUpload } from './uploads.ts';
import { volumeRows } from './volume-rows.ts';

const AT_A_TIME = 4;
/** So many users are named. */
const USERS_NAMED = 5;

interface Removal<Domain> {
  readonly domain: Domain;
  readonly topology: Topology;
  readonly kind: 'remove' | 'prune';
}

export function startNetworkRemoval(
  jobs: Pick<Jobs, 'start'>,
  { domain, topology, kind }: Removal<NetworksDomain>,
  ids: readonly string[],
): string {
  const rows = new Map(networkRows(topology).map((row) => [row.id, row]));
  const about = ids.map((id) => ({ id, name: rows.get(id)?.name ?? id }));
  return jobs.start({
    kind: `network-${kind}`,
    about,
    work: (report) =>
      forEachPart(report, {
        items: about,
        limit: AT_A_TIME,
        work: ({ id }, signal) =>
          domain.remove(id, { signal }).catch((thrown: unknown) => {
            throw withUsers(thrown, rows.get(id)?.members.map(({ name }) => name) ?? []);
          }),
      }),
  });
}

/** A pruned one tells how much room that made. @param sizes by name, for a prune */
export function startVolumeRemoval(
  jobs: Pick<Jobs, 'start'>,
  { domain, topology, kind }: Removal<VolumesDomain>,
  names: readonly string[],
): string {
  const rows = new Map(volumeRows(topology).map((row) => [row.name, row]));
  const about = names.map((name) => ({ id: name, name }));
  return jobs.start({
    kind: `volume-${kind}`,
    about,
    work: async (report) => {
      const { signal } = report;
      const usage = kind === 'prune' ? await domain.usage({ signal }) : [];
      const sizes = new Map(usage.map(({ name, size }) => [name, size ?? 0]));
      let bytes = 0;
      await forEachPart(report, {
        items: about,
        limit: AT_A_TIME,
        work: async ({ name }) => {
          await domain.remove(name, { signal }).catch((thrown: unknown) => {
            throw withUsers(thrown, rows.get(name)?.users.map((user) => user.name) ?? []);
          });
          bytes += sizes.get(name) ?? 0;
        },
      });
      return kind === 'prune' ? { bytes: String(bytes) } : {};
    },
  });
}

/** The copy is a new volume: one that is there already is nobody's to write over. */
export function startClone(
  jobs: Pick<Jobs, 'start'>,
  { domain, topology }: Pick<Removal<VolumesDomain>, 'domain' | 'topology'>,
  { from, to }: { readonly from: string; readonly to: string },
): string {
  const rows = volumeRows(topology);
  const source = rows.find(({ name }) => name === from);
  if (!source) {
    throw new BulkheadError({ code: 'NOT_FOUND', message: `There is no volume ${from}.`, hint: 'Look again.' });
  }
  if (rows.some(({ name }) => name === to)) {
    throw new BulkheadError({
      code: 'BAD_INPUT',
      message: `There is a volume ${to} already.`,
      hint: 'Choose another name.',
    });
  }
  return jobs.start({
    kind: 'volume-clone',
    about: [{ id: from, name: from }],
    work: async (report) => {
      const { signal } = report;
      const volume = await domain.create({ name: to, driver: source.driver, options: {}, labels: {} });
      try {
        await domain.copy(from, volume, { report, signal });
      } catch (thrown) {
        // Half a copy is worse than none.
        await domain.remove(volume).catch(() => undefined);
        throw thrown;
      }
      return { volume };
    },
  });
}

/** Waits for an archive, and unpacks it into the volume. */
export function startRestore(
  jobs: Pick<Jobs, 'start'>,
  domain: VolumesDomain,
  { name, upload }: { readonly name: string; readonly upload: ExpectedUpload },
): string {
  return jobs.start({
    kind: 'volume-restore',
    about: [{ id: name, name }],
    work: async (report) => {
      const archive = await upload.arrived(report.signal);
      try {
        await domain.restore(name, archive, { report, signal: report.signal });
      } finally {
        archive.destroy();
      }
    },
  });
}

function withUsers(thrown: unknown, users: readonly string[]): unknown {
  if (!(thrown instanceof BulkheadError) || thrown.code !== 'ENGINE_REFUSED' || users.length === 0) return thrown;
  const more = users.length > USERS_NAMED ? ` and ${users.length - USERS_NAMED} more` : '';
  const hint = `Used by ${users.slice(0, USERS_NAMED).join(', ')}${more}: take it away from there first.`;
  return new BulkheadError({ code: thrown.code, message: thrown.message, hint }, { cause: thrown });
}
