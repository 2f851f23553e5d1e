/** Images of the demo's world: those its containers are made from, and what is pulled, built or loaded meanwhile. */
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { ImageLayer, ImageView } from '../../../../shared/contract/images.ts';
import { BulkheadError } from '../../../../shared/errors.ts';
import { pause } from '../../../lib/backoff.ts';
import { createSignal } from '../../../lib/signal.ts';
import type { ImagesDomain } from '../../domains/images.ts';
import type { Reported } from '../../domains/progress.ts';
import type { DemoStage } from './containers.ts';

interface DemoImage {
  readonly id: string;
  readonly tags: string[];
  readonly layers: readonly ImageLayer[];
  readonly createdAt: number;
}

const DAY_MS = 86_400_000;
/** All of them stand on the same one. */
const BASE_SIZE = 78_600_000;
/** How long a step of a made-up transfer takes (ms). */
const STEP_MS = 60;
const STEPS = 12;

export function createDemoImages({ world }: Pick<DemoStage, 'world'>): ImagesDomain {
  const images = new Map<string, DemoImage>();
  const revision = createSignal(0);
  const changed = (): void => revision.set(revision.get() + 1);
  const add = (tag: string | null, seed: string): DemoImage => {
    const image = madeUp(seed, tag);
    images.set(image.id, image);
    return image;
  };
  for (const { described } of world.containers.values()) add(described.image, described.image);
  add(null, 'an older shop/api');
  add(null, 'an older shop/web');
  add('alpine:3.22', 'alpine:3.22');

  const find = (ref: string): DemoImage => {
    const found = images.get(ref) ?? [...images.values()].find(({ tags }) => tags.includes(ref));
    if (found) return found;
    throw new BulkheadError({ code: 'NOT_FOUND', message: `No such image: ${ref}`, hint: 'Look again.' });
  };
  const view = ({ id, tags, layers, createdAt }: DemoImage): ImageView => ({
    id,
    tags: [...tags],
    digests: tags.map((tag) => `${tag.split(':', 1)[0]}@${id}`),
    size: layers.reduce((sum, { size }) => sum + size, 0),
    createdAt,
    users: [...world.containers.values()]
      .filter(({ described }) => tags.includes(described.image))
      .map((one) => ({ id: one.id, name: one.described.name })),
  });
  const uniqueOf = (image: DemoImage): number => view(image).size - BASE_SIZE;
  /** One tag belongs to one image. */
  const retag = (image: DemoImage, tag: string): void => {
    for (const { tags } of images.values()) if (tags.includes(tag)) tags.splice(tags.indexOf(tag), 1);
    image.tags.push(tag);
    changed();
  };

  return {
    list: () => Promise.resolve([...images.values()].map(view)),
    onChange: (listener) => revision.subscribe(listener),
    usage: () =>
      Promise.resolve([...images.values()].map((one) => ({ id: one.id, shared: BASE_SIZE, unique: uniqueOf(one) }))),
    spaceTaken: () => Promise.resolve([...images.values()].reduce((sum, one) => sum + uniqueOf(one), BASE_SIZE)),
    detail: async (ref) => {
      await Promise.resolve();
      const image = find(ref);
      const { id, tags, digests } = view(image);
      return {
        id,
        tags,
        digests,
        platform: 'linux/amd64',
        author: '',
        user: '',
        workdir: '/',
        entrypoint: [],
        command: ['/start'],
        ports: [],
        volumes: [],
        environment: ['PATH'],
        labels: {},
        layers: [...image.layers],
      };
    },
    pull: async ({ name, tag }, options) => {
      const called = `${name}:${tag}`;
      const image = madeUp(called, null);
      await transfer(image, options, ['Downloading', 'Pull complete']);
      const known = images.get(image.id) ?? image;
      images.set(known.id, known);
      retag(known, called);
    },
    push: async ({ name, tag }, options) => transfer(find(`${name}:${tag}`), options, ['Pushing', 'Pushed']),
    tag: async (ref, { name, tag }) => {
      await Promise.resolve();
      retag(find(ref), `${name}:${tag}`);
    },
    remove: async (ref, { force }) => {
      await Promise.resolve();
      const image = find(ref);
      const users = view(image).users.map(({ name }) => name);
      if (users.length > 0 && image.tags.length < 2 && !force) {
        const message = `conflict: unable to remove ${ref} (must force): a container is using it`;
        throw new BulkheadError({
          code: 'ENGINE_REFUSED',
          message,
          hint: `Used by ${users.join(', ')}: remove what is made from it first.`,
        });
      }
      if (image.tags.includes(ref)) image.tags.splice(image.tags.indexOf(ref), 1);
      if (image.tags.length === 0 || ref === image.id) images.delete(image.id);
      changed();
    },
    prunePreview: async ({ all, without }) => {
      await Promise.resolve();
      const items = [...images.values()]
        .filter((one) => view(one).users.every(({ id }) => without?.has(id)) && (all || one.tags.length === 0))
        .map((one) => ({ id: one.id, name: one.tags.join(', ') || one.id.slice(7, 19), size: uniqueOf(one) }));
      return { items, bytes: items.reduce((sum, { size }) => sum + size, 0) };
    },
    search: (term) =>
      Promise.resolve(
        ['', '-alpine', '-slim'].map((suffix, index) => ({
          name: `${term}${suffix}`,
          description: 'A made-up image of the demo',
          stars: 1200 - index * 400,
          official: index === 0,
        })),
      ),
    build: async ({ tags }, options) => {
      const image = madeUp(`built ${tags.join()} ${Date.now()}`, null);
      const { report, signal } = options;
      const total = image.layers.length;
      for (const [index, { command }] of image.layers.entries()) {
        const id = `step ${index + 1}`;
        report.part(id, { name: `${index + 1}. ${command}`, state: 'running' });
        report.progress({ done: index, total, unit: 'items' });
        report.line(`Step ${index + 1}/${total} : ${command}`);
        await pause(STEP_MS * 4, signal);
        signal?.throwIfAborted();
        report.part(id, { state: 'done' });
      }
      images.set(image.id, image);
      for (const tag of tags) retag(image, tag.includes(':') ? tag : `${tag}:latest`);
      changed();
      return image.id;
    },
    save: (refs) => {
      const names = refs.map((ref) => find(ref).id);
      return Promise.resolve(Readable.from([Buffer.from(JSON.stringify(names))]));
    },
    load: async (archive) => {
      let bytes = 0;
      for await (const chunk of archive) bytes += (chunk as Buffer).length;
      const image = add(`loaded:${bytes}`, `loaded ${bytes}`);
      changed();
      return image.tags;
    },
  };
}

