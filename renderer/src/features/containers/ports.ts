/** Published ports as they are shown, and as they are opened in a browser. */
import type { PublishedPortView } from '../../../../shared/contract/containers.ts';

export interface ShownPort {
  /** `8080:80`, `53:53/udp`, with the address where it is not every one. */
  readonly text: string;
  /** Where a browser would look; null for what no browser speaks. */
  readonly url: string | null;
}

/** Ports that speak TLS by convention. */
const TLS_PORTS: ReadonlySet<number> = new Set([443, 8443, 9443, 6443]);

/**
 * The two wildcard families read as one.
 *
 * @param machine the name or address by which the engine's machine is reached from here
 */
export function shownPorts(ports: readonly PublishedPortView[], machine: string): readonly ShownPort[] {
  const shown = ports.map(({ address, hostPort, port, protocol }): ShownPort => {
    const wildcard = ['0.0.0.0', '::', ''].includes(address);
    const scheme = TLS_PORTS.has(port) ? 'https' : 'http';
    const host = bracketed(wildcard ? machine : address);
    return {
      text: `${wildcard ? '' : `${bracketed(address)}:`}${hostPort}:${port}${protocol === 'tcp' ? '' : `/${protocol}`}`,
      url: protocol === 'tcp' ? `${scheme}://${host}:${hostPort}` : null,
    };
  });
  return [...new Map(shown.map((one) => [one.text, one])).values()];
}

function bracketed(address: string): string {
  return address.includes(':') ? `[${address}]` : address;
}

/** The machine of an engine by its address: this one, unless it is reached over tcp or ssh. */
export function machineOf(engineAddress: string): string {
  const [, host] = /^(?:tcp|ssh|https?):\/\/(?:[^@/]*@)?(\[[^\]]+\]|[^:/]+)/.exec(engineAddress) ?? [];
  return host?.replace(/^\[|\]$/g, '') ?? 'localhost';
}
