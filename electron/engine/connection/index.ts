/** The way to an engine: which ones there may be, and how to open one. */
export { connect, type ConnectOptions, type DockerApi } from './api.ts';
export { discoverEngines, type DiscoverOptions } from './discover.ts';
export { RefusalError } from './faults.ts';
export { isSharedEngine } from './shared-engine.ts';
export type { ApiRequest } from './http.ts';
export { parseAddress } from './address.ts';
export { knownEngines, type KnownEngine } from './known.ts';
