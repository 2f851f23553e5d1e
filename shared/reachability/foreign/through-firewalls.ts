/**
 * The ways of a pair, each put through the packet filters on it, before they reach the sink (SPEC R820–R828).
 *
 * It stands between the judging functions and their sink, so that none of them has to know of firewalls.
 */
import type { PortRange } from '../../topology/firewall.ts';
import { type Family, familyOf, gatewaysOf, type Net } from '../network.ts';
import type { RuleId } from '../reasons.ts';
import type { Stack } from '../scene.ts';
import type { PortSpan, Sink, Way, WayVerdict } from '../sink.ts';
import type { Pair, Route, Service } from './courses.ts';
import { isOutward, outwardFamilies, routeOf } from './routes.ts';
import { rulingOn, type Ruling } from './ruling.ts';
import { one } from './zones.ts';

export interface Crossing extends Pair {
  /** Where the ways go in the end. */
  readonly outer: Sink;
}

/** Answers for this many runs of ports; a filter that cuts them finer is not followed further. */
const SPANS = 128;

/** What the other rules speak of when they say that everything passes. */
const PROTOCOLS = ['tcp', 'udp', 'icmp'] as const;
const ALL_PORTS: PortRange = [1, 65535];

export function throughFirewalls(crossing: Crossing): Sink {
  return new FirewalledSink(crossing);
}

class FirewalledSink implements Sink {
  readonly #pair: Crossing;
  readonly #outer: Sink;
  readonly #told = new Map<string, number>();

  constructor(crossing: Crossing) {
    this.#pair = crossing;
    this.#outer = crossing.outer;
  }

  get settled(): boolean {
    return this.#outer.settled;
  }

