/** Compose projects as they are managed: by the user's own Compose, with the project's own files. */
import type { ComposeAction, ComposeModel, ProjectFile, UpOptions } from '../../../shared/contract/compose.ts';
import type { Cancellable } from './containers.ts';
import type { Reported } from './progress.ts';

/** What a project is made of, as its containers' labels or the user say.  All paths are of the machine Bulkhead runs on. */
export interface ComposeSource {
  /** `''`: as its files or its folder say. */
  readonly name: string;
  readonly folder: string;
  /** None: those that Compose finds in the folder by itself. */
  readonly files: readonly string[];
  readonly envFiles: readonly string[];
}

export interface ComposeTool {
  readonly version: string;
  /** As a person would type it: `docker compose`. */
  readonly command: string;
}

export interface ComposeDomain {
  /** @throws BulkheadError `NOT_FOUND` where this machine has none that can be used */
  tool(options?: Cancellable): Promise<ComposeTool>;
  /** Which of the files are there; `folder`: whether the project's own is. */
  look(source: ComposeSource): Promise<{
    readonly folder: boolean;
    readonly files: readonly ProjectFile[];
    readonly envFiles: readonly ProjectFile[];
  }>;
  /** From what a person typed. @throws BulkheadError `NOT_FOUND`, `BAD_INPUT` */
  locate(path: string, envFiles: readonly string[]): Promise<ComposeSource>;
  /** With every profile. */
  model(source: ComposeSource, options?: Cancellable): Promise<Omit<ComposeModel, 'active'>>;
  config(source: ComposeSource, options: Cancellable & { readonly profiles: readonly string[] }): Promise<string>;
  up(source: ComposeSource, options: Reported & UpOptions): Promise<void>;
  /**
   * `start`, `stop` and `restart` need no files: where those cannot be read, Compose goes by its labels.
   *
   * @param options `services`: those meant, which for these three are those that have containers
   */
  act(
    source: ComposeSource,
    action: ComposeAction,
    options: Reported & { readonly services: readonly string[]; readonly profiles: readonly string[] },
  ): Promise<void>;
  scale(
    source: ComposeSource,
    options: Reported & { readonly service: string; readonly replicas: number },
  ): Promise<void>;
  /** As `stop`, without its files if need be. */
  down(source: ComposeSource, options: Reported & { readonly volumes: boolean }): Promise<void>;
}
