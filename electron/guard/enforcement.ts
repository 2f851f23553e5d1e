/** What the policy wants on the wire, what is known to be there, and the difference.  Pure. */
import type { GuardState, Pause } from '../../shared/contract/schemas.ts';
import type { ErrorShape } from '../../shared/errors.ts';
import type { Admission, DeniedPair, NamespaceTable, Policy } from '../../shared/policy/model.ts';
import { causeText, compile, decide } from '../../shared/policy/index.ts';
import { decisionOf, obstaclesIn } from '../../shared/policy/obstacles.ts';
import { tasksHere } from '../../shared/policy/swarm.ts';
import { indexTopology, type Index } from '../../shared/policy/stack.ts';
import { isEveryPort } from '../../shared/ports.ts';
import type { Denial, DenialState } from '../../shared/reachability/model.ts';
import {
  isContainer,
  isService,
  isUp,
  ZONES,
  type ContainerEndpoint,
  type Topology,
} from '../../shared/topology/model.ts';
import type { Place, PlacedTable as FoundTable } from '../engine/driver.ts';
import { fingerprintOf } from '../engine/fingerprint.ts';

export const HOST: Place = { place: 'host', pid: 0 };

/** One denied pair, with what tells whether a table was made for it as it is now. */
export interface WantedPair {
  readonly denied: DeniedPair;
  readonly possible: boolean;
  /** Changes with anything of both ends that decides their tables: start, addresses, published ports. */
  readonly print: string;
  /** Places whose tables this pair needs; empty where a side does not run. */
  readonly places: readonly string[];
}

/** What must be on the wire. */
export interface Wanted {
  /** The guard stands aside: `tables` is empty, and no pair is held. */
  readonly paused?: true;
  /** Whether it is more than pairs: closed containers and guarded networks wait for whoever comes. */
  readonly waits: boolean;
  readonly topology: Topology;
  readonly policy: Policy;
  readonly pairs: readonly WantedPair[];
  readonly tables: ReadonlyMap<string, NamespaceTable & { readonly fingerprint: string }>;
  /** Pair → print, for the possible ones: what a table loaded now covers. */
  readonly prints: ReadonlyMap<string, string>;
  /** Every namespace there is: the host's and those of running containers that own one. */
  readonly places: ReadonlyMap<string, Place>;
}

/** A table of ours that is known to be in a place. */
export interface PlacedTable {
  readonly pid: number;
  readonly fingerprint: string;
  /** The pairs it was made for; empty when it was found, not made. */
  readonly prints: ReadonlyMap<string, string>;
}

export type Placed = ReadonlyMap<string, PlacedTable>;

export interface Difference {
  readonly load: readonly NamespaceTable[];
  readonly remove: readonly Place[];
  /** Places of `load`. */
  readonly places: readonly Place[];
}

function withPrint(admission: Admission, fingerprint: string | undefined): Admission {
  return fingerprint === undefined ? admission : { ...admission, fingerprint };
}

/** @throws BulkheadError `BAD_INPUT` when the policy names something that is no selector. */
export function wantedFor(policy: Policy, topology: Topology): Wanted {
  const index = indexTopology(topology);
  const decided = decide(policy, topology);
  const decision = decisionOf(decided);
  const denied = decided.pairs.map((pair) => ({
    pair,
    possible: obstaclesIn(index, pair.from, pair.to, decision).every(({ severity }) => severity !== 'stop'),
  }));
  // A closed container lets nothing pass that is denied, also where that alone would not close the pair.
  const { closed } = decided;
  const meant = denied.filter(({ pair, possible }) => possible || closed.has(pair.from) || closed.has(pair.to));
  const ruleset = compile({ ...decided, pairs: meant.map(({ pair }) => pair) }, topology);
  const ownPrints = new Map(ruleset.tables.map(({ place, script }) => [place, fingerprintOf(script)]));
  const tables = new Map(
    ruleset.tables.map(({ admit, ...table }) => [
      table.place,
      {
        ...table,
        fingerprint: ownPrints.get(table.place) ?? '',
        // Somebody may take a guest's table away at any time: whether it is there is looked at where it is let in.
        ...(admit && { admit: admit.map((one) => withPrint(one, ownPrints.get(one.place))) }),
      },
    ]),
  );
  const endPrint = printer(index);
  const pairs = denied.map(({ pair, possible }) => {
    const ports = isEveryPort(pair.ports) ? '' : ` ${JSON.stringify(pair.ports)}`;
    const print = `${endPrint(pair.from)} ${endPrint(pair.to)}${ports}`;
    return { denied: pair, possible, print, places: placesFor(index, pair).filter((id) => tables.has(id)) };
  });
  const prints = new Map(
    pairs.filter(({ possible }) => possible).map(({ denied: pair, print }) => [keyOf(pair), print]),
  );
  const waits = closed.size + decided.guardedNetworks.size > 0;
  return { topology, policy, pairs, tables, prints, places: placesOf(topology), waits };
}

