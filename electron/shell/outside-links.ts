/** Which links of the page may be handed to the user's browser: other schemes start other programs, with a text that the page chose. */
import { BlockList, isIP } from 'node:net';

const PRIVATE = new BlockList();
for (const [net, bits] of [
  ['127.0.0.0', 8],
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['169.254.0.0', 16],
] as const)
  PRIVATE.addSubnet(net, bits, 'ipv4');
PRIVATE.addAddress('::1', 'ipv6');
PRIVATE.addSubnet('fc00::', 7, 'ipv6');
PRIVATE.addSubnet('fe80::', 10, 'ipv6');

/**
 * `https` anywhere; `http` only to this machine, to private addresses, and to the engine's machine: there published ports are opened.
 *
 * @param engineAddress `unix://…`, `tcp://host:2375`, `ssh://user@host`; `''` while there is none
 */
export function mayOpenOutside(link: string, engineAddress: string): boolean {
  if (!URL.canParse(link)) return false;
  const { protocol, hostname, username, password } = new URL(link);
  // A name before the host is how one site is made to look like another.
  if (username !== '' || password !== '' || hostname === '') return false;
  if (protocol === 'https:') return true;
  return protocol === 'http:' && (isPrivate(bare(hostname)) || bare(hostname) === machineOf(engineAddress));
}

function isPrivate(host: string): boolean {
  if (host === 'localhost') return true;
  const family = isIP(host);
  return family !== 0 && PRIVATE.check(host, family === 4 ? 'ipv4' : 'ipv6');
}

function machineOf(engineAddress: string): string | null {
  if (!/^(tcp|ssh|https?):\/\//.test(engineAddress) || !URL.canParse(engineAddress)) return null;
  return bare(new URL(engineAddress).hostname);
}

function bare(host: string): string {
  return host.replace(/^\[|\]$/g, '').toLowerCase();
}
