/**
 * What the container manager can do with an engine: one interface per domain, each in a file of its own, each with two
 * implementations (`engine/docker/<domain>/`, `engine/demo/management/`).
 *
 * Throughout: references are ids or names; every method rejects with `BulkheadError` in the engine's own words and with a
 * hint what to do next; whatever may take long takes an `AbortSignal`, which ends the request at the engine.
 */
import type { ComposeDomain } from './compose.ts';
import type { ContainersDomain } from './containers.ts';
import type { EngineDomain } from './engine.ts';
import type { FilesDomain } from './files.ts';
import type { ImagesDomain } from './images.ts';
import type { LogsDomain } from './logs.ts';
import type { NetworksDomain } from './networks.ts';
import type { ServicesDomain } from './services.ts';
import type { TerminalDomain } from './terminal.ts';
import type { VolumesDomain } from './volumes.ts';

export interface Management {
  readonly engine: EngineDomain;
  readonly containers: ContainersDomain;
  readonly images: ImagesDomain;
  readonly networks: NetworksDomain;
  readonly volumes: VolumesDomain;
  readonly compose: ComposeDomain;
  readonly services: ServicesDomain;
  readonly logs: LogsDomain;
  readonly terminal: TerminalDomain;
  readonly files: FilesDomain;
}
