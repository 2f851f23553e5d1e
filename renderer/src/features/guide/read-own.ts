/** Finds, for each topic, what the connected engine has of it: the example that says most.  Null: it has none. */
import type { ContainerView, StatsSample } from '../../../../shared/contract/containers.ts';
import type { DaemonUsage, EngineDetail } from '../../../../shared/contract/engine.ts';
import type { ImageDetail, ImageView } from '../../../../shared/contract/images.ts';
import type { NetworkRow } from '../../../../shared/contract/networks.ts';
import type { PlanView } from '../../../../shared/contract/schemas.ts';
import type { VolumeRow } from '../../../../shared/contract/volumes.ts';
import type { ErrorShape } from '../../../../shared/errors.ts';
import type { Client } from '../../lib/client-context.tsx';
import { errorOf } from '../../lib/errors.ts';

/** So many containers are asked for their links: each is a question of its own. */
const MOST_ASKED = 60;

/** The first word of a stream, which is then left; null where it ends without one. */
async function firstOf<T>(stream: Promise<AsyncIterable<T>>): Promise<T | null> {
  for await (const value of await stream) return value;
  return null;
}

function most<T>(all: readonly T[], weight: (one: T) => number): T | null {
  return all.toSorted((a, b) => weight(b) - weight(a))[0] ?? null;
}

export interface OwnEngine {
  readonly detail: EngineDetail;
  readonly daemon: DaemonUsage | null;
}

/** What it says of itself, and what its own process takes. */
export async function ownEngine(client: Client, signal: AbortSignal): Promise<OwnEngine> {
  const [detail, daemon] = await Promise.all([
    client.engine.detail(undefined, { signal }),
    firstOf(client.engine.daemon(undefined, { signal })),
  ]);
  return { detail, daemon };
}

export interface OwnNames {
  readonly network: string;
  readonly names: readonly { readonly name: string; readonly holders: readonly string[] }[];
  /** Registries and load balancers among the containers. */
  readonly registries: readonly { readonly name: string; readonly tool: string }[];
}

/** The network with most names that its engine answers to; null: none has any, and there is no registry. */
export async function ownNames(client: Client, signal: AbortSignal): Promise<OwnNames | null> {
  const view = await firstOf(client.services.names(undefined, { signal }));
  const network = most(
    (view?.networks ?? []).filter(({ dns, names }) => dns && names.length > 0),
    ({ names }) => names.length,
  );
  const registries = view?.registries ?? [];
  if (!network && registries.length === 0) return null;
  return {
    network: network?.name ?? '',
    names: (network?.names ?? []).map(({ name, holders }) => ({ name, holders: holders.map((one) => one.name) })),
    registries,
  };
}

export type OwnImage = { readonly image: ImageView; readonly detail: ImageDetail } | null;

/** The image that most containers run. */
export async function ownImage(client: Client, signal: AbortSignal): Promise<OwnImage> {
  const images = await firstOf(client.images.watch(undefined, { signal }));
  const image = most(images ?? [], ({ users, tags }) => users.length * 2 + Math.min(tags.length, 1));
  return image && { image, detail: await client.images.detail({ ref: image.id }, { signal }) };
}

export type OwnContainer = {
  readonly container: ContainerView;
  /** Files that are not as in the image; null: the engine does not tell. */
  readonly changes: { readonly added: number; readonly changed: number; readonly removed: number } | null;
  /** From its making to its first process (ms); null where it was started more than once. */
  readonly startMs: number | null;
  readonly sample: StatsSample | null;
} | null;

/** Starting takes less; a longer time is one between making it and starting it later (ms). */
const LONGEST_START_MS = 60_000;

function startOf({ startedAt, createdAt }: ContainerView): number | null {
  const took = startedAt - createdAt;
  return took >= 0 && took < LONGEST_START_MS ? took : null;
}

