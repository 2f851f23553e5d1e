/** Swarm services as they are managed, with the tasks and nodes that only a manager knows. */
import type { NodeRow, SwarmView } from '../../../shared/contract/services.ts';
import type { Cancellable } from './containers.ts';
import type { Reported } from './progress.ts';

export interface ServicesDomain {
  list(options?: Cancellable): Promise<SwarmView>;
  /** Calls back after each change of what `list` tells, and from time to time: of tasks elsewhere nobody tells. */
  onChange(listener: () => void): () => void;
  /** Resolves when as many tasks run; so do `update` and `rollback`, with all of them made anew. */
  scale(id: string, options: Reported & { readonly replicas: number }): Promise<void>;
  /** With the user's own credentials for the image's registry. */
  update(
    id: string,
    options: Reported & { readonly image?: string | undefined; readonly force?: boolean | undefined },
  ): Promise<void>;
  rollback(id: string, options: Reported): Promise<void>;
  remove(id: string, options?: Cancellable): Promise<void>;
  setAvailability(node: string, availability: NodeRow['availability']): Promise<void>;
}
