/** Files in containers, running or not: looked at, fetched, put there, and what differs from the image. */
import * as z from 'zod';
import { download, objectRef } from './containers.ts';
import { expectedUpload } from './images.ts';
import { procedure } from './procedure.ts';

/** Absolute, inside the container. */
const filePath = z.string().startsWith('/').max(4096);
const place = z.object({ container: objectRef, path: filePath });

export const fileKind = z.enum(['file', 'folder', 'link', 'device', 'pipe', 'socket']);

export const fileEntry = z.object({
  name: z.string(),
  kind: fileKind,
  /** Bytes; of a folder nothing that says anything. */
  size: z.number(),
  /** Permission bits: 0o755. */
  mode: z.number(),
  /** Milliseconds since 1970. */
  modifiedAt: z.number(),
  uid: z.number(),
  gid: z.number(),
  /** Of a link, where that is known. */
  target: z.string(),
});

export const folderView = z.object({
  entries: z.array(fileEntry),
  /** False: the folder holds more than could be read in good time. */
  isWhole: z.boolean(),
});

export const fileView = z.object({
  /** `''` of one that is no text. */
  text: z.string(),
  size: z.number(),
  /** Whether it goes on. */
  isCut: z.boolean(),
  isBinary: z.boolean(),
});

export const changesView = z.object({
  changes: z.array(z.object({ path: z.string(), kind: z.enum(['changed', 'added', 'removed']) })),
  /** How many there are; not more than `MOST_CHANGES` are told. */
  total: z.number(),
});
export const MOST_CHANGES = 20_000;

export const filesContract = {
  list: procedure.input(place).output(folderView),
  read: procedure.input(place).output(fileView),
  /** What differs from the image; mounts are not looked at. */
  changes: procedure.input(z.object({ container: objectRef })).output(changesView),
  /** A file as it is, a folder as a tar archive. */
  download: procedure.input(place).output(download),
  /** Puts a file into the folder `path`, in place of one of that name; it is there, whole, when the job is done. */
  upload: procedure
    .input(place.extend({ name: z.string().min(1).max(255), size: z.number().int().min(0) }))
    .output(expectedUpload),
};

export type FileKind = z.infer<typeof fileKind>;
export type FileEntry = z.infer<typeof fileEntry>;
export type FolderView = z.infer<typeof folderView>;
export type FileView = z.infer<typeof fileView>;
export type ChangesView = z.infer<typeof changesView>;