/** One that runs, rather one whose first start was its last. */
export async function ownContainer(client: Client, signal: AbortSignal): Promise<OwnContainer> {
  const all = (await firstOf(client.containers.watch(undefined, { signal }))) ?? [];
  const running = all.filter(({ state }) => state === 'running');
  const container = running.find((one) => startOf(one) !== null) ?? running[0];
  if (!container) return null;
  const [changes, sample] = await Promise.all([
    client.files.changes({ container: container.id }, { signal }).then(
      (view) => view.changes,
      () => null,
    ),
    firstSample(client, container.id, signal),
  ]);
  const count = (kind: string): number => changes?.filter((change) => change.kind === kind).length ?? 0;
  return {
    container,
    changes: changes && { added: count('added'), changed: count('changed'), removed: count('removed') },
    startMs: startOf(container),
    sample,
  };
}

/** What it uses now; null where it has ended meanwhile. */
async function firstSample(client: Client, id: string, signal: AbortSignal): Promise<StatsSample | null> {
  for await (const updates of await client.containers.stats({ ids: [id] }, { signal })) {
    const sample = updates[0]?.samples.at(-1);
    if (sample) return sample;
  }
  return null;
}

/** The network that most are on. */
export async function ownNetwork(client: Client, signal: AbortSignal): Promise<NetworkRow | null> {
  const networks = await firstOf(client.networks.watch(undefined, { signal }));
  const fitting = (networks ?? []).filter(({ members }) => members.length > 0);
  return most(fitting, ({ members, builtin }) => members.length - (builtin ? 0.5 : 0));
}

export interface OwnLink {
  readonly from: string;
  readonly to: string;
  readonly alias: string;
}

/** The first legacy link that is found. */
export async function ownLink(client: Client, signal: AbortSignal): Promise<OwnLink | null> {
  const all = (await firstOf(client.containers.watch(undefined, { signal }))) ?? [];
  for (const { id, name } of all.slice(0, MOST_ASKED)) {
    const found = linksIn(await client.containers.inspect({ ref: id }, { signal }))[0];
    const parts = /^\/?([^:]+):(?:.*\/)?([^/]+)$/.exec(found ?? '');
    if (parts) return { from: name, to: parts[1] ?? '', alias: parts[2] ?? '' };
  }
  return null;
}

/** Of an inspection: `/target:/owner/alias` of the default network, `target:alias` of others. */
function linksIn(inspection: Readonly<Record<string, unknown>>): readonly string[] {
  const networks = member(inspection['NetworkSettings'], 'Networks');
  const attached: readonly unknown[] =
    typeof networks === 'object' && networks !== null ? Object.values<unknown>({ ...networks }) : [];
  return [inspection['HostConfig'], ...attached]
    .flatMap((part: unknown): unknown => member(part, 'Links') ?? [])
    .filter((link) => typeof link === 'string');
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[name] : undefined;
}

/** The volume that most share. */
export async function ownVolume(client: Client, signal: AbortSignal): Promise<VolumeRow | null> {
  const volumes = await firstOf(client.volumes.watch(undefined, { signal }));
  return most(
    (volumes ?? []).filter(({ users }) => users.length > 0),
    ({ users }) => users.length,
  );
}

export const METHODS = ['firewall', 'network', 'unlink'] as const;

export interface OwnMethod {
  readonly method: (typeof METHODS)[number];
  readonly plan: PlanView | null;
  /** Why there is no plan. */
  readonly error: ErrorShape | null;
}

/** What each way to block would do to one pair.  Nothing is changed by planning. */
export function ownMethods(from: string, to: string) {
  return (client: Client, signal: AbortSignal): Promise<OwnMethod[]> =>
    Promise.all(
      METHODS.map(async (method): Promise<OwnMethod> => {
        const how = method === 'firewall' ? {} : { method };
        try {
          return {
            method,
            plan: await client.policy.plan({ action: 'block', from, to, ...how }, { signal }),
            error: null,
          };
        } catch (thrown) {
          return { method, plan: null, error: errorOf(thrown) };
        }
      }),
    );
}
