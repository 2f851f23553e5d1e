/** Which of the machine's addresses are its own, and which are its ends of container networks. */
import { BlockList, isIP } from 'node:net';
import { bridgeName } from '../../../shared/firewall/own.ts';

/** A network as the engine lists it, as far as is needed here. */
export interface NetworkLine {
  readonly Id?: string;
  readonly Driver: string;
  readonly Options?: Readonly<Record<string, string>> | null;
  readonly IPAM?: { readonly Config?: readonly { readonly Subnet?: string }[] | null } | null;
}

/** Addresses by the name of the interface that has them. */
export type Interfaces = Readonly<Record<string, readonly string[]>>;

/** Of addresses of the machine, those that are its own.  Rejects as the engine does when it is asked for its networks. */
export type OwnAddresses = (addresses: readonly string[], interfaces?: Interfaces) => Promise<readonly string[]>;

/**
 * The machine's end of a container network is no address of the machine's own.  Told by the subnet, as the default bridge
 * does not say its IPv6 gateway; where the network's bridge is seen, only what that has is meant, as a subnet may lie over
 * the machine's own address.  Only bridges: a macvlan network's subnet is the machine's own.  Nor where the engine was told
 * to give the machine no IPv4 address: one that is there all the same is somebody's own doing.
 */
export function withoutGateways(
  networks: readonly NetworkLine[],
  addresses: readonly string[],
  interfaces: Interfaces = {},
): string[] {
  const gateways = new Set<string>();
  for (const { Id = '', Driver, IPAM, Options } of networks) {
    if (Driver !== 'bridge') continue;
    const inhibited = Options?.['com.docker.network.bridge.inhibit_ipv4'] === 'true';
    const subnets = new BlockList();
    for (const { Subnet = '' } of IPAM?.Config ?? []) {
      const [base = '', prefix = ''] = Subnet.split('/');
      const family = isIP(base);
      if (family === 4 && inhibited) continue;
      if (family !== 0) subnets.addSubnet(base, Number(prefix), family === 4 ? 'ipv4' : 'ipv6');
    }
    for (const address of interfaces[bridgeName({ id: Id, options: Options ?? {} })] ?? addresses) {
      if (subnets.check(address, isIP(address) === 4 ? 'ipv4' : 'ipv6')) gateways.add(address);
    }
  }
  return addresses.filter((address) => !gateways.has(address));
}
