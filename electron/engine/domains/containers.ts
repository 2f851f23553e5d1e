/** Containers as they are managed. */
import type { Readable } from 'node:stream';
import type { RunSpec } from '../../../shared/containers/run-spec.ts';
import type { GiveWay } from '../../../shared/contract/journal.ts';

/** How a long action is ended. */
export interface Cancellable {
  readonly signal?: AbortSignal | undefined;
}

/** `GET /containers/{id}/json`, as the engine tells it: hostile, and of any size. */
export type Inspection = Readonly<Record<string, unknown>>;

/** One look at what a running container uses.  Units as in the contract's `statsSample`. */
export interface StatsSample {
  readonly at: number;
  readonly cpu: number;
  readonly memory: number;
  readonly memoryLimit: number;
  readonly received: number;
  readonly sent: number;
  readonly read: number;
  readonly written: number;
  readonly pids: number;
}

export interface CommitRequest {
  /** `name:tag`; `''`: without a name. */
  readonly image: string;
  readonly comment: string;
  readonly pause: boolean;
}

interface Replacing extends Cancellable {
  /** Is told what leads back before each step, and while it is not written down nothing is done. */
  readonly keep: (way: GiveWay) => Promise<void>;
}

export interface ContainersDomain {
  start(ref: string, options?: Cancellable): Promise<void>;
  stop(ref: string, options?: Cancellable): Promise<void>;
  restart(ref: string, options?: Cancellable): Promise<void>;
  pause(ref: string, options?: Cancellable): Promise<void>;
  unpause(ref: string, options?: Cancellable): Promise<void>;
  kill(ref: string, options?: Cancellable): Promise<void>;
  /** `force` kills a running one; anonymous volumes go only when `volumes` is true. */
  remove(ref: string, options: Cancellable & { readonly force: boolean; readonly volumes: boolean }): Promise<void>;
  rename(ref: string, name: string): Promise<void>;

  inspect(ref: string): Promise<Inspection>;
  top(ref: string): Promise<{ readonly titles: readonly string[]; readonly rows: readonly (readonly string[])[] }>;
  /** Calls back about once a second, until the container stops (resolves) or the signal aborts (rejects). */
  stats(ref: string, options: Cancellable & { readonly onSample: (sample: StatsSample) => void }): Promise<void>;

  /** What it would take to run another like it. */
  specOf(ref: string): Promise<RunSpec>;
  /** How many of its variables and labels are too long for that to tell: another one made after it has them all the same. */
  untold(ref: string): Promise<number>;
  /** How many files in it are neither the image's nor on a mount. */
  changedFiles(ref: string): Promise<number>;
  /**
   * Makes a container and joins its networks; resolves with its id.  Nothing of it is left where that fails.
   *
   * @param options `like`: whatever the spec says as that container's own would say it, is as that container has it.
   */
  create(spec: RunSpec, options?: Cancellable & { readonly like?: string | undefined }): Promise<string>;
  /**
   * Makes `ref` anew by the spec, under the spec's name; resolves with the new id.  Where that fails, the old one is as
   * it was, also where the signal ends it.  Runs afterwards if the old one did.
   */
  replace(ref: string, spec: RunSpec, options: Replacing): Promise<string>;
  /** Makes an image of it; resolves with the image's id. */
  commit(ref: string, request: CommitRequest & Cancellable): Promise<string>;
  /** Its files as a tar archive, which the caller ends. */
  export(ref: string, options?: Cancellable): Promise<Readable>;
}