/** The same policy while the guard stands aside: its pairs are told, and nothing of ours is to be anywhere. Rule Z1. */
export function standingAside(wanted: Wanted): Wanted {
  return { ...wanted, waits: false, tables: new Map(), prints: new Map(), paused: true };
}

/** Namespaces whose tables a pair needs: those of its sides that have one of their own, and the machine's.  None while one does not run. */
function placesFor(index: Index, { from, to }: DeniedPair): readonly string[] {
  const owners = [from, to].filter((id) => index.container(id)).map((id) => ownerOf(index, id));
  if (owners.includes(null)) return [];
  // What a service does is done by its tasks.
  const { topology } = index;
  const sender = topology.endpoints.filter(isService).find(({ id }) => id === from);
  const tasks = sender ? tasksHere(sender, topology).map(({ id }) => ownerOf(index, id)) : [];
  return [...[...owners, ...tasks].flatMap((owner) => owner?.id ?? []), HOST.place];
}

function keyOf({ from, to }: { readonly from: string; readonly to: string }): string {
  return `${from} ${to}`;
}

/** The running container in whose namespace an endpoint lives; null when that is the host's or does not exist now. */
function ownerOf(index: Index, id: string): ContainerEndpoint | null {
  const container = index.container(id);
  if (!container || !isUp(container)) return null;
  const stack = index.stackOf(container);
  return stack.kind === 'own' && isUp(stack.owner) ? stack.owner : null;
}

function printer(index: Index): (id: string) => string {
  const prints = new Map<string, string>();
  const { engine, networks, endpoints } = index.topology;
  const others = new Map<string, unknown>(
    endpoints
      .filter(isService)
      .map(({ id, virtualAddresses, tasks, publishedPorts }) => [
        id,
        [virtualAddresses, tasks, publishedPorts, engine.swarmNodes, engine.meshEntries],
      ]),
  );
  // What is a zone's is what is nobody else's.
  const zone = [networks.map(({ subnets }) => subnets), engine.hostAddresses, engine.hostInterfaces];
  for (const { id } of ZONES) others.set(id, zone);
  return (id) => {
    const present = prints.get(id);
    if (present !== undefined) return present;
    const owner = ownerOf(index, id);
    const other = others.get(id);
    if (other !== undefined) {
      const print = JSON.stringify(other);
      prints.set(id, print);
      return print;
    }
    const print = owner
      ? JSON.stringify([owner.id, owner.pid, owner.startedAt, owner.attachments, owner.publishedPorts])
      : '-';
    prints.set(id, print);
    return print;
  };
}

function placesOf(topology: Topology): ReadonlyMap<string, Place> {
  const owners = topology.endpoints.filter(
    (endpoint): endpoint is ContainerEndpoint =>
      isContainer(endpoint) &&
      isUp(endpoint) &&
      endpoint.pid > 0 &&
      (endpoint.networkMode.kind === 'own' || endpoint.networkMode.kind === 'none'),
  );
  return new Map([[HOST.place, HOST], ...owners.map(({ id, pid }): [string, Place] => [id, { place: id, pid }])]);
}

/** Whether the place holds the very table it must, in the namespace that is there now. */
function isPlaced(placed: Placed, place: Place, fingerprint: string): boolean {
  const table = placed.get(place.place);
  return table?.pid === place.pid && table.fingerprint === fingerprint;
}

