/** What a held denial of some ports leaves of a way, and what it stops (SPEC R909, R910). */
import { ALL_PORTS, hasPort, intersectionOf, isEmpty, minus, NO_PORTS, unionOf, type PortSet } from '../ports.ts';
import type { Verdict } from './model.ts';
import { familyOf, type Net } from './network.ts';
import type { RuleId } from './reasons.ts';
import type { Scene, Stack } from './scene.ts';
import { Tally, type PortSpan, type Sink, type Way, type WayExtras, type WayPort, type WayVerdict } from './sink.ts';

const LAST_PORT = 65_535;

/** Of which ports one part of a way speaks, as `Way` says it. */
export type PartOfWay = Pick<Way, 'ports' | 'except'>;

/** A way in two: `null` where that part is empty. */
export interface SplitWay {
  readonly passes: PartOfWay | null;
  readonly stopped: PartOfWay | null;
}

/** Published ports fare as the container's own port does, whatever their number on the machine. */
export function splitWay({ kind, ports, except }: PartOfWay & Pick<Way, 'kind'>, denied: PortSet): SplitWay {
  if (ports === null) {
    if (isRenumbered(kind)) return { passes: { ports, except }, stopped: null };
    const all = minus(ALL_PORTS, setOf(except ?? []));
    return { passes: partOf(minus(all, denied)), stopped: partOf(intersectionOf(all, denied)) };
  }
  const passes: WayPort[] = [];
  const stopped: WayPort[] = [];
  for (const port of ports) {
    if (isSingle(port)) (isStopped(port, denied) ? stopped : passes).push(port);
    else {
      const all = setOf([port]);
      passes.push(...spansOf(minus(all, denied)));
      stopped.push(...spansOf(intersectionOf(all, denied)));
    }
  }
  return { passes: listOf(passes), stopped: listOf(stopped) };
}

/** Whether anything of a way passes: as `splitWay`, for a whole matrix. `denied` is not everything. */
function leavesAny(kind: string, ports: Way['ports'], except: Way['except'], denied: PortSet): boolean {
  if (ports === null && isRenumbered(kind)) return true;
  if (ports === null) return !except || !isEmpty(minus(minus(ALL_PORTS, setOf(except)), denied));
  return ports.some((port) => (isSingle(port) ? !isStopped(port, denied) : !isEmpty(minus(setOf([port]), denied))));
}

/** Ways by ports of the machine: where which ones is not known (R810, R849), neither is which of the container's they lead to. */
function isRenumbered(kind: string): boolean {
  return kind === 'published' || kind === 'ingress';
}

/** A port with a number of its own, or ICMP; all others are runs of ports. */
function isSingle(port: WayPort): boolean {
  if (port.protocol === 'icmp') return true;
  return port.port !== 0 && (!('last' in port) || port.last === port.port);
}

function isStopped({ protocol, port }: WayPort, denied: PortSet): boolean {
  return hasPort(denied, protocol, port);
}

/** The ports of a list, as a set. */
export function setOf(ports: readonly WayPort[]): PortSet {
  return ports.reduce((set, one) => unionOf(set, setOfOne(one)), NO_PORTS);
}

function setOfOne(one: WayPort): PortSet {
  const { protocol, port } = one;
  if (protocol === 'icmp') return { ...NO_PORTS, icmp: true };
  if (protocol !== 'tcp' && protocol !== 'udp') return { ...NO_PORTS, other: true };
  const last = port === 0 ? LAST_PORT : 'last' in one ? one.last : port;
  return { ...NO_PORTS, [protocol]: [[port === 0 ? 1 : port, last]] };
}

function spansOf({ tcp, udp, icmp }: PortSet): readonly PortSpan[] {
  const spans = (protocol: 'tcp' | 'udp'): PortSpan[] =>
    (protocol === 'tcp' ? tcp : udp).map(([port, last]) => ({ protocol, port, last }));
  return [...spans('tcp'), ...spans('udp'), ...(icmp ? [{ protocol: 'icmp', port: 0, last: 0 } as const] : [])];
}

/** Protocols without a name here cannot be listed: who has them is said by what it has not. */
function partOf(set: PortSet): PartOfWay | null {
  if (isEmpty(set)) return null;
  if (!set.other) return { ports: spansOf(set), except: null };
  const missing = spansOf(minus(ALL_PORTS, set));
  return { ports: null, except: missing.length > 0 ? missing : null };
}

function listOf(ports: readonly WayPort[]): PartOfWay | null {
  return ports.length > 0 ? { ports, except: null } : null;
}

