/** Addresses that the zones outside stand for. */
import { addressKey, joined, rangeOf, without } from '../../firewall/address.ts';
import type { AddressRange } from '../../topology/firewall.ts';
import type { Family } from '../network.ts';
import type { Scene, Stack } from '../scene.ts';

const ranges = (...texts: readonly string[]): readonly AddressRange[] =>
  joined(texts.map(rangeOf).filter((range) => range !== null));

/** Private addresses (RFC 1918, 3927, 6598, 4193, 4291). */
export const LAN: Readonly<Record<Family, readonly AddressRange[]>> = {
  4: ranges('10.0.0.0/8', '100.64.0.0/10', '169.254.0.0/16', '172.16.0.0/12', '192.168.0.0/16'),
  6: ranges('fc00::/7', 'fe80::/10'),
};

/** What is left without loopback, group and reserved addresses, and without 6to4 (RFC 7526). */
const INTERNET: Readonly<Record<Family, readonly AddressRange[]>> = {
  4: ranges(
    '1.0.0.0-9.255.255.255',
    '11.0.0.0-100.63.255.255',
    '100.128.0.0-126.255.255.255',
    '128.0.0.0-169.253.255.255',
    '169.255.0.0-172.15.255.255',
    '172.32.0.0-192.167.255.255',
    '192.169.0.0-223.255.255.255',
  ),
  6: ranges('2000::-2001:ffff:ffff:ffff:ffff:ffff:ffff:ffff', '2003::-3fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'),
};

interface Zones {
  readonly lan: Readonly<Record<Family, readonly AddressRange[]>>;
  readonly internet: Readonly<Record<Family, readonly AddressRange[]>>;
}

const known = new WeakMap<Scene, Zones>();

/** What a zone's addresses may be: none that is in a container network of this engine, or the machine's. */
export function zoneAddresses(scene: Scene, kind: Stack['kind'], family: Family): readonly AddressRange[] {
  let zones = known.get(scene);
  if (!zones) known.set(scene, (zones = zonesOf(scene)));
  return zones[kind === 'lan' ? 'lan' : 'internet'][family];
}

function zonesOf({ topology, traits }: Scene): Zones {
  const subnets = topology.networks
    .filter(({ driver }) => driver === 'bridge' || driver === 'overlay')
    .flatMap((network) => network.subnets.map(({ subnet }) => subnet));
  const inside = ranges(...subnets, ...traits.hostAddresses4, ...traits.hostAddresses6);
  const outside = (all: typeof LAN): Zones['lan'] => ({ 4: without(all[4], inside), 6: without(all[6], inside) });
  return { lan: outside(LAN), internet: outside(INTERNET) };
}

const ones = new Map<string, readonly AddressRange[] | null>();
/** Forgotten beyond this, so that a long life does not fill it. */
const ONES = 20_000;

/** One address, the same object each time it is asked for; `null` where it is none. */
export function one(address: string | null | undefined): readonly AddressRange[] | null {
  if (!address) return null;
  let found = ones.get(address);
  if (found === undefined) {
    const key = addressKey(address);
    found = key === null ? null : [{ first: key, last: key }];
    if (ones.size >= ONES) ones.clear();
    ones.set(address, found);
  }
  return found;
}
