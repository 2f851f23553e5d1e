/** Networks as they are managed.  Which there are, and who is on them, the topology tells. */
import type { ConnectRequest, CreateNetwork } from '../../../shared/contract/networks.ts';
import type { Cancellable } from './containers.ts';

export interface NetworksDomain {
  /** Resolves with its id. */
  create(spec: CreateNetwork): Promise<string>;
  remove(ref: string, options?: Cancellable): Promise<void>;
  connect(request: ConnectRequest): Promise<void>;
  disconnect(network: string, container: string): Promise<void>;
}
