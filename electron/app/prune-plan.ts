/** The one plan of what can go from an engine, and the job that makes exactly that go. */
import type { PrunedKind, PruneChoice, PruneEverything, PrunePlan } from '../../shared/contract/engine.ts';
import { PRUNED_KINDS } from '../../shared/contract/engine.ts';
import type { PrunePreview } from '../../shared/contract/images.ts';
import { isContainer, type Topology } from '../../shared/topology/model.ts';
import type { Management } from '../engine/domains/index.ts';
import { removeWhole } from './image-jobs.ts';
import { forEachPartInTurn, type Jobs } from './jobs.ts';
import { unusedNetworks } from './network-rows.ts';
import { unusedVolumes } from './volume-rows.ts';

/** Removals at a time. */
const AT_A_TIME = 4;

export const NOTHING_CHOSEN: PruneChoice = {
  containers: false,
  networks: false,
  images: 'none',
  volumes: 'none',
  buildCache: false,
};

const NOTHING: PrunePreview = { items: [], bytes: 0 };
/** As the engine's own prune has it. */
const REMOVABLE: ReadonlySet<string> = new Set(['created', 'exited', 'dead']);

interface Stage {
  readonly manage: Management;
  readonly topology: Topology;
}

/** What only containers use that go themselves, goes with them: kinds are looked at in the order in which they go. */
export async function prunePlan(
  { manage, topology }: Stage,
  choice: PruneChoice,
  signal?: AbortSignal,
): Promise<PrunePlan> {
  const { engine, images, volumes } = manage;
  const containers = choice.containers ? stoppedContainers(topology, await engine.written({ signal })) : NOTHING;
  const gone = new Set(containers.items.map(({ id }) => id));
  const left = { ...topology, endpoints: topology.endpoints.filter(({ id }) => !gone.has(id)) };
  const cache = choice.buildCache || choice.images !== 'none' ? await engine.unusedBuildCache({ signal }) : null;
  const idle =
    choice.images === 'none'
      ? NOTHING
      : await images.prunePreview({ all: choice.images === 'unused', without: gone, signal });
  const heldByCache = choice.buildCache ? 0 : Math.min(idle.bytes, cache?.shared ?? 0);
  const previews: Record<PrunedKind, PrunePreview> = {
    containers,
    networks: choice.networks ? unusedNetworks(left) : NOTHING,
    volumes:
      choice.volumes === 'none'
        ? NOTHING
        : unusedVolumes(left, await volumes.usage({ signal }), choice.volumes === 'unused'),
    images: { items: idle.items, bytes: idle.bytes - heldByCache },
    'build-cache': choice.buildCache && cache ? cache : NOTHING,
  };
  return {
    kinds: PRUNED_KINDS.map((kind) => ({ kind, items: previews[kind].items, bytes: previews[kind].bytes })),
    bytes: Object.values(previews).reduce((sum, { bytes }) => sum + bytes, 0),
    heldByCache,
  };
}

function stoppedContainers({ endpoints }: Topology, written: ReadonlyMap<string, number>): PrunePreview {
  const items = endpoints
    .filter(isContainer)
    .filter(({ state }) => REMOVABLE.has(state))
    .map(({ id, name }) => ({ id, name, size: written.get(id) ?? null }));
  return { items, bytes: items.reduce((sum, { size }) => sum + (size ?? 0), 0) };
}

/** Removes exactly these, and tells how much room that made, as far as it is known. @returns the job's id */
export function startPruneEverything(
  jobs: Pick<Jobs, 'start'>,
  { manage, topology }: Stage,
  { kinds }: PruneEverything,
): string {
  const { containers, engine, images, networks, volumes } = manage;
  const wanted = new Map(kinds.map(({ kind, ids }) => [kind, ids]));
  const names = new Map([
    ...topology.endpoints.map(({ id, name }) => [id, name] as const),
    ...topology.networks.map(({ id, name }) => [id, name] as const),
  ]);
  const stages = PRUNED_KINDS.map((kind) => ({
    items: (wanted.get(kind) ?? []).map((id) => ({
      id: `${kind} ${id}`,
      name: names.get(id) ?? short(id),
      kind,
      ref: id,
    })),
    // Of the build cache children go before what they stand on.
    limit: kind === 'build-cache' ? 1 : AT_A_TIME,
  }));
  return jobs.start({
    kind: 'engine-prune',
    about: stages.flatMap(({ items }) => items),
    work: async (report) => {
      const { signal } = report;
      const listed = wanted.get('images')?.length ? await images.list({ signal }) : [];
      const known = new Map(listed.map((image) => [image.id, image]));
      const sizes = await sizesOf(manage, wanted, signal);
      const before = known.size > 0 ? await images.spaceTaken({ signal }) : null;
      let bytes = 0;
      const remove: Record<PrunedKind, (ref: string) => Promise<unknown>> = {
        // Its anonymous volumes are of another kind, which may not have been chosen.
        containers: (ref) => containers.remove(ref, { force: false, volumes: false, signal }),
        networks: (ref) => networks.remove(ref, { signal }),
        volumes: (ref) => volumes.remove(ref, { signal }),
        images: (ref) => removeWhole(images, known.get(ref) ?? null, ref, signal),
        'build-cache': (ref) => engine.removeBuildCache(ref, { signal }),
      };
      await forEachPartInTurn(report, {
        stages,
        work: async ({ kind, ref }) => {
          await remove[kind](ref);
          bytes += sizes.get(`${kind} ${ref}`) ?? 0;
        },
      });
      const after = before === null ? null : await images.spaceTaken({ signal });
      if (before !== null && after !== null) bytes += Math.max(0, before - after);
      return { bytes: String(bytes) };
    },
  });
}

/** By `kind id`; of images the engine tells afterwards, since they share layers. */
async function sizesOf(
  { engine, volumes }: Management,
  wanted: ReadonlyMap<PrunedKind, readonly string[]>,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, number>> {
  const sizes = new Map<string, number>();
  if (wanted.get('containers')?.length) {
    for (const [id, size] of await engine.written({ signal })) sizes.set(`containers ${id}`, size);
  }
  if (wanted.get('volumes')?.length) {
    for (const { name, size } of await volumes.usage({ signal })) sizes.set(`volumes ${name}`, size ?? 0);
  }
  if (wanted.get('build-cache')?.length) {
    const { items } = await engine.unusedBuildCache({ signal });
    for (const { id, size } of items) sizes.set(`build-cache ${id}`, size ?? 0);
  }
  return sizes;
}

function short(id: string): string {
  return id.startsWith('sha256:') ? id.slice(7, 19) : id;
}
