/** One cell with every channel and reason behind it. */
import type { ContainerEndpoint, Topology } from '../topology/model.ts';
import { isContainer, isUp } from '../topology/model.ts';
import { hasCapability } from './capabilities.ts';
import { denialReasons } from './denial-words.ts';
import { deniedParts, passesElsewhere, type Stops } from './denied-ports.ts';
import { denialIndexOf, isInForce, stopsOf } from './denials.ts';
import { judgeNetwork } from './judge.ts';
import type { Cell, Channel, Denial, Reason, Verdict } from './model.ts';
import { reason, type RuleId } from './reasons.ts';
import { sceneOf, type Party, type Scene } from './scene.ts';
import { sideWays } from './side-layers.ts';
import type { SideWay } from './side-way.ts';
import { Collector, Tally, type Way, type WayPort } from './sink.ts';

/**
 * Everything behind one cell; `fromId` and `toId` are endpoint ids.  Reasons come in the order of their weight: what
 * makes the verdict first.  Ids that are not in the topology give `unknown` without channels.
 */
export function explain(topology: Topology, denials: readonly Denial[], fromId: string, toId: string): Cell {
  const scene = sceneOf(topology);
  const from = scene.party(fromId);
  const to = scene.party(toId);
  if (!from || !to) return { from: fromId, to: toId, verdict: 'unknown', enforced: true, channels: [], reasons: [] };
  const index = denialIndexOf(scene, denials);
  const sides = sideWays(scene, from, to, (one, other) => index.held(one, other));
  const own = index.exact(from, to);
  const held = index.held(from, to);
  const said = denialReasons(from, to, own, held);
  const stops = stopsOf(index, from, to);
  const isDenied = stops.own !== undefined || stops.machine !== undefined;
  const ways = waysOf(topology, from, to).flatMap((way): readonly DeniedWay[] =>
    isDenied ? deniedWays(scene, to, way, stops, said[0]?.rule) : [{ way, stoppedBy: null }],
  );
  const left = ways.filter(({ stoppedBy }) => stoppedBy === null).map(({ way }) => way);
  const params = paramsOf(from, to);
  return {
    from: fromId,
    to: toId,
    verdict: verdictOf(left),
    enforced: own === undefined || isInForce(own, held),
    channels: [...ways.map((way) => networkChannel(way, from, to)), ...sides.map(sideChannel)],
    reasons: distinct([
      ...said,
      ...byWeight(held?.ports === null ? left.filter(({ rule }) => passesElsewhere(rule)) : left).map((way) =>
        reason(spoken(way.rule, from, to), withWay(params, way)),
      ),
      ...ways.filter(({ stoppedBy }) => stoppedBy === 'R920').map(({ way }) => reason('R920', withWay(params, way))),
      ...sides.map((way) => reason(way.rule, { ...params, via: way.via, names: listed(way.names) })),
      ...(own || held ? forgery(scene, from, to, sides) : []),
    ]),
  };
}

/** A way, or the part of one, with the rule about denials that shuts it. */
interface DeniedWay {
  readonly way: Way;
  readonly stoppedBy: RuleId | null;
}

/** What denials leave of a way, and what they stop of it; `rule` is that of the pair's own. */
function deniedWays(scene: Scene, to: Party, way: Way, stops: Stops, rule: RuleId = 'R901'): readonly DeniedWay[] {
  const rules = { own: rule, machine: 'R920' } as const;
  return deniedParts(scene, to.stack, way, stops).map(({ part, stoppedBy }) => ({
    way: part === way ? way : { ...way, ...part },
    stoppedBy: stoppedBy && rules[stoppedBy],
  }));
}

/** The network ways of a pair without any denial, in the order of judging. */
export function waysOf(topology: Topology, from: Party, to: Party): readonly Way[] {
  const collector = new Collector();
  judgeNetwork(sceneOf(topology), from, to, collector);
  return collector.ways;
}

function verdictOf(ways: readonly Way[]): Verdict {
  const tally = new Tally();
  for (const way of ways) tally.way(way.verdict, way.rule, way.kind, way.via, way.address, way.ports, way.far, way);
  return tally.verdict();
}

function networkChannel({ way, stoppedBy }: DeniedWay, from: Party, to: Party): Channel {
  return {
    layer: 'network',
    kind: way.kind,
    via: way.via?.name ?? '',
    address: way.address,
    ...(way.ports ? { ports: way.ports.map(portText) } : {}),
    ...(way.except ? { except: way.except.map(portText) } : {}),
    verdict: stoppedBy ? 'blocked' : way.verdict,
    rules: [stoppedBy ?? spoken(way.rule, from, to)],
    ...(way.far ? { far: true } : {}),
  };
}

