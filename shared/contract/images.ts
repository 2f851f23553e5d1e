/** Images: what the list shows of each, and what can be done to them. */
import { eventIterator } from '@orpc/contract';
import * as z from 'zod';
import { startedJob } from './jobs.ts';
import { procedure } from './procedure.ts';

/** An id, a name with a tag, or a name with a digest. */
const imageRef = z.string().min(1).max(512);

/** Who uses a thing of the engine. */
export const userView = z.object({ id: z.string(), name: z.string() });

export const imageView = z.object({
  /** `sha256:…` */
  id: z.string(),
  /** `nginx:1.29`; none: it is dangling. */
  tags: z.array(z.string()),
  /** `nginx@sha256:…`: under which a registry knows it. */
  digests: z.array(z.string()),
  /** Bytes of all its layers. */
  size: z.number(),
  /** Milliseconds since 1970; 0: not told. */
  createdAt: z.number(),
  /** Containers made from it, running or not. */
  users: z.array(userView),
});

/** How much of an image is its own; takes the engine a while to find out. */
export const imageUsage = z.object({
  id: z.string(),
  /** Bytes of layers that other images have too. */
  shared: z.number(),
  /** Bytes that go when only this image goes. */
  unique: z.number(),
});

export const imageLayer = z.object({
  /** `''` where the layer came from a registry: only the last one has the image's id. */
  id: z.string(),
  createdAt: z.number(),
  /** What made it, as the builder wrote it. */
  command: z.string(),
  /** Bytes; 0 for a step that only changed settings. */
  size: z.number(),
  tags: z.array(z.string()),
});

export const imageDetail = z.object({
  id: z.string(),
  tags: z.array(z.string()),
  digests: z.array(z.string()),
  /** `linux/amd64`. */
  platform: z.string(),
  author: z.string(),
  user: z.string(),
  workdir: z.string(),
  entrypoint: z.array(z.string()),
  command: z.array(z.string()),
  ports: z.array(z.string()),
  volumes: z.array(z.string()),
  /** Names of variables: their values may be secrets. */
  environment: z.array(z.string()),
  labels: z.record(z.string(), z.string()),
  /** Newest first. */
  layers: z.array(imageLayer),
});

export const foundImage = z.object({
  name: z.string(),
  description: z.string(),
  stars: z.number(),
  official: z.boolean(),
});

/** What a prune would remove. */
export const pruneItem = z.object({
  /** What to ask for when it is to go. */
  id: z.string(),
  name: z.string(),
  /** Bytes that are known to come free; null: not known. */
  size: z.number().nullable(),
});

export const prunePreview = z.object({
  items: z.array(pruneItem),
  /** Bytes that come free at least. */
  bytes: z.number(),
});

/** Exactly what was shown goes, and nothing that has become unused since. */
export const pruneRequest = z.object({ ids: z.array(z.string().min(1).max(512)).min(1).max(10_000) });

/** A file that the page sends to `path` (relative to itself) with PUT; the job waits for it. */
export const expectedUpload = z.object({ path: z.string(), job: z.string() });

/** A file that the page fetches from `path`, once. */
export const offeredDownload = z.object({ path: z.string() });

const buildRequest = z.object({
  /** On the machine that Bulkhead runs on. */
  folder: z.string().min(1).max(4096),
  /** Relative to the folder; absent: `Dockerfile`. */
  dockerfile: z.string().min(1).max(4096).optional(),
  tags: z.array(imageRef).max(20),
  args: z.record(z.string().min(1).max(256), z.string().max(65_536)).optional(),
  target: z.string().max(256).optional(),
  noCache: z.boolean().optional(),
  /** Asks registries for newer base images. */
  pull: z.boolean().optional(),
});

export const imagesContract = {
  /** The list now, then after every change. */
  watch: procedure.output(eventIterator(z.array(imageView))),
  usage: procedure.output(z.array(imageUsage)),
  detail: procedure.input(z.object({ ref: imageRef })).output(imageDetail),
  pull: procedure.input(z.object({ reference: imageRef, platform: z.string().max(64).optional() })).output(startedJob),
  push: procedure.input(z.object({ reference: imageRef })).output(startedJob),
  tag: procedure.input(z.object({ ref: imageRef, as: imageRef })),
  /** References: a tag goes by itself, the image with its last one. */
  remove: procedure
    .input(z.object({ refs: z.array(imageRef).min(1).max(5000), force: z.boolean().optional() }))
    .output(startedJob),
  /** `all`: those with tags too, else only dangling ones; never one that a container uses. */
  prunePreview: procedure.input(z.object({ all: z.boolean() })).output(prunePreview),
  prune: procedure.input(pruneRequest).output(startedJob),
  search: procedure.input(z.object({ term: z.string().min(1).max(256) })).output(z.array(foundImage)),
  build: procedure.input(buildRequest).output(startedJob),
  save: procedure.input(z.object({ refs: z.array(imageRef).min(1).max(100) })).output(offeredDownload),
  load: procedure.input(z.object({ name: z.string().max(1024) })).output(expectedUpload),
};

export type UserView = z.infer<typeof userView>;
export type ImageView = z.infer<typeof imageView>;
export type ImageUsage = z.infer<typeof imageUsage>;
export type ImageLayer = z.infer<typeof imageLayer>;
export type ImageDetail = z.infer<typeof imageDetail>;
export type FoundImage = z.infer<typeof foundImage>;
export type PruneItem = z.infer<typeof pruneItem>;
export type PrunePreview = z.infer<typeof prunePreview>;
export type BuildRequest = z.infer<typeof buildRequest>;
