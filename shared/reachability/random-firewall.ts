/** Packet filters for tests that draw them at random: rules like those people write, in every chain that matters. */
import type { FirewallFacts, UnreadPart } from '../topology/firewall.ts';
import { filtered, iptables } from './fixtures.ts';

export const MATCHES = [
  '',
  '-i br-front',
  '-o br-back',
  '-i br-front ! -o br-front',
  '-i eth0',
  '-o eth+',
  '-s 10.0.1.0/24',
  '-d 10.0.2.0/24',
  '! -s 10.0.1.2/32',
  '-d 10.0.1.3/32',
  '-s 192.168.0.0/16',
  '-p tcp -m tcp --dport 80',
  '-p tcp -m tcp --dport 8080',
  '-p udp -m multiport --dports 53,1000:2000',
  '-p tcp -m tcp --sport 80',
  '-p icmp -m icmp --icmp-type 8',
  '-m conntrack --ctstate RELATED,ESTABLISHED',
  '-m conntrack --ctstate NEW',
  '-m conntrack --ctorigdstport 8080',
  '-m addrtype --dst-type LOCAL',
  '-m u32 --u32 0x0=0x1',
  '-m limit --limit 3/min',
];
export const TARGETS = ['ACCEPT', 'DROP', 'REJECT', 'RETURN', 'LOG', 'guests', 'NFQUEUE'];
export const CHAINS = ['INPUT', 'FORWARD', 'OUTPUT', 'DOCKER-USER', 'guests'];

/** What an engine has of its own: some containers published, some walls. */
export const OWN = [
  '-A FORWARD -j DOCKER-ISOLATION-STAGE-1',
  '-A FORWARD -o br-front -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
  '-A FORWARD -o br-front -j DOCKER',
  '-A FORWARD -i br-front ! -o br-front -j ACCEPT',
  '-A FORWARD -i br-back -j ACCEPT',
  '-A DOCKER-ISOLATION-STAGE-1 -i br-front ! -o br-front -j DOCKER-ISOLATION-STAGE-2',
  '-A DOCKER-ISOLATION-STAGE-2 -o br-back -j DROP',
  ...[1, 2].flatMap((net) =>
    [2, 3, 4].map(
      (host) => `-A DOCKER -d 10.0.${net}.${host}/32 ! -i br-front -o br-front -p tcp -m tcp --dport 80 -j ACCEPT`,
    ),
  ),
];

const MADE = ['DOCKER-USER', 'guests', 'DOCKER', 'DOCKER-ISOLATION-STAGE-1', 'DOCKER-ISOLATION-STAGE-2'];

/** One filter: chains that are shut by default, the engine's rules, and `[chain, match, target]` of somebody else's. */
export function firewallText(
  shut: readonly string[],
  own: readonly string[],
  rules: readonly (readonly [chain: string, match: string, target: string])[],
): string {
  return iptables(
    ...shut.map((chain) => `:${chain} DROP [0:0]`),
    ...MADE.map((chain) => `:${chain} - [0:0]`),
    '-A FORWARD -j DOCKER-USER',
    ...own,
    ...rules.map(([chain, match, target]) => `-A ${chain} ${match} -j ${target}`),
  );
}

export interface FirewallDraw {
  readonly host: string;
  /** By container. */
  readonly inside: Readonly<Record<string, string>>;
  readonly outside: readonly string[];
  readonly bridged: boolean;
  readonly unread: readonly UnreadPart[];
}

export function firewallOf({ host, inside, outside, bridged, unread }: FirewallDraw): FirewallFacts {
  const facts = filtered(host, inside, { outside, bridged4: bridged, bridged6: bridged });
  return { ...facts, host: { ...facts.host, unread } };
}