function sideChannel({ layer, kind, rule, via, names, verdict }: SideWay): Channel {
  const named = names.length > 0 ? { names } : {};
  return { layer, kind, via, address: '', ...named, verdict: verdict ?? 'open', rules: [rule] };
}

/** A sentence stays a sentence: the channel has all of them. */
const NAMES_SPOKEN = 8;

function listed(names: readonly string[]): string {
  const spoken = names.slice(0, NAMES_SPOKEN).join(', ');
  return names.length > NAMES_SPOKEN ? `${spoken}, …` : spoken;
}

/** R634: said where a rule stands in between, because nearly every container may do it. */
function forgery({ traits }: Scene, from: Party, to: Party, sides: readonly SideWay[]): readonly Reason[] {
  const { endpoint, stack } = from;
  if (traits.podman || !isContainer(endpoint) || !isUp(endpoint) || stack === to.stack) return [];
  const met = stack.legs.find((leg) => to.stack.legs.some(({ net }) => net === leg.net));
  if (!met || !hasCapability(endpoint, 'NET_RAW') || sides.some(({ rule }) => rule === 'R630')) return [];
  return [reason('R634', { from: endpoint.name, via: met.net.name })];
}

/** `tcp/8080`, `tcp/8000-8999`; a published port by its number on the machine; `icmp`, or `udp` for all of it. */
function portText(port: WayPort): string {
  const isWhole = port.port === 1 && 'last' in port && port.last === 65_535;
  if (port.port === 0 || isWhole) return port.protocol;
  const span = 'last' in port && port.last !== port.port ? `-${String(port.last)}` : '';
  return `${port.protocol}/${String('hostPort' in port ? port.hostPort : port.port)}${span}`;
}

/** A sentence names no more ports than one would read; the channel has them all. */
const PORTS_NAMED = 30;

function portsText(ports: NonNullable<Way['ports']>): string {
  const named = ports.slice(0, PORTS_NAMED).map(portText).join(', ');
  return ports.length > PORTS_NAMED ? `${named}, … (+${ports.length - PORTS_NAMED})` : named;
}

type PairParams = ReturnType<typeof paramsOf>;

/** Field by field: spreading here doubled the time of a whole matrix of explanations. */
function withWay(pair: PairParams, { via, address, ports, detail }: Way): Readonly<Record<string, string>> {
  return {
    from: pair.from,
    to: pair.to,
    fromState: pair.fromState,
    toState: pair.toState,
    owner: pair.owner,
    via: via?.name ?? '',
    driver: via?.driver ?? '',
    address,
    ports: ports ? portsText(ports) : '',
    filter: detail,
  };
}

function paramsOf(from: Party, to: Party): Readonly<Record<'from' | 'to' | 'fromState' | 'toState' | 'owner', string>> {
  const state = ({ endpoint }: Party): string => (isContainer(endpoint) ? endpoint.state : '');
  const left = (party: Party): ContainerEndpoint | null => (party.stack.kind === 'stranded' ? party.stack.owner : null);
  return {
    from: from.endpoint.name,
    to: to.endpoint.name,
    fromState: state(from),
    toState: state(to),
    owner: (left(from) ?? left(to))?.name ?? '',
  };
}

/** The rules for the machine's own stack speak of containers in host mode; for the machine itself they have words of their own. */
function spoken(rule: RuleId, from: Party, to: Party): RuleId {
  if (rule === 'R301' && from.endpoint.kind === 'host') return 'R501';
  if (rule === 'R302' && to.endpoint.kind === 'host') return 'R502';
  return rule === 'R304' && to.endpoint.kind === 'host' ? 'R503' : rule;
}

const WEIGHT = { open: 0, unknown: 2, blocked: 3 } as const;

function byWeight(ways: readonly Way[]): readonly Way[] {
  const weight = ({ verdict, ports }: Way): number => WEIGHT[verdict] + (verdict === 'open' && ports ? 1 : 0);
  return ways.toSorted((a, b) => weight(a) - weight(b));
}

function distinct(reasons: readonly Reason[]): readonly Reason[] {
  const seen = new Set<string>();
  return reasons.filter(({ rule, text }) => {
    const key = `${rule} ${text}`;
    return seen.has(key) ? false : seen.add(key);
  });
}
