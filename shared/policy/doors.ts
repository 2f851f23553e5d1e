/** Ports of the machine that lead to containers: which of them a side may not use. Rule N7 of SPEC.md. */
import { hasPort, type PortSet } from '../ports.ts';
import type { ContainerEndpoint, PublishedPort } from '../topology/model.ts';
import { ipv4Text, ipv6Text } from './address.ts';
import type { HostWalls } from './host-table.ts';
import type { Published } from './tables.ts';

interface Caller {
  readonly ipv4: readonly string[];
  readonly ipv6: readonly string[];
  readonly macs: readonly string[];
}

/** One binding, parsed: every address of a family, or one. */
interface Door {
  /** `tcp . 5432` of the machine. */
  readonly port: string;
  readonly any4: boolean;
  readonly any6: boolean;
  readonly ipv4: string | null;
  readonly ipv6: string | null;
}

/** The doors behind which one of `ports` is. */
function doorsOf({ publishedPorts }: ContainerEndpoint, ports: PortSet): readonly Door[] {
  return publishedPorts.filter((published) => isUsable(published) && isMeant(published, ports)).map(doorOf);
}

function isUsable({ protocol, hostPort }: PublishedPort): boolean {
  if (!['tcp', 'udp', 'sctp'].includes(protocol) || !Number.isInteger(hostPort)) return false;
  return hostPort >= 1 && hostPort <= 65_535;
}

function isMeant({ protocol, port }: PublishedPort, ports: PortSet): boolean {
  return hasPort(ports, protocol, port);
}

function doorOf({ protocol, hostPort, address }: PublishedPort): Door {
  const isAny = ['0.0.0.0', '::', ''].includes(address);
  return {
    port: `${protocol} . ${hostPort}`,
    any4: address === '0.0.0.0' || address === '',
    any6: address === '::' || address === '',
    ipv4: isAny ? null : ipv4Text(address),
    ipv6: isAny ? null : ipv6Text(address),
  };
}

/** Refuses B's published ports to A: by port alone where B has it on every address, else by address and port. */
export function closeDoors(host: HostWalls, { ipv4, ipv6, macs }: Caller, b: ContainerEndpoint, ports: PortSet): void {
  const put = (set: Set<string>, callers: readonly string[], rest: string): void => {
    for (const caller of callers) set.add(`${caller} . ${rest}`);
  };
  for (const door of doorsOf(b, ports)) {
    if (door.any4) put(host.doors4, ipv4, door.port);
    if (door.any6) {
      put(host.doors6, ipv6, door.port);
      put(host.doorsMac, macs, door.port);
    }
    if (door.ipv4 !== null) put(host.bound4, ipv4, `${door.ipv4} . ${door.port}`);
    if (door.ipv6 !== null) put(host.bound6, ipv6, `${door.ipv6} . ${door.port}`);
  }
}

/** Adds the container's doors behind which one of `ports` is. */
export function addDoors(published: Published, container: ContainerEndpoint, ports: PortSet): void {
  for (const door of doorsOf(container, ports)) {
    if (door.any4) published.any4.add(door.port);
    if (door.any6) published.any6.add(door.port);
    if (door.ipv4 !== null) published.bound4.add(`${door.ipv4} . ${door.port}`);
    if (door.ipv6 !== null) published.bound6.add(`${door.ipv6} . ${door.port}`);
  }
}
