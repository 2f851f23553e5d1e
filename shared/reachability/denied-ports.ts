/** What a held denial of some ports leaves of a way, and what it stops (SPEC R909, R910). */
import { ALL_PORTS, hasPort, intersectionOf, isEmpty, minus, NO_PORTS, unionOf, type PortSet } from '../ports.ts';
import type { Verdict } from './model.ts';
import type { Net } from './network.ts';
import type { RuleId } from './reasons.ts';
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

/** Ways by ports of the machine: where which ones is not known (R849), neither is which of the container's they lead to. */
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

/** The verdict of a pair of which some ports are denied: never open. */
export class NarrowedTally implements Sink {
  readonly #tally = new Tally();
  readonly #denied: PortSet;
  #some = false;

  /** @param denied not everything, nor nothing. */
  constructor(denied: PortSet) {
    this.#denied = denied;
  }

  get settled(): boolean {
    return this.#some;
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
    if (verdict === 'blocked' || !leavesAny(kind, ports, extras?.except ?? null, this.#denied)) return;
    if (verdict === 'open') this.#some = true;
    else this.#tally.way(verdict, rule, kind, via, address, ports, far, extras);
  }

  verdict(): Verdict {
    return this.#some ? 'partial' : this.#tally.verdict();
  }
}