/** The same for the same name, so that pulling twice changes nothing. */
function madeUp(seed: string, tag: string | null): DemoImage {
  const digest = createHash('sha256').update(seed).digest();
  const id = `sha256:${digest.toString('hex')}`;
  const createdAt = Date.now() - (1 + ((digest[0] ?? 0) % 90)) * DAY_MS;
  const layer = (command: string, size: number, own = false): ImageLayer => ({
    id: own ? id : '',
    createdAt,
    command,
    size,
    tags: own && tag !== null ? [tag] : [],
  });
  return {
    id,
    tags: tag === null ? [] : [tag],
    createdAt,
    layers: [
      layer('CMD ["/start"]', 0, true),
      layer('COPY . /app', (1 + (digest[1] ?? 0)) * 120_000),
      layer('RUN /bin/sh -c apt-get update && apt-get install -y ca-certificates', (1 + (digest[2] ?? 0)) * 210_000),
      layer('ADD rootfs.tar.xz /', BASE_SIZE),
    ],
  };
}

async function transfer(
  { layers }: DemoImage,
  { report, signal }: Reported,
  [moving, moved]: readonly [string, string],
): Promise<void> {
  const real = layers.filter(({ size }) => size > 0);
  const total = real.reduce((sum, { size }) => sum + size, 0);
  const idOf = (index: number): string => createHash('sha256').update(`layer ${index}`).digest('hex').slice(0, 12);
  for (const index of real.keys()) report.part(idOf(index), { name: idOf(index), state: 'waiting', text: 'Waiting' });
  for (let step = 1; step <= STEPS; step += 1) {
    await pause(STEP_MS, signal);
    signal?.throwIfAborted();
    for (const [index, { size }] of real.entries()) {
      const done = Math.round((size * step) / STEPS);
      const isOver = step === STEPS;
      report.part(idOf(index), {
        state: isOver ? 'done' : 'running',
        text: isOver ? moved : moving,
        done,
        total: size,
      });
    }
    report.progress({ done: Math.round((total * step) / STEPS), total, unit: 'bytes' });
  }
}
