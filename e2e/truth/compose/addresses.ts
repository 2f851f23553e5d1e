/** Addresses in compose files: which the machine must have, and subnets that hold those asked for. */
import { BlockList, isIP, isIPv4 } from 'node:net';
import type { ComposeNetwork, ComposeProject } from './project.ts';

/**
 * The host addresses that ports are bound to and that neither the machine has nor one of the project's networks
 * (a gateway): the lab gives them to the machine for as long as the project runs.
 */
export function missingAddresses(project: ComposeProject, present: ReadonlySet<string>): readonly string[] {
  const own = subnetsOfProject(project);
  const asked = Object.values(project.services).flatMap(({ ports = [] }) =>
    ports.flatMap(({ host_ip }) => host_ip ?? []),
  );
  return [...new Set(asked)].filter(
    (address) =>
      isIP(address) !== 0 && !isBuiltIn(address) && !present.has(address) && !own.check(address, familyName(address)),
  );
}

/** Those of `addresses` that lie in a subnet of the project's own choice. */
export function hiddenBy(project: ComposeProject, addresses: readonly string[]): readonly string[] {
  const own = subnetsOfProject(project);
  return addresses.filter((address) => own.check(address, familyName(address)));
}

function subnetsOfProject({ networks = {} }: ComposeProject): BlockList {
  const list = new BlockList();
  for (const subnet of Object.values(networks).flatMap(subnetsOf)) {
    const [address = '', prefix] = subnet.split('/');
    if (isIP(address) !== 0 && prefix !== undefined) list.addSubnet(address, Number(prefix), familyName(address));
  }
  return list;
}

/** The smallest usual subnet (/24 or wider, /64 or wider) that holds all these addresses of one family; `null` for none. */
export function subnetHolding(addresses: readonly string[]): string | null {
  const [first] = addresses;
  if (first === undefined) return null;
  const step = isIPv4(first) ? 8 : 16;
  for (let prefix = isIPv4(first) ? 24 : 64; prefix > 0; prefix -= step) {
    const list = new BlockList();
    list.addSubnet(first, prefix, familyName(first));
    if (addresses.every((one) => list.check(one, familyName(one)))) return `${base(first, prefix)}/${String(prefix)}`;
  }
  return null;
}

export function subnetsOf(network: ComposeNetwork | null): readonly string[] {
  return (network?.ipam?.config ?? []).flatMap(({ subnet }) => subnet ?? []);
}

/** The address with everything behind the prefix zero; prefixes are whole groups. */
function base(address: string, prefix: number): string {
  if (isIPv4(address)) {
    const kept = address.split('.').slice(0, prefix / 8);
    return [...kept, ...Array<string>(4 - kept.length).fill('0')].join('.');
  }
  const [head = '', tail] = address.split('::');
  const before = head.split(':').filter((group) => group !== '');
  const after = (tail ?? '').split(':').filter((group) => group !== '');
  const middle = tail === undefined ? 0 : 8 - before.length - after.length;
  const groups = [...before, ...Array<string>(middle).fill('0'), ...after].slice(0, prefix / 16);
  return `${groups.join(':')}::`;
}

function isBuiltIn(address: string): boolean {
  return address === '0.0.0.0' || address === '::' || address === '::1' || address.startsWith('127.');
}

function familyName(address: string): 'ipv4' | 'ipv6' {
  return address.includes(':') ? 'ipv6' : 'ipv4';
}
