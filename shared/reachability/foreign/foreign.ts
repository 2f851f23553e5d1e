/** What other software has put into packet filters, made ready for judging.  `null` in the usual case: nothing. */
import type { FirewallFacts } from '../../topology/firewall.ts';
import { pooled, rangeClasses, type RangeClasses } from '../../firewall/classes.ts';
import { bridgesOf, hasForeign, isOwnRule } from '../../firewall/own.ts';
import { prepare, type Filter } from '../../firewall/walk.ts';
import type { Family } from '../network.ts';
import type { Scene, Stack } from '../scene.ts';

export interface Foreign {
  readonly host: Filter;
  /** By id of the container that owns the stack. */
  readonly containers: ReadonlyMap<string, Filter>;
  /** Names of the machine's interfaces that lead outside; `null`: not known. */
  readonly outside: readonly string[] | null;
  /** Whether filters see packets that stay inside one bridge. */
  readonly inBridges: boolean;
  readonly facts: FirewallFacts;
  /** Addresses and ports that no rule anywhere tells apart. */
  readonly classes: RangeClasses;
}

const known = new WeakMap<Scene, Foreign | null>();

export function foreignOf(scene: Scene): Foreign | null {
  let foreign = known.get(scene);
  if (foreign === undefined) known.set(scene, (foreign = build(scene)));
  return foreign;
}

function build({ topology }: Scene): Foreign | null {
  const facts = topology.engine.firewall;
  if (!facts) return null;
  const bridges = bridgesOf(topology.networks);
  const containers = Object.entries(facts.containers).filter(([, firewall]) => hasForeign(firewall, bridges));
  if (containers.length === 0 && !hasForeign(facts.host, bridges)) return null;
  const rules = [facts.host, ...containers.map(([, firewall]) => firewall)].flatMap(({ chains }) =>
    chains.flatMap((chain) => {
      const own = chain.rules.filter((rule) => isOwnRule(chain, rule, bridges));
      return [...pooled(own), ...chain.rules.filter((rule) => !isOwnRule(chain, rule, bridges))];
    }),
  );
  return {
    classes: rangeClasses(rules),
    host: prepare(facts.host, bridges, 'machine'),
    containers: new Map(containers.map(([id, firewall]) => [id, prepare(firewall, bridges, 'container')])),
    outside: facts.outside.length > 0 ? facts.outside : null,
    inBridges:
      facts.bridged4 ||
      facts.bridged6 ||
      facts.host.chains.some(({ family }) => family === 'bridge') ||
      facts.host.unread.some(({ level }) => level === 'any'),
    facts,
  };
}

/** Whether packets between two ports of one bridge pass the machine's filters. */
export function isBridged({ facts }: Foreign, family: Family): boolean {
  return family === 4 ? facts.bridged4 : facts.bridged6;
}

export function filterInside({ containers }: Foreign, { owner }: Stack): Filter | null {
  return (owner && containers.get(owner.id)) ?? null;
}
