/** What an override file for Compose says, as data. */
import type { PortSet } from '../ports.ts';
import type { Topology } from '../topology/model.ts';

/** A network of the override. */
export interface MadeNetwork {
  /** By which services and the file's `networks` name it. */
  readonly key: string;
  /** Services, sorted. */
  readonly members: readonly string[];
  readonly internal: boolean;
  readonly ipv6: boolean;
  /** `''`: the engine's own. */
  readonly mtu: string;
}

/** A network that services stay on, because others there are none of the project's. */
export interface KeptNetwork {
  readonly key: string;
  /** Its name on the engine, where the project's file has no key for it. */
  readonly external: string | null;
}

export interface PlacedService {
  readonly service: string;
  /** Keys of networks of the override, in their order. */
  readonly networks: readonly string[];
  /** Networks that the override does not make and that it stays on, by key. */
  readonly kept: readonly string[];
  /** Names that somebody gave it; it bears them on each of its networks. */
  readonly aliases: readonly string[];
  /** In no network at all, since nothing passes. */
  readonly none: boolean;
}

/** One ordered pair in which the networks alone are not what the policy wants.  Titles: services, others by name. */
export interface Shortfall {
  readonly from: string;
  readonly to: string;
  /** `open`: passes all the same. `shut`: passes no more. */
  readonly kind: 'open' | 'shut';
  readonly ports: PortSet;
  readonly why:
    /** They share a network for the other direction. */
    | 'direction'
    /** They share one for other ports. */
    | 'ports'
    /** By a port published on the machine. */
    | 'published'
    /** The machine is on every bridge. */
    | 'host'
    /** Whoever has a way out has all of it. */
    | 'outside'
    /** Replicas are on the same networks. */
    | 'replicas'
    /** They are on a network that is not the project's. */
    | 'foreign'
    | 'other';
}

export interface Separated {
  readonly services: readonly PlacedService[];
  readonly networks: readonly MadeNetwork[];
  readonly kept: readonly KeptNetwork[];
  /** Whether it is known that fewer networks would not do. */
  readonly fewest: boolean;
  readonly shortfalls: readonly Shortfall[];
  /** Containers of the project that are left as they are, by name: no stack of their own, or no name Compose takes. */
  readonly untouched: readonly string[];
  /** The topology as it will be, with made-up addresses. */
  readonly after: Topology;
}

export const COMPOSE_NETWORK_LABEL = 'com.docker.compose.network';
