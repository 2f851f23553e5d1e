/**
 * The keeper: a container that the engine starts whenever it starts itself, and that shuts guarded bridges where the tables of
 * port admission are gone, because the machine was started anew.  It admits nobody; a Bulkhead does when it runs (ADR 6).
 */
import { createHash } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { BULKHEAD_LABEL, BY_LABEL, INSTANCE_LABEL } from '../../../shared/topology/model.ts';
import { RefusalError, type DockerApi } from '../../engine/connection/index.ts';
import type { WireCapabilities } from '../../engine/driver.ts';
import { arrayOf, objectOf, textOf } from '../../engine/inventory/json.ts';
import type { Identity } from '../../lib/identity.ts';

/** The value of our label on keepers. */
const KEEPER_LABEL = 'keeper';
/** What it shuts, as a sum: another wish needs another keeper. */
const GATE_LABEL = 'dev.bulkhead.gate';
/** The kernel takes no longer text as one variable than 128 KiB. */
const VARIABLE = 60_000;
/** Of two that make one at once, one is done sooner or later: each waits for another while, up to so much longer a try (ms). */
const TRIES = 8;
const APART_MS = 150;

export interface Keeping {
  readonly image: string;
  readonly identity: Identity;
  /** `null`: nothing is to be kept. */
  readonly script: string | null;
}

/**
 * Makes, replaces or removes this Bulkhead's keeper; does nothing where it is as wanted.
 *
 * @throws BulkheadError of the engine
 */
export async function keepShut(api: DockerApi, keeping: Keeping): Promise<void> {
  for (let left = TRIES - 1; ; left -= 1) {
    try {
      return await keepOnce(api, keeping);
    } catch (thrown) {
      // An app and a command that resume at once make the same keeper, or take away each other's before it is started.
      const isRace = thrown instanceof RefusalError && (thrown.status === 409 || thrown.status === 404);
      if (!isRace || left === 0) throw thrown;
      await setTimeout(Math.random() * APART_MS * (TRIES - left));
    }
  }
}

async function keepOnce(api: DockerApi, { image, identity, script }: Keeping): Promise<void> {
  const { instance } = identity;
  const found = await keepersOf(api, instance);
  const sum = script === null ? '' : createHash('sha256').update(`${image}\n${script}`).digest('hex').slice(0, 16);
  const good = found.filter(({ gate, running }) => running && gate === sum);
  const [keeper] = script === null ? [] : good;
  await Promise.all(found.filter((one) => one !== keeper).map(({ id }) => discard(api, id)));
  if (keeper || script === null) return;
  const name = instance === '' ? 'bulkhead-keeper' : `bulkhead-keeper-${instance}`;
  const created = await api.request('/containers/create', {
    method: 'POST',
    query: { name },
    body: specification({ image, identity, script, sum }),
  });
  const id = textOf(objectOf(created)['Id']);
  try {
    await api.request(`/containers/${id}/start`, { method: 'POST' });
  } catch (thrown) {
    await discard(api, id);
    throw thrown;
  }
}

/** As this kernel takes it: the keeper may not try what it can. */
export function writtenFor(script: string, { bridgeMeta }: Pick<WireCapabilities, 'bridgeMeta'>): string {
  return bridgeMeta ? script.replace(/^(\s*)#bridge-meta /gm, '$1') : script;
}

interface Keeper {
  readonly id: string;
  readonly gate: string;
  readonly running: boolean;
}

async function keepersOf(api: DockerApi, instance: string): Promise<readonly Keeper[]> {
  const filters = { label: [`${BULKHEAD_LABEL}=${KEEPER_LABEL}`, `${INSTANCE_LABEL}=${instance}`] };
  const lines = arrayOf(await api.request('/containers/json', { query: { all: true, filters } })).map(objectOf);
  return lines.flatMap((line): Keeper[] => {
    const labels = objectOf(line['Labels']);
    // An empty value of a filter stands for any value on some engines.
    if (textOf(labels[INSTANCE_LABEL]) !== instance) return [];
    return [{ id: textOf(line['Id']), gate: textOf(labels[GATE_LABEL]), running: textOf(line['State']) === 'running' }];
  });
}

function specification(options: Keeping & { readonly script: string; readonly sum: string }): object {
  const { image, identity, script, sum } = options;
  const { instance, by } = identity;
  const parts = Array.from({ length: Math.ceil(script.length / VARIABLE) }, (_, at) =>
    script.slice(at * VARIABLE, (at + 1) * VARIABLE),
  );
  return {
    Image: image,
    Cmd: ['--keep'],
    Labels: { [BULKHEAD_LABEL]: KEEPER_LABEL, [BY_LABEL]: by, [INSTANCE_LABEL]: instance, [GATE_LABEL]: sum },
    Env: [
      `BULKHEAD_INSTANCE=${instance}`,
      ...parts.map((part, at) => `BULKHEAD_GATE_${String(at).padStart(4, '0')}=${part}`),
    ],
    HostConfig: {
      NetworkMode: 'host',
      UsernsMode: 'host',
      CapDrop: ['ALL'],
      CapAdd: ['NET_ADMIN'],
      ReadonlyRootfs: true,
      SecurityOpt: ['no-new-privileges'],
      RestartPolicy: { Name: 'always' },
      LogConfig: { Type: 'none', Config: {} },
      Memory: 64 * 1024 * 1024,
      PidsLimit: 32,
    },
  };
}

async function discard(api: DockerApi, id: string): Promise<void> {
  try {
    await api.request(`/containers/${id}`, { method: 'DELETE', query: { force: true, v: true } });
  } catch (thrown) {
    if (!(thrown instanceof RefusalError) || thrown.status !== 404) throw thrown;
  }
}
