/** Containers as they are managed. */

/** How a long action is ended. */
export interface Cancellable {
  readonly signal?: AbortSignal | undefined;
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
}
