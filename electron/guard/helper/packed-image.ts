/**
 * The helper's image as a package brings it along, for engines that reach no registry and machines without perl and nft.
 *
 * `npm run helper-image` makes it of the shipped recipe. What it is made of is in its name: one of another version has
 * none of the names that are wanted, and nothing of it reaches the engine.
 */
import { createReadStream, existsSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { extract } from 'tar-stream';
import { toErrorShape } from '../../../shared/errors.ts';
import { BULKHEAD_LABEL } from '../../../shared/topology/model.ts';
import type { DockerApi } from '../../engine/connection/index.ts';
import { readMessages } from '../../engine/docker/messages.ts';
import { arrayOf, objectOf, textOf } from '../../engine/inventory/json.ts';
import { resourcesDir } from './resources.ts';

/** Unpacking on a slow machine may take a while; an engine that hangs must not keep the recipes from being tried. */
const LOAD_TIMEOUT_MS = 2 * 60_000;
/** A manifest names layers; longer, it is none. */
const MOST_MANIFEST_BYTES = 1024 * 1024;

export interface PackedOptions {
  /** Where the images are, by `imageFiles`. */
  readonly folder: string;
  /** Names under which an image is as good as one built now. */
  readonly tags: readonly string[];
  /** The value of our label on images of the helper. */
  readonly label: string;
  readonly signal?: AbortSignal | undefined;
  readonly report: (detail: string) => void;
}

/** Where a package keeps them. */
export function packedImagesDir(): string {
  return join(resourcesDir(), 'helper', 'images');
}

/** The names an image may have there, by the engine's architecture as `GET /version` says it (`amd64`, `arm64`). */
export function imageFiles(architecture: string): readonly string[] {
  // An engine's answer is not to lead anywhere else.
  if (!/^[a-z0-9]+$/.test(architecture)) return [];
  return [`helper-${architecture}.tar.gz`, `helper-${architecture}.tar`];
}

/**
 * Gives the engine the image that lies there for its architecture; resolves with its name, or with null where none does,
 * or none that is current, whole and accepted by the engine: why is told by `report`.
 */
export async function loadPacked(api: DockerApi, options: PackedOptions): Promise<string | null> {
  const { folder, signal, report } = options;
  if (!existsSync(folder)) return null;
  const architecture = textOf(objectOf(await api.request('/version', { signal }))['Arch']);
  for (const name of imageFiles(architecture)) {
    const file = join(folder, name);
    if (!existsSync(file)) continue;
    try {
      report(name);
      return await load(api, { ...options, file, architecture });
    } catch (thrown) {
      signal?.throwIfAborted();
      report(`${name} is passed over: ${toErrorShape(thrown).message}`);
    }
  }
  return null;
}

/**
 * The names an archive of images gives them.
 *
 * @throws Error where it is no such archive, or not whole
 */
export async function namesIn(file: string): Promise<readonly string[]> {
  const manifest: Buffer[] = [];
  const unpacked = extract();
  unpacked.on('entry', ({ name, size }, content, next) => {
    const isManifest = name === 'manifest.json' && (size ?? 0) <= MOST_MANIFEST_BYTES;
    content.on('data', (chunk) => void (isManifest && manifest.push(chunk as Buffer)));
    content.once('end', next);
    // Told by the whole as well.
    content.once('error', () => undefined);
  });
  // To the end, wherever the manifest stands: a file that breaks off is not to reach the engine.
  const source = createReadStream(file);
  await (file.endsWith('.gz') ? pipeline(source, createGunzip(), unpacked) : pipeline(source, unpacked));
  if (manifest.length === 0) throw new Error('it is no archive of images');
  const images = arrayOf(JSON.parse(Buffer.concat(manifest).toString('utf8')));
  return images.flatMap((image) => arrayOf(objectOf(image)['RepoTags']).map(textOf));
}

interface LoadOptions extends PackedOptions {
  readonly file: string;
  readonly architecture: string;
}

async function load(api: DockerApi, { file, architecture, tags, label, signal, report }: LoadOptions): Promise<string> {
  const names = await namesIn(file);
  const tag = tags.find((one) => names.includes(one));
  if (tag === undefined || names.length !== 1) throw new Error(`it holds ${names.join(', ') || 'nothing'}`);
  const bound = AbortSignal.any([AbortSignal.timeout(LOAD_TIMEOUT_MS), ...(signal ? [signal] : [])]);
  const response = await api.stream('/images/load', {
    method: 'POST',
    query: { quiet: true },
    source: createReadStream(file),
    timeoutMs: LOAD_TIMEOUT_MS,
    signal: bound,
  });
  const loaded: string[] = [];
  await readMessages(response, {
    address: api.address,
    signal: bound,
    onMessage: ({ stream }) => {
      const [, name] = /^Loaded image: (\S+)/.exec(stream) ?? [];
      if (name !== undefined) loaded.push(name);
    },
  });
  // Podman puts a registry before it.
  if (!loaded.some((name) => name === tag || name.endsWith(`/${tag}`))) {
    throw new Error(`the engine loaded ${loaded.join(', ') || 'nothing'}`);
  }
  const image = objectOf(await api.request(`/images/${tag}/json`, { signal }));
  const seen = [textOf(objectOf(objectOf(image['Config'])['Labels'])[BULKHEAD_LABEL]), textOf(image['Architecture'])];
  if (seen[0] !== label || seen[1] !== architecture) {
    // Under this name it would be used from now on.
    await api.request(`/images/${tag}`, { method: 'DELETE', query: { force: true } });
    throw new Error(`it is an image of "${seen[0]}" for ${seen[1]}`);
  }
  report(`loaded ${tag}`);
  return tag;
}
