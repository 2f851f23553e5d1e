/** Where the judging functions put what they find: tallied for the matrix, collected for one cell. */
import type { Port, PublishedPort } from '../topology/model.ts';
import type { Verdict } from './model.ts';
import type { RuleId } from './reasons.ts';
import type { Net } from './network.ts';

/** What a way is open or shut for: a port, a published one numbered as on the machine, ICMP, or all of UDP. */
export type WayPort = Port | PublishedPort | PortSpan | typeof ICMP | typeof DATAGRAMS;

export const ICMP = { protocol: 'icmp', port: 0 } as const;

/** Every UDP port. */
export const DATAGRAMS = { protocol: 'udp', port: 0 } as const;

export type WayVerdict = 'open' | 'blocked' | 'unknown';

/**
 * One network way as it is judged.  `via` is the network it leads through, `null` where there is none.  `ports` null:
 * all ports.  `published` ports are numbered as on the machine.
 */
export interface Way {
  readonly verdict: WayVerdict;
  readonly rule: RuleId;
  readonly kind: string;
  readonly via: Net | null;
  readonly address: string;
  readonly ports: readonly WayPort[] | null;
  /** The address stands for every address of the machine, of its family, that no other way of the pair names. */
  readonly far: boolean;
  /** With `ports` null: ports that are not meant, because another way of the same address speaks of them. */
  readonly except: readonly PortSpan[] | null;
  /** For rules about firewalls (R82x): the firewall rule behind it, else `''`. */
  readonly detail: string;
}

/** Ports of one protocol from `port` to `last`; ICMP has the one number 0. */
export interface PortSpan {
  readonly protocol: Port['protocol'] | 'icmp';
  readonly port: number;
  readonly last: number;
}

/** What only ways that a firewall changed have. */
export interface WayExtras {
  readonly except: readonly PortSpan[] | null;
  readonly detail: string;
}

const PLAIN: WayExtras = { except: null, detail: '' };

export interface Sink {
  /** True once nothing further can change the answer this sink gives. */
  readonly settled: boolean;
  /** Fields of `Way`, apart so that judging a whole matrix allocates nothing. */
  way(
    verdict: WayVerdict,
    rule: RuleId,
    kind: string,
    via: Net | null,
    address: string,
    ports: Way['ports'],
    far?: boolean,
    extras?: WayExtras,
  ): void;
}

/** Keeps only the verdict.  Use `clear()` between pairs. */
export class Tally implements Sink {
  settled = false;
  #some = false;
  #unknown = false;

  clear(): void {
    this.settled = false;
    this.#some = false;
    this.#unknown = false;
  }

  way(
    verdict: WayVerdict,
    _rule: RuleId,
    _kind: string,
    _via: Net | null,
    _address: string,
    ports: Way['ports'],
    _far?: boolean,
    extras?: WayExtras,
  ): void {
    if (verdict === 'unknown') this.#unknown = true;
    else if (verdict === 'open') {
      if (ports === null && !extras?.except) this.settled = true;
      else this.#some = true;
    }
  }

  /** SPEC "Combining": open if any way is open on all ports, else partial, else unknown, else blocked. */
  verdict(): Verdict {
    if (this.settled) return 'open';
    if (this.#some) return 'partial';
    return this.#unknown ? 'unknown' : 'blocked';
  }
}

/** Keeps every way, in the order of judging. */
export class Collector implements Sink {
  readonly settled = false;
  readonly ways: Way[] = [];

  way(
    verdict: WayVerdict,
    rule: RuleId,
    kind: string,
    via: Net | null,
    address: string,
    ports: Way['ports'],
    far = false,
    { except, detail }: WayExtras = PLAIN,
  ): void {
    this.ways.push({ verdict, rule, kind, via, address, ports, far, except, detail });
  }
}