/**
 * Whether docker-proxy passes on what comes this way: then it is the machine that calls B.  From other bridges it does, on
 * engines that have not taken to redirecting (R201); over IPv6 wherever the engine redirects none to B.
 */
export function isProxied({ traits }: Scene, to: Stack, rule: RuleId, address: string): boolean {
  if (!traits.userlandProxy || traits.podman) return false;
  if (rule === 'R208') return true;
  if (rule === 'R201' && traits.major < 29) return true;
  if ((rule !== 'R201' && rule !== 'R510' && rule !== 'R512') || familyOf(address) !== 6) return false;
  return (
    traits.filtersIpv6 !== true ||
    to.serve6 === null ||
    !to.legs.some(({ net, v6 }) => net === to.serve6 && v6 !== null)
  );
}

/** Ways that do not pass the machine on which denials are held: none stops them. */
export function passesElsewhere(rule: RuleId): boolean {
  return rule === 'R813' || rule === 'R863';
}

/** What held denials do to a pair: its own, and those that keep the machine from the target; `null`: everything. */
export interface Stops {
  readonly own: PortSet | null | undefined;
  /** `undefined` where there is none, or where the sender is on the machine's stack itself. */
  readonly machine: PortSet | null | undefined;
}

/** A part of a way, and what stops it. */
export interface DeniedPart {
  readonly part: PartOfWay;
  readonly stoppedBy: 'own' | 'machine' | null;
}

/** A way as held denials leave it. */
export function deniedParts(scene: Scene, to: Stack, way: Way, { own, machine }: Stops): readonly DeniedPart[] {
  if (way.verdict === 'blocked' || passesElsewhere(way.rule)) return [{ part: way, stoppedBy: null }];
  if (own === null) return [{ part: way, stoppedBy: 'own' }];
  const { passes, stopped } = own ? splitWay(way, own) : { passes: way, stopped: null };
  const mine: readonly DeniedPart[] = stopped ? [{ part: stopped, stoppedBy: 'own' }] : [];
  if (!passes) return mine;
  if (machine === undefined || !isProxied(scene, to, way.rule, way.address))
    return [{ part: passes, stoppedBy: null }, ...mine];
  if (machine === null) return [{ part: passes, stoppedBy: 'machine' }, ...mine];
  const rest = splitWay({ kind: way.kind, ...passes }, machine);
  return [
    ...(rest.passes ? [{ part: rest.passes, stoppedBy: null }] : []),
    ...(rest.stopped ? [{ part: rest.stopped, stoppedBy: 'machine' as const }] : []),
    ...mine,
  ];
}

/** The verdict of a pair of which denials stop something, but not everything. */
export class NarrowedTally implements Sink {
  readonly #tally = new Tally();
  readonly #denied: PortSet;
  readonly #machine: PortSet | null | undefined;
  readonly #isProxied: (rule: RuleId, address: string) => boolean;

  /**
   * @param denied of the pair's ports.
   * @param machine what of the target's ports the machine is kept from; `null`: everything.
   */
  constructor(
    denied: PortSet,
    machine?: PortSet | null,
    isBehindProxy: (rule: RuleId, address: string) => boolean = () => false,
  ) {
    this.#denied = denied;
    this.#machine = machine;
    this.#isProxied = isBehindProxy;
  }

  get settled(): boolean {
    // Of a pair of which something is denied, not everything can pass.
    return this.#tally.settled || (!isEmpty(this.#denied) && this.#tally.verdict() === 'partial');
  }

  way(
    verdict: WayVerdict,
    rule: RuleId,
    kind: string,
    via: Net | null,
    address: string,
    ports: Way['ports'],
    far?: boolean,
    extras?: WayExtras,
  ): void {
    if (verdict === 'blocked') return;
    if (passesElsewhere(rule)) {
      this.#tally.way(verdict, rule, kind, via, address, ports, far, extras);
      return;
    }
    let denied = this.#denied;
    if (this.#machine !== undefined && this.#isProxied(rule, address)) {
      if (this.#machine === null) return;
      denied = unionOf(denied, this.#machine);
    }
    if (isEmpty(denied)) this.#tally.way(verdict, rule, kind, via, address, ports, far, extras);
    else if (leavesAny(kind, ports, extras?.except ?? null, denied)) {
      // Something of it is gone: it is no way on all ports any more.
      this.#tally.way(verdict, rule, kind, via, address, ports ?? [], far, extras);
    }
  }

  verdict(): Verdict {
    return this.#tally.verdict();
  }
}
