/** Files in containers, running or not.  Paths are absolute, inside the container. */
import type { Readable } from 'node:stream';
import type { ChangesView, FileView, FolderView } from '../../../shared/contract/files.ts';
import type { Cancellable } from './containers.ts';

export interface FileDownload {
  readonly name: string;
  readonly type: string;
  /** Whoever calls it ends the stream. */
  readonly open: (signal: AbortSignal) => Promise<Readable>;
}

/** A file on its way into a container. */
export interface FileUpload {
  /** Resolves when there is room for more. */
  write(bytes: Uint8Array): Promise<void>;
  /** Resolves when the file is there, whole. @throws BulkheadError when less or more came than was said */
  end(): Promise<void>;
  /** Gives it up; nothing of it is left. */
  cancel(): void;
}

export interface FilesDomain {
  list(ref: string, path: string, options?: Cancellable): Promise<FolderView>;
  /** The beginning of a file, as text. */
  read(ref: string, path: string, options?: Cancellable): Promise<FileView>;
  changes(ref: string, options?: Cancellable): Promise<ChangesView>;
  /** A file as it is, a folder as an archive. @throws BulkheadError `NOT_FOUND`; `BAD_INPUT` for what is neither */
  download(ref: string, path: string, options?: Cancellable): Promise<FileDownload>;
  /** Takes the place of a file of that name. */
  upload(ref: string, folder: string, file: { readonly name: string; readonly size: number }): Promise<FileUpload>;
}
