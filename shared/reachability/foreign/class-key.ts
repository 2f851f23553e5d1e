/** Which stacks foreign rules treat alike, so that a matrix is not judged pair by pair (see `evaluate`). */
import type { Scene, Stack } from '../scene.ts';
import { filterInside, foreignOf, type Foreign } from './foreign.ts';
import { one } from './zones.ts';

/** Whether a packet to or from this stack may be stopped before it leaves a bridge. */
export function mayFilterInside(foreign: Foreign, stack: Stack): boolean {
  return foreign.inBridges || filterInside(foreign, stack) !== null;
}

/**
 * Gives what foreign rules can tell stacks apart by: their bridges, the kinds of their addresses and ports.  `null`: the
 * stack has rules of its own, so it is like no other.  `''` for all where there are no foreign rules.
 */
export function foreignKeys(scene: Scene): (stack: Stack) => string | null {
  const foreign = foreignOf(scene);
  if (!foreign) return () => '';
  const { addresses, ports } = foreign.classes;
  return (stack) => {
    if (filterInside(foreign, stack) !== null) return null;
    const legs = stack.legs.map(({ net, v4, v6 }) => `${net.bridge} ${addresses(one(v4))} ${addresses(one(v6))}`);
    const bindings = stack.bindings.map(({ address, family, ports: some }) => {
      const kinds = some.map(
        ({ protocol, port, hostPort }) => `${protocol} ${ports([hostPort, hostPort])} ${ports([port, port])}`,
      );
      return `${family} ${addresses(one(address))} ${[...new Set(kinds)].sort().join()}`;
    });
    return ['|', ...legs.sort(), ...bindings.sort()].join('|');
  };
}
