/** Rules that other software may have put on a machine, and the world on which their effect is compared with the prediction. */
import { join } from 'node:path';
import type { WorldPlan } from './plan.ts';

/** Rules as programs made them on a machine with the world below: ufw 0.36.2, firewalld 1.3.3 (Debian 12). */
const RECORDED = join(import.meta.dirname, 'firewalls');

/** Bridges with names of their own, so that rules can name them. */
export const WORLD: WorldPlan = {
  networks: {
    front: { ipv6: true, options: { 'com.docker.network.bridge.name': 'fwfront' } },
    back: { options: { 'com.docker.network.bridge.name': 'fwback' } },
  },
  containers: {
    web: { on: 'front', publish: ['8080:80'], expose: ['80'] },
    api: { on: 'front back', expose: ['9000', '53/udp'] },
    db: { on: 'back', expose: ['5432'], publish: ['127.0.0.1:5432:5432'] },
    agent: { on: 'host' },
    // Before 26 the default bridge has no working IPv6 address while nobody is on it.
    mail: 'bridge',
  },
};

export interface FirewallCase {
  readonly says: string;
  /** Shell commands on the machine.  `$WEB`, `$API`, `$DB`: process ids of the containers; `$WEB4`…: their first IPv4 address. */
  readonly put: string;
  readonly remove: string;
  /** Rules of SPEC.md that must take part. */
  readonly rules: readonly string[];
  /** Only on these engines (default: all). */
  readonly versions?: readonly string[];
}

/** The chain of every kind of engine where people put their own rules. */
const user = (rule: string): Pick<FirewallCase, 'put' | 'remove'> => ({
  put: `iptables -I DOCKER-USER ${rule}`,
  remove: `iptables -D DOCKER-USER ${rule}`,
});

const nft = (table: string, body: string): Pick<FirewallCase, 'put' | 'remove'> => ({
  put: `nft -f - <<END\ntable ${table} {\n${body}\n}\nEND`,
  remove: `nft delete table ${table}`,
});

/** Takes ufw's chains away, whose jumps are in chains that others use too. */
const withoutUfw = (iptables: string): string => `
${iptables} -P INPUT ACCEPT
${iptables}-save -t filter | grep -E '^-A (INPUT|FORWARD|OUTPUT) -j ufw' | while read -r rule; do ${iptables} -D \${rule#-A }; done
${iptables}-save -t filter | sed -n 's/^:\\(ufw[^ ]*\\) .*/\\1/p' | while read -r chain; do ${iptables} -F $chain; done
${iptables}-save -t filter | sed -n 's/^:\\(ufw[^ ]*\\) .*/\\1/p' | while read -r chain; do ${iptables} -X $chain; done`;

