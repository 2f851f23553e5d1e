/** What there is to know of images. */
import type { ImageDetail, ImageLayer, ImageUsage, ImageView, UserView } from '../../../../shared/contract/images.ts';
import { parseReference } from '../../../../shared/images/reference.ts';
import { BULKHEAD_LABEL } from '../../../../shared/topology/model.ts';
import { shortTexts } from '../../../lib/short-texts.ts';
import type { ImagesDomain } from '../../domains/images.ts';
import { arrayOf, numberOf, objectOf, textMapOf, textOf, textsOf, type JsonObject } from '../../inventory/json.ts';
import { pathOf, PATIENCE_MS, type Api } from '../ask.ts';
import type { ReadDisk } from '../disk-usage.ts';
import { watchEvents } from '../watch-events.ts';
import { authHeader, type Around } from './auth.ts';

type Reading = Pick<ImagesDomain, 'list' | 'onChange' | 'usage' | 'detail' | 'search' | 'spaceTaken'>;

const MOST_FOUND = 50;
const CHANGES = new Set([
  'create',
  'destroy',
  'remove',
  'pull',
  'tag',
  'untag',
  'delete',
  'load',
  'import',
  'build',
  'prune',
]);

export function createReading(api: Api, readDisk: ReadDisk, around: Around): Reading {
  return {
    list: async ({ signal } = {}) => {
      const [images, containers] = await Promise.all([
        api().request('/images/json', { timeoutMs: PATIENCE_MS, signal }),
        api().request('/containers/json', { query: { all: true }, timeoutMs: PATIENCE_MS, signal }),
      ]);
      const users = usersByImage(arrayOf(containers));
      return arrayOf(images)
        .map(objectOf)
        .map((image) => toImage(image, users))
        .filter((image) => image !== null);
    },
    onChange: (listener) => watchEvents(api, { types: ['image', 'container'], actions: CHANGES }, listener),
    usage: async ({ signal } = {}) =>
      (await readDisk('image', { signal })).images.map((image): ImageUsage => {
        // -1: not counted.
        const shared = Math.max(0, numberOf(image['SharedSize']));
        return { id: textOf(image['Id']), shared, unique: Math.max(0, numberOf(image['Size']) - shared) };
      }),
    spaceTaken: async ({ signal } = {}) => (await readDisk('image', { signal })).layers,
    detail: async (ref, { signal } = {}) => {
      const [image, history] = await Promise.all([
        api().request(pathOf('images', ref, 'json'), { signal }),
        api().request(pathOf('images', ref, 'history'), { signal }),
      ]);
      return toDetail(objectOf(image), arrayOf(history).map(objectOf));
    },
    search: async (term, { signal } = {}) => {
      const registry = parseReference(term)?.registry ?? 'docker.io';
      const found = await api().request('/images/search', {
        query: { term, limit: MOST_FOUND },
        headers: await authHeader(around, registry, { signal }),
        timeoutMs: PATIENCE_MS,
        signal,
      });
      return arrayOf(found)
        .map(objectOf)
        .map((one) => ({
          name: inRegistry(registry, textOf(one['name'])),
          description: textOf(one['description']),
          stars: numberOf(one['star_count']),
          official: one['is_official'] === true,
        }));
    },
  };
}

/** Registries tell names without themselves: as it is to be pulled from there. */
function inRegistry(registry: string, name: string): string {
  return registry === 'docker.io' || name.startsWith(`${registry}/`) ? name : `${registry}/${name}`;
}

function usersByImage(containers: readonly unknown[]): ReadonlyMap<string, UserView[]> {
  const users = new Map<string, UserView[]>();
  for (const container of containers.map(objectOf)) {
    if (BULKHEAD_LABEL in textMapOf(container['Labels'])) continue;
    const image = textOf(container['ImageID']);
    const name = (textsOf(container['Names'])[0] ?? '').replace(/^\//, '');
    const user = { id: textOf(container['Id']), name };
    const known = users.get(image);
    if (known) known.push(user);
    else users.set(image, [user]);
  }
  return users;
}

function toImage(image: JsonObject, users: ReadonlyMap<string, UserView[]>): ImageView | null {
  const id = textOf(image['Id']);
  // Ours come and go with the guard.
  if (id === '' || BULKHEAD_LABEL in textMapOf(image['Labels'])) return null;
  return {
    id,
    tags: named(image['RepoTags']),
    digests: named(image['RepoDigests']),
    size: numberOf(image['Size']),
    createdAt: Math.max(0, numberOf(image['Created'])) * 1000,
    users: users.get(id) ?? [],
  };
}

/** `<none>:<none>` is how engines write that there is none. */
function named(value: unknown): string[] {
  return textsOf(value).filter((name) => !name.includes('<none>'));
}

function toDetail(image: JsonObject, history: readonly JsonObject[]): ImageDetail {
  const config = objectOf(image['Config']);
  const variant = textOf(image['Variant']);
  return {
    id: textOf(image['Id']),
    tags: named(image['RepoTags']),
    digests: named(image['RepoDigests']),
    platform: [textOf(image['Os']), textOf(image['Architecture']), variant].filter(Boolean).join('/'),
    author: textOf(image['Author']),
    user: textOf(config['User']),
    workdir: textOf(config['WorkingDir']),
    entrypoint: [...textsOf(config['Entrypoint'])],
    command: [...textsOf(config['Cmd'])],
    ports: Object.keys(objectOf(config['ExposedPorts'])),
    volumes: Object.keys(objectOf(config['Volumes'])),
    environment: textsOf(config['Env']).map((line) => line.split('=', 1)[0] ?? ''),
    labels: shortTexts(textMapOf(config['Labels'])),
    layers: history.map((layer): ImageLayer => {
      const id = textOf(layer['Id']);
      return {
        id: id === '<missing>' ? '' : id,
        createdAt: Math.max(0, numberOf(layer['Created'])) * 1000,
        command: textOf(layer['CreatedBy']) || textOf(layer['Comment']),
        size: numberOf(layer['Size']),
        tags: named(layer['Tags']),
      };
    }),
  };
}