/** The loads and removals that make the wire what is wanted; empty when it is. */
export function differenceOf(wanted: Wanted, placed: Placed): Difference {
  const load = [...wanted.tables.values()].filter((table) => {
    const place = wanted.places.get(table.place);
    return place !== undefined && !isPlaced(placed, place, table.fingerprint);
  });
  const remove = [...wanted.places.values()].filter(
    (place) => placed.get(place.place)?.pid === place.pid && !wanted.tables.has(place.place),
  );
  const places = load.flatMap(({ place }) => wanted.places.get(place) ?? []);
  return { load, remove, places };
}

/**
 * What is known after a look at the wire: tables that were found, each counted as made for the present pairs when it is
 * the one they want, and for what it was loaded for when it is the one that was loaded.
 */
export function placedAfterLook(
  wanted: Wanted,
  before: Placed,
  looked: readonly Place[],
  found: readonly FoundTable[],
): Placed {
  const after = new Map(before);
  for (const { place } of looked) after.delete(place);
  for (const { place, fingerprint, error } of found) {
    if (error !== undefined) continue;
    const pid = looked.find((candidate) => candidate.place === place)?.pid ?? 0;
    const known = before.get(place);
    const same = known?.pid === pid && known.fingerprint === fingerprint;
    const prints =
      wanted.tables.get(place)?.fingerprint === fingerprint ? wanted.prints : same ? known.prints : new Map();
    after.set(place, { pid, fingerprint, prints });
  }
  return orBefore(before, after);
}

/** Forgets namespaces that are gone, and counts tables that need no change as made for the present pairs. */
export function placedNow(wanted: Wanted, placed: Placed): Placed {
  const now = new Map<string, PlacedTable>();
  for (const [id, table] of placed) {
    const place = wanted.places.get(id);
    if (place?.pid !== table.pid) continue;
    const fits = wanted.tables.get(id)?.fingerprint === table.fingerprint;
    now.set(id, fits ? { ...table, prints: wanted.prints } : table);
  }
  return orBefore(placed, now);
}

/** `before` itself where nothing is different. */
function orBefore(before: Placed, after: Placed): Placed {
  const same = (id: string, { pid, fingerprint, prints }: PlacedTable): boolean => {
    const old = before.get(id);
    return old?.pid === pid && old.fingerprint === fingerprint && old.prints === prints;
  };
  return before.size === after.size && [...after].every(([id, table]) => same(id, table)) ? before : after;
}

/** @param otherwise the state of a possible pair that is not held. */
export function denialsFor(wanted: Wanted, placed: Placed, otherwise: 'pending' | 'failed'): readonly Denial[] {
  const holds = ({ denied, print, places }: WantedPair): boolean =>
    places.every((id) => {
      const table = placed.get(id);
      return table?.pid === wanted.places.get(id)?.pid && table?.prints.get(keyOf(denied)) === print;
    });
  return wanted.pairs.map((pair) => {
    const state: DenialState = !pair.possible
      ? 'impossible'
      : wanted.paused
        ? 'paused'
        : holds(pair)
          ? 'held'
          : otherwise;
    const { from, to, cause, ports } = pair.denied;
    return { from, to, state, policy: causeText(cause), ...(isEveryPort(ports) ? {} : { ports }) };
  });
}

export interface Stand {
  readonly denials: readonly Denial[];
  readonly error: ErrorShape | null;
  readonly repaired: number;
  readonly pause: Pause | null;
  /** Whether any table of ours is known to be somewhere. */
  readonly isPlaced: boolean;
}

/** How the guard stands, for people. */
export function stateOf({ denials, error, repaired, pause, isPlaced }: Stand): GuardState {
  const count = (state: Denial['state']): number => denials.filter((denial) => denial.state === state).length;
  const phase =
    error !== null || count('failed') > 0
      ? 'failing'
      : pause && !isPlaced
        ? 'paused'
        : pause || count('pending') > 0
          ? 'working'
          : denials.length === 0
            ? 'idle'
            : 'holding';
  const told = { phase, denied: denials.length, held: count('held'), impossible: count('impossible'), error } as const;
  return { ...told, ...(repaired > 0 ? { repaired } : {}), ...(pause ? { pause } : {}) };
}
