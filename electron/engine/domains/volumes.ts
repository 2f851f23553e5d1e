/** Volumes as they are managed.  Which there are, and who uses them, the topology tells. */
import type { Readable } from 'node:stream';
import type { FileListing, VolumeUsage } from '../../../shared/contract/volumes.ts';
import type { Cancellable } from './containers.ts';
import type { Reported } from './progress.ts';

export interface CreateVolume {
  /** `''`: the engine makes one up. */
  readonly name: string;
  readonly driver: string;
  readonly options: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
}

export interface VolumesDomain {
  /** Resolves with its name. */
  create(spec: CreateVolume): Promise<string>;
  remove(name: string, options?: Cancellable): Promise<void>;
  usage(options?: Cancellable): Promise<VolumeUsage[]>;
  /** Paths are from the root of the volume, without slashes around. */
  list(name: string, path: string, options?: Cancellable): Promise<FileListing>;
  /** A file's content, or a folder as a tar archive; the caller ends it. */
  open(
    name: string,
    path: string,
    options?: Cancellable,
  ): Promise<{ readonly name: string; readonly content: Readable }>;
  /** Everything that is in it, as a tar archive. */
  save(name: string, options?: Cancellable): Promise<Readable>;
  /** Takes what `save` gives. */
  restore(name: string, archive: Readable, options: Reported): Promise<void>;
  copy(from: string, to: string, options: Reported): Promise<void>;
}