export const CASES: readonly FirewallCase[] = [
  { says: 'a network is kept from going out', ...user('-i fwback ! -o fwback -j DROP'), rules: ['R820'] },
  {
    says: 'a container is kept from going out, answers to it are dropped',
    ...user('-d $DB4 -j DROP'),
    rules: ['R820'],
  },
  { says: 'one port outside is shut', ...user('-i fwfront -p tcp --dport 19998 -j REJECT'), rules: ['R820'] },
  {
    says: 'ports outside are shut, chosen by a list and a range',
    ...user('-i fwback -p tcp -m multiport --dports 22,19000:19998 -j DROP'),
    rules: ['R820'],
  },
  {
    says: 'what comes from outside to a published port is dropped',
    ...user('-i uplink -m conntrack --ctorigdstport 8080 --ctdir ORIGINAL -j DROP'),
    rules: ['R820'],
  },
  {
    says: 'two networks are joined',
    put: 'iptables -I DOCKER-USER -i fwfront -o fwback -j ACCEPT; iptables -I DOCKER-USER -i fwback -o fwfront -j ACCEPT',
    remove:
      'iptables -D DOCKER-USER -i fwfront -o fwback -j ACCEPT; iptables -D DOCKER-USER -i fwback -o fwfront -j ACCEPT',
    rules: ['R821'],
    versions: ['20.10'],
  },
  {
    // What needs no answer gets through on engines that have no other wall.
    says: 'two networks are joined in one direction, and answers find no way',
    ...user('-i fwfront -o fwback -j ACCEPT'),
    rules: [],
  },
  {
    says: 'two networks are joined for connections that one side opens',
    put: 'iptables -I DOCKER-USER -i fwfront -o fwback -p tcp -j ACCEPT; iptables -I DOCKER-USER -i fwback -o fwfront -m conntrack --ctstate ESTABLISHED -j ACCEPT',
    remove:
      'iptables -D DOCKER-USER -i fwfront -o fwback -p tcp -j ACCEPT; iptables -D DOCKER-USER -i fwback -o fwfront -m conntrack --ctstate ESTABLISHED -j ACCEPT',
    rules: ['R821'],
    versions: ['20.10'],
  },
  {
    says: 'a rule that cannot be evaluated',
    ...user('-i fwback -m u32 --u32 "0>>22&0x3C@0=0x12345678" -j DROP'),
    rules: ['R822'],
  },
  {
    says: 'the machine lets in only what is listed',
    put: 'iptables -A INPUT -i lo -j ACCEPT; iptables -A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT; iptables -A INPUT -p tcp --dport 19999 -j ACCEPT; iptables -P INPUT DROP',
    remove: 'iptables -P INPUT ACCEPT; iptables -F INPUT',
    rules: ['R820'],
  },
  {
    says: 'somebody else redirects what leaves a network',
    put: 'iptables -t nat -A PREROUTING -i fwback -p tcp --dport 19998 -j REDIRECT --to-ports 19999',
    remove: 'iptables -t nat -D PREROUTING -i fwback -p tcp --dport 19998 -j REDIRECT --to-ports 19999',
    rules: ['R828'],
  },
  {
    says: 'the machine sends nothing to one container',
    put: 'iptables -A OUTPUT -d $WEB4 -j REJECT',
    remove: 'iptables -F OUTPUT',
    rules: ['R820'],
  },
  {
    says: 'legacy iptables',
    put: 'iptables-legacy -A FORWARD -i fwback -o uplink -j DROP',
    remove: 'iptables-legacy -F FORWARD',
    rules: ['R820'],
  },
  {
    says: 'nftables: sets, maps and a chain that is jumped to',
    ...nft(
      'inet custom',
      `set shut { type ipv4_addr; flags interval; elements = { 192.0.2.0/24, $WEB4 } }
       chain guests { ip saddr @shut drop; }
       chain forward { type filter hook forward priority filter - 5; policy accept;
         ct state vmap { established : accept, invalid : drop }
         iifname "fw*" meta l4proto { tcp, udp } jump guests
       }`,
    ),
    rules: ['R820'],
  },
  {
    says: 'nftables: IPv6 alone',
    ...nft(
      'ip6 custom',
      `chain input { type filter hook input priority 0; policy accept; iifname "fwfront" tcp dport 8080 drop; }`,
    ),
    rules: ['R820'],
  },
  {
    says: 'nftables: before addresses are rewritten',
    ...nft(
      'inet custom',
      `chain early { type filter hook prerouting priority raw; policy accept; tcp dport 8080 ip daddr 198.51.100.2 drop; }`,
    ),
    rules: ['R820'],
  },
  {
    says: 'nftables inside a bridge',
    ...nft(
      'bridge custom',
      `chain forward { type filter hook forward priority 0; policy accept; ip saddr $API4 ip daddr $WEB4 drop; }`,
    ),
    rules: ['R820'],
  },
  {
    // `ufw default deny incoming`; allow 22/tcp and 19999/tcp, 53/udp from 10.201.2.0/24; limit 2222/tcp.
    says: 'ufw is on',
    put: `iptables-restore --noflush < ${RECORDED}/ufw4.rules; ip6tables-restore --noflush < ${RECORDED}/ufw6.rules`,
    remove: ['iptables', 'ip6tables'].map(withoutUfw).join('\n'),
    rules: ['R820'],
  },
  {
    // The default zone with 19999/tcp; the engine was started before it and is in no zone of its own.
    says: 'firewalld is on and knows nothing of the engine',
    put: `nft -f ${RECORDED}/firewalld.nft`,
    remove: 'nft delete table inet firewalld',
    rules: ['R820'],
  },
  {
    // As the engine asks for it: its bridges in a zone "docker" that accepts, and a policy that forwards to it.
    says: 'firewalld is on and has the zone of the engine',
    put: `nft -f ${RECORDED}/firewalld-docker.nft`,
    remove: 'nft delete table inet firewalld',
    rules: ['R820'],
  },
  {
    says: 'a container shuts a port of its own',
    put: `nsenter -t $API -n nft "table inet own { chain in { type filter hook input priority 0; policy accept; tcp dport 9000 ip saddr $WEB4 drop; }; }"`,
    remove: 'nsenter -t $API -n nft delete table inet own',
    rules: ['R823'],
  },
  {
    says: 'a container lets nothing out',
    put: 'nsenter -t $DB -n iptables -A OUTPUT ! -o lo -m conntrack --ctstate NEW -j DROP',
    remove: 'nsenter -t $DB -n iptables -F OUTPUT',
    rules: ['R823'],
  },
  {
    says: 'a container chooses by who sends',
    put: 'nsenter -t $DB -n iptables -A OUTPUT -m owner --uid-owner 4242 -j DROP',
    remove: 'nsenter -t $DB -n iptables -F OUTPUT',
    rules: ['R824'],
  },
];
