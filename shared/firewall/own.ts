/** Telling what the engine and Bulkhead put into a packet filter from what somebody else did. */
import type { Firewall, FirewallChain, FirewallRule } from '../topology/firewall.ts';
import type { Network } from '../topology/model.ts';

/** The engine's bridges: interface name → whether containers on it may talk to each other. */
export type Bridges = ReadonlyMap<string, boolean>;

const OPTION = 'com.docker.network.bridge.';

/** The name of a bridge network's interface on the machine. */
export function bridgeName({ id, options }: Pick<Network, 'id' | 'options'>): string {
  const given = options[`${OPTION}name`] ?? '';
  return given === '' ? `br-${id.slice(0, 12)}` : given;
}

export function bridgesOf(networks: readonly Network[]): Bridges {
  return new Map(
    networks
      .filter(({ driver }) => driver === 'bridge')
      .map((network) => [bridgeName(network), network.options[`${OPTION}enable_icc`] !== 'false']),
  );
}

/** Where people are meant to put their own rules: the chain is the engine's, its content is not. */
const USER_CHAIN = 'DOCKER-USER';

/** Chains of Docker, of its embedded DNS inside containers, and of Podman's netavark and CNI. */
const ENGINE_CHAIN = /^(?:DOCKER|NETAVARK|CNI)(?:$|[-_])/;

function isEngineChain(name: string): boolean {
  return ENGINE_CHAIN.test(name) && name !== USER_CHAIN;
}

/** Whole tables: engine 29's nftables backend, Podman's netavark. */
function isEngineTable({ family, table }: FirewallChain): boolean {
  if (table === 'docker-bridges') return family === 'ip' || family === 'ip6';
  return table === 'netavark' && family === 'inet';
}

function isIptables({ family, table }: FirewallChain): boolean {
  return (family === 'ip' || family === 'ip6') && ['filter', 'nat', 'raw', 'mangle'].includes(table);
}

/** Whether the default of a base chain is the engine's doing: it shuts FORWARD, and nothing else. */
export function isOwnPolicy(chain: FirewallChain): boolean {
  return isEngineTable(chain) || (isIptables(chain) && chain.table === 'filter' && chain.name === 'FORWARD');
}

/** Whether the engine made that rule. */
export function isOwnRule(chain: FirewallChain, rule: FirewallRule, bridges: Bridges): boolean {
  if (isEngineTable(chain)) return true;
  if (!isIptables(chain)) return false;
  if (isEngineChain(chain.name)) return true;
  const { matches, verdict } = rule;
  if (verdict.kind === 'jump' || verdict.kind === 'goto') {
    return isEngineChain(verdict.chain) || (verdict.chain === USER_CHAIN && matches.length === 0);
  }
  if (chain.name === USER_CHAIN) return matches.length === 0 && verdict.kind === 'return';
  if (chain.name === 'FORWARD') return isForwardRule(rule, bridges);
  if (chain.table === 'raw' && chain.name === 'PREROUTING') return isDirectAccessRule(rule, bridges);
  return chain.name === 'INPUT' && isOverlayRule(rule);
}

/**
 * Engines up to 27 put these into FORWARD itself: `-o BR … RELATED,ESTABLISHED -j ACCEPT`, `-i BR ! -o BR -j ACCEPT`,
 * `-i BR -o BR -j ACCEPT` (`DROP` where the network forbids traffic between its containers).
 */
function isForwardRule({ matches, verdict }: FirewallRule, bridges: Bridges): boolean {
  let bridge: string | null = null;
  let inside = true;
  for (const match of matches) {
    if (match.kind === 'iif' || match.kind === 'oif') {
      const [name = ''] = match.names;
      if (match.names.length !== 1 || !bridges.has(name) || (bridge !== null && bridge !== name)) return false;
      bridge = name;
      if (match.negated) inside = false;
    } else if (match.kind === 'state') {
      if (match.states.includes('new')) return false;
    } else if (match.kind !== 'opaque' || match.what !== 'conntrack') return false;
  }
  if (bridge === null) return false;
  return verdict.kind === 'accept' || (verdict.kind === 'drop' && inside && bridges.get(bridge) === false);
}

/** Engine 28: `-d CONTAINER ! -i BR -j DROP`, and `-d 127.0.0.1 ! -i lo …` for ports bound to loopback. */
function isDirectAccessRule({ matches, verdict }: FirewallRule, bridges: Bridges): boolean {
  if (verdict.kind !== 'drop') return false;
  const iif = matches.find((match) => match.kind === 'iif');
  const [name = ''] = iif?.kind === 'iif' && iif.negated ? iif.names : [];
  return (name === 'lo' || bridges.has(name)) && matches.some(({ kind }) => kind === 'daddr');
}

/** Swarm guards its encrypted overlays: `-p udp --dport 4789 -m policy … -m u32 … -j DROP`. */
function isOverlayRule({ matches, verdict }: FirewallRule): boolean {
  const vxlan = matches.some(
    (match) => match.kind === 'dport' && match.ranges.length === 1 && match.ranges[0]?.[0] === 4789,
  );
  return vxlan && verdict.kind === 'drop' && matches.some((match) => match.kind === 'opaque' && match.what === 'u32');
}

/** Whether a rule can have an effect on others: it decides, sends away, or marks. */
function acts({ verdict }: FirewallRule): boolean {
  return verdict.kind === 'continue' ? verdict.marks : verdict.kind !== 'hide';
}

/** Whether anything in there is neither the engine's nor without effect. */
export function hasForeign({ chains, unread }: Firewall, bridges: Bridges): boolean {
  if (unread.length > 0) return true;
  return chains.some(
    (chain) =>
      (chain.base?.policy === 'drop' && !isOwnPolicy(chain)) ||
      chain.rules.some((rule) => acts(rule) && !isOwnRule(chain, rule, bridges)),
  );
}