  way(
    verdict: WayVerdict,
    rule: RuleId,
    kind: string,
    via: Net | null,
    address: string,
    ports: Way['ports'],
    far = false,
  ): void {
    const judged: Ruling = { verdict, rule, detail: '' };
    const answersAt = (at: string, family?: Family): readonly Answer[] | null => {
      const route = routeOf(this.#pair, { rule, via, address: at, ...(family ? { family } : {}) });
      if (!route) return null;
      return ports ? answersFor(judged, route, ports) : answersOver(spansOf(judged, route), judged);
    };
    const tell = (answers: readonly Answer[], at: string, stands: boolean): void => {
      for (const { ruling, ports: some, except } of answers) {
        const { detail } = ruling;
        this.#outer.way(ruling.verdict, ruling.rule, kind, via, at, some, stands, { except, detail });
      }
    };
    const [answers, other] = this.#families(rule, via)
      .map((family) => answersAt(address, family))
      .filter((some) => some !== null);
    if (!answers) {
      this.#outer.way(verdict, rule, kind, via, address, ports, far);
      return;
    }
    tell(answers, address, far);
    if (other && keyOfAll(other) !== keyOfAll(answers)) tell(other, address, far);
    if (!far) return;
    // It stands for the machine's further addresses: those that a rule treats otherwise are told for themselves.
    for (const [first, ...alike] of furtherAddresses(this.#pair, address)) {
      const theirs = first === undefined ? null : answersAt(first);
      if (!theirs || first === undefined || keyOfAll(theirs) === keyOfAll(answers)) continue;
      for (const one of [first, ...alike]) tell(theirs, one, false);
    }
  }

  /** A way out is told once for each family: which one it is, is told by how often it was. */
  #families(rule: RuleId, via: Net | null): readonly (Family | undefined)[] {
    if (!isOutward(rule)) return [undefined];
    const families = outwardFamilies(this.#pair, rule, via);
    if (rule === 'R507' || rule === 'R532') return families;
    const key = `${rule} ${via?.index ?? -1}`;
    const turn = this.#told.get(key) ?? 0;
    this.#told.set(key, turn + 1);
    return families.slice(turn, turn + 1);
  }
}

/** Gateways of networks that neither side is on, of the same family, that some rule tells from that address; by kind. */
function furtherAddresses({ foreign, scene, from, to }: Pair, address: string): readonly (readonly string[])[] {
  const { addresses } = foreign.classes;
  const alike = addresses(one(address));
  const kinds = new Map<string, string[]>();
  for (const gateway of scene.gateways) {
    const kind = addresses(one(gateway));
    if (kind === alike || familyOf(gateway) !== familyOf(address)) continue;
    const isNamed = ({ legs }: Stack): boolean =>
      legs.some(({ net }) => gatewaysOf(net, familyOf(address)).includes(gateway));
    if (isNamed(from) || isNamed(to)) continue;
    const some = kinds.get(kind);
    if (some) some.push(gateway);
    else kinds.set(kind, [gateway]);
  }
  return [...kinds.values()];
}

/** What becomes of some ports of a way; `ports` null: of all but `except`. */
interface Answer {
  readonly ruling: Ruling;
  readonly ports: Way['ports'];
  readonly except: readonly PortSpan[] | null;
}

/** Ports one by one: what fares alike stays one way. */
function answersFor(judged: Ruling, route: Route, ports: NonNullable<Way['ports']>): readonly Answer[] {
  const groups = new Map<string, { readonly ruling: Ruling; readonly ports: (typeof ports)[number][] }>();
  const add = (ruling: Ruling, port: (typeof ports)[number]): void => {
    const key = keyOf(ruling);
    const group = groups.get(key);
    if (group) group.ports.push(port);
    else groups.set(key, { ruling, ports: [port] });
  };
  for (const port of ports) {
    if (port.port === 0 && port.protocol !== 'icmp') {
      // All of one protocol.
      const spans = spansOf(judged, route, [port.protocol]);
      const [first, ...more] = spans;
      if (first && more.length === 0) add(first.ruling, port);
      else for (const { ruling, ...span } of spans) add(ruling, span);
      continue;
    }
    const asked = 'hostPort' in port ? port.hostPort : port.port;
    const service: Service = { protocol: port.protocol, asked: [asked, asked], served: [port.port, port.port] };
    const ruling = rulingOn({ judged, courses: route(service), scrutiny: { cut: null } });
    add(ruling, port);
  }
  return [...groups.values()].map((group) => ({ ...group, except: null }));
}

interface Ruled extends PortSpan {
  readonly ruling: Ruling;
}

function spansOf(judged: Ruling, route: Route, protocols: readonly Ruled['protocol'][] = PROTOCOLS): readonly Ruled[] {
  const spans: Ruled[] = [];
  for (const protocol of protocols) {
    const open: PortRange[] = [protocol === 'icmp' ? [0, 0] : ALL_PORTS];
    for (let range = open.pop(); range; range = open.pop()) {
      const scrutiny: { cut: number | null } = { cut: null };
      const ruling = rulingOn({ judged, courses: route({ protocol, asked: range, served: range }), scrutiny });
      const [first, last] = range;
      const { cut } = scrutiny;
      // A rule about some of these ports was met, and the answer hangs on it.
      const hangs = cut !== null && ruling.verdict === 'unknown' && judged.verdict !== 'unknown';
      if (hangs && spans.length + open.length < SPANS) open.push([cut, last], [first, cut - 1]);
      else {
        const before = spans.at(-1);
        if (before?.protocol === protocol && keyOf(before.ruling) === keyOf(ruling)) {
          spans[spans.length - 1] = { ...before, last };
        } else spans.push({ protocol, port: first, last, ruling });
      }
    }
  }
  return spans;
}

/** What most ports have in common is said of all but the others. */
function answersOver(spans: readonly Ruled[], judged: Ruling): readonly Answer[] {
  const groups = new Map<string, { readonly ruling: Ruling; readonly spans: PortSpan[]; size: number }>();
  for (const { ruling, protocol, port, last } of spans) {
    const key = keyOf(ruling);
    const group = groups.get(key) ?? { ruling, spans: [], size: 0 };
    groups.set(key, group);
    group.spans.push({ protocol, port, last });
    group.size += last - port + 1;
  }
  const [largest, ...others] = [...groups.values()].sort((a, b) => b.size - a.size);
  if (!largest) return [{ ruling: judged, ports: null, except: null }];
  const except = others.length === 0 ? null : others.flatMap(({ spans: some }) => some);
  return [
    ...others.map(({ ruling, spans: some }) => ({ ruling, ports: some, except: null })),
    { ruling: largest.ruling, ports: null, except },
  ];
}

/** What is open is one way, whichever rules let its ports through. */
function keyOf({ verdict, rule, detail }: Ruling): string {
  return verdict === 'open' ? `${verdict} ${rule}` : `${verdict} ${rule} ${detail}`;
}

function keyOfAll(answers: readonly Answer[]): string {
  return JSON.stringify(answers);
}
