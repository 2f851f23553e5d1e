/** What the product says of one row of a truth table. */
import { explain } from '../../shared/reachability/index.ts';
import type { Cell, Denial } from '../../shared/reachability/model.ts';
import type { Topology } from '../../shared/topology/model.ts';
import { familyOf, type Row } from './rows.ts';

export type Predicted = 'open' | 'blocked' | 'unknown';

/** What is claimed of a row, and by which rules. */
export interface Claim {
  readonly predicted: Predicted;
  readonly rules: readonly string[];
}

export interface Predictor {
  cell(from: string, to: string): Cell;
  row(row: Row): Claim;
  /** Every rule that took part in a cell so far. */
  readonly rules: ReadonlySet<string>;
}

/** @throws Error when the product does not know a party of the census. */
export function createPredictor(
  topology: Topology,
  denials: readonly Denial[],
  machineAddresses: readonly string[],
): Predictor {
  const machine = new Set(machineAddresses);
  const ids = new Map(topology.endpoints.map(({ id, name }) => [name, id]));
  const cells = new Map<string, Cell>();
  const rules = new Set<string>();
  const idOf = (name: string): string => {
    const id = ids.get(name);
    if (id === undefined) throw new Error(`The product sees no "${name}".`);
    return id;
  };
  const cell = (from: string, to: string): Cell => {
    const key = `${from}\n${to}`;
    let known = cells.get(key);
    if (!known) {
      cells.set(key, (known = explain(topology, denials, idOf(from), idOf(to))));
      for (const { rule } of known.reasons) rules.add(rule);
      for (const channel of known.channels) for (const rule of channel.rules) rules.add(rule);
    }
    return known;
  };
  return { cell, row: (row) => rowOf(cell(row.from.name, row.to.name), row, machine), rules };
}

/**
 * A way that names an address speaks of that address; one that names none (not running, no network, out to the world)
 * speaks of all.  The machine's other addresses are as the far one that is named (SPEC, R2xx).  What no way speaks of is
 * claimed to be shut.
 */
function rowOf({ channels }: Cell, row: Row, machine: ReadonlySet<string>): Claim {
  const speaking = channels.filter(
    ({ layer, ports, except }) => layer === 'network' && (ports ? names(ports, row) : !names(except ?? [], row)),
  );
  const named = speaking.some(({ address }) => address === row.address);
  const isFar = !named && machine.has(row.address);
  const said = speaking.filter(
    ({ address, far }) =>
      address === '' || (isFar ? far === true && familyOf(address) === familyOf(row.address) : address === row.address),
  );
  const predicted =
    (['open', 'unknown'] as const).find((one) => said.some(({ verdict }) => verdict === one)) ?? 'blocked';
  return { predicted, rules: said.filter(({ verdict }) => verdict === predicted).flatMap(({ rules }) => rules) };
}

/** Whether a list like `tcp/80, udp/1-1023, icmp` has what the row tries. */
function names(list: readonly string[], { protocol, port }: Row): boolean {
  return list.some((entry) => {
    const [name, first, last = first] = entry.split(/[/-]/);
    // A protocol alone stands for all of it.
    return name === protocol && (first === undefined || (port >= Number(first) && port <= Number(last)));
  });
}
