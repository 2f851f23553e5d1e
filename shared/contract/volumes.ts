/** Volumes: what the list shows of each, who uses it, what is in it, and what can be done to them. */
import { eventIterator } from '@orpc/contract';
import * as z from 'zod';
import { expectedUpload, offeredDownload, prunePreview, pruneRequest } from './images.ts';
import { startedJob } from './jobs.ts';
import { procedure } from './procedure.ts';

const volumeName = z.string().min(1).max(512);
const texts = z.record(z.string(), z.string());
/** Within the volume, from its root, without slashes around; `''`: the root. */
const insidePath = z.string().max(4096);

export const volumeUser = z.object({
  id: z.string(),
  name: z.string(),
  state: z.string(),
  /** Where it has it. */
  destination: z.string(),
  writable: z.boolean(),
});

export const volumeRow = z.object({
  name: z.string(),
  driver: z.string(),
  /** Where the engine keeps it on its machine; `''`: not told. */
  mountpoint: z.string(),
  options: texts,
  labels: texts,
  project: z.string(),
  /** Made for one container without a name of its own. */
  anonymous: z.boolean(),
  users: z.array(volumeUser),
});

/** Bytes; null: the driver does not tell. */
export const volumeUsage = z.object({ name: z.string(), size: z.number().nullable() });

export const fileEntry = z.object({
  name: z.string(),
  kind: z.enum(['file', 'directory', 'link', 'other']),
  /** Bytes; of a folder, of all that is in it. */
  size: z.number(),
  /** Permission bits. */
  mode: z.number(),
  /** Milliseconds since 1970. */
  modifiedAt: z.number(),
  /** Where a link leads; else `''`. */
  target: z.string(),
});

export const fileListing = z.object({
  entries: z.array(fileEntry),
  /** There is more than was read: the listing, and sizes of folders, are of what came first. */
  cut: z.boolean(),
});

export const volumesContract = {
  watch: procedure.output(eventIterator(z.array(volumeRow))),
  usage: procedure.output(z.array(volumeUsage)),
  /** Without a name the engine makes one up. */
  create: procedure
    .input(z.object({ name: z.string().max(256), driver: z.string().min(1).max(256), options: texts, labels: texts }))
    .output(z.object({ name: z.string() })),
  remove: procedure.input(z.object({ names: z.array(volumeName).min(1).max(5000) })).output(startedJob),
  /** `all`: named ones too; never one that a container has. */
  prunePreview: procedure.input(z.object({ all: z.boolean() })).output(prunePreview),
  prune: procedure.input(pruneRequest).output(startedJob),
  files: procedure.input(z.object({ name: volumeName, path: insidePath })).output(fileListing),
  /** A file as it is, a folder as a tar archive. */
  fetch: procedure.input(z.object({ name: volumeName, path: insidePath })).output(offeredDownload),
  /** Into a new volume of that name. */
  clone: procedure.input(z.object({ from: volumeName, to: z.string().min(1).max(256) })).output(startedJob),
  backup: procedure.input(z.object({ name: volumeName })).output(offeredDownload),
  /** Files of the archive take the place of those that are there; others stay. */
  restore: procedure.input(z.object({ name: volumeName, file: z.string().max(1024) })).output(expectedUpload),
};

export type VolumeRow = z.infer<typeof volumeRow>;
export type VolumeUser = z.infer<typeof volumeUser>;
export type VolumeUsage = z.infer<typeof volumeUsage>;
export type FileEntry = z.infer<typeof fileEntry>;
export type FileListing = z.infer<typeof fileListing>;
