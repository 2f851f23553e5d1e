/** What the demo's tables count: its containers keep calling each other, and physics says which calls are stopped. */
import type { Counted } from '../../../shared/policy/counted.ts';
import { whoAnswers } from './physics.ts';
import type { DemoTables } from './wire.ts';
import type { DemoContainer, DemoWorld } from './world.ts';

/** A call that is stopped sends its first packet once more before it gives up. */
const PACKETS_REFUSED = 2;
const SYN_BYTES = 60;
/** A call that gets through, with its answers. */
const PACKETS_PASSED = 12;
const BYTES_PASSED = 1_800;

/** What the table in one place has counted since it was loaded; `now` in ms since 1970. */
export function countedIn(world: DemoWorld, tables: DemoTables, place: string, now: number): Counted | null {
  const table = tables.get(place);
  if (!table) return null;
  const elements = place === 'host' ? [] : callsOf(world, tables, place, now - table.loadedAt);
  return { place, since: table.loadedAt, rules: [], elements };
}

function callsOf(world: DemoWorld, tables: DemoTables, place: string, elapsed: number): Counted['elements'] {
  const scripts = new Map([...tables].map(([id, { script }]) => [id, script]));
  const up = [...world.containers.values()].filter(({ pid }) => pid !== 0);
  const named = (name: string): DemoContainer | undefined => up.find(({ described }) => described.name === name);
  return world.calls.flatMap(({ from, to, port, everyMs }) => {
    const [caller, called] = [named(from), named(to)];
    const address = caller && called ? sharedAddress(caller, called) : null;
    // The caller's own table is the first that a packet meets.
    if (!caller || !called || caller.id !== place || address === null) return [];
    const times = Math.floor(elapsed / everyMs);
    if (times === 0) return [];
    if (whoAnswers({ world, tables: scripts }, caller, address, port) === called) {
      const passed = { packets: times * PACKETS_PASSED, bytes: times * BYTES_PASSED };
      return [{ set: 'open_to4', element: `${address} . tcp . ${port}`, ...passed }];
    }
    // A way that was never open is not the table's doing.
    if (whoAnswers({ world, tables: new Map() }, caller, address, port) !== called) return [];
    const packets = times * PACKETS_REFUSED;
    return [{ set: 'refused_to4', element: address, packets, bytes: packets * SYN_BYTES }];
  });
}

/** The address of `called` on the first network that both are on. */
function sharedAddress(caller: DemoContainer, called: DemoContainer): string | null {
  const shared = Object.keys(caller.described.networks).find((name) => called.described.networks[name] !== undefined);
  return shared === undefined ? null : (called.described.networks[shared] ?? null);
}
