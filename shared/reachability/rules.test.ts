/** One case at least per rule of SPEC.md: the verdict, the rule among the reasons, and the channel it makes. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { deny, denyAllBut, filtered, iptables, sketch, type TopologySketch } from './fixtures.ts';
import { explain, REASONS, type RuleId } from './index.ts';
import type { FirewallFacts } from '../topology/firewall.ts';
import type { Channel, Denial, Verdict } from './model.ts';

interface Case {
  readonly says: string;
  readonly given: TopologySketch;
  readonly pair: readonly [string, string];
  readonly verdict: Verdict;
  /** Parts of a channel that must be there, with this rule. */
  readonly channel?: Partial<Channel>;
  readonly denials?: readonly Denial[];
}

const twoNets = { containers: { web: 'front', db: 'back' } };
const v6Nets = { networks: { front: { ipv6: true }, back: { ipv6: true } }, containers: { web: 'front', db: 'back' } };
const onInternal = { networks: { quiet: { internal: true } } };
const side = (sidecar: object, owner: object = {}): TopologySketch => ({
  containers: { app: { on: 'front', ...owner }, sidecar: { joins: 'app', ...sidecar }, web: 'front' },
});
const published = (publish: string, web = 'front', more: TopologySketch = {}): TopologySketch => ({
  ...more,
  containers: { web, db: { on: 'back', publish: [publish] } },
});
/** An engine whose IPv6 firewall is known to be off, as 20.10 and 26.1 come. */
const only4 = (version = '26.1.5'): TopologySketch => ({ engine: { version, ip6tables: false } });
const mode = (value: string, more: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> => ({
  gateway_mode_ipv4: value,
  gateway_mode_ipv6: value,
  ...more,
});
/** `web` on an ordinary network, `db` on one with these options. */
const behind = (
  options: Readonly<Record<string, string>>,
  db: object = {},
  more: Pick<TopologySketch, 'engine'> & { readonly internal?: boolean } = {},
): TopologySketch => ({
  ...(more.engine ? { engine: more.engine } : {}),
  networks: { front: { ipv6: true }, back: { ipv6: true, internal: more.internal ?? false, options } },
  containers: { web: 'front', db: { on: 'back', ...db } },
});
const UNMASKED = { enable_ip_masquerade: 'false' };
const INHIBITED = { inhibit_ipv4: 'true' };
/** `lan` is a network of that driver over the machine's eth0, in whose subnet (10.0.1.0/24) the machine is, or is not. */
const onLan = (
  containers: TopologySketch['containers'] & object,
  { at = 'eth0', driver = 'macvlan', internal = false, ...options }: Readonly<Record<string, string | boolean>> = {},
): TopologySketch => ({
  engine: { hostInterfaces: at === '' ? {} : { [String(at)]: ['10.0.1.200'] }, hostAddresses: ['10.0.1.200'] },
  networks: {
    lan: {
      driver: String(driver),
      internal: internal === true,
      options: { parent: 'eth0', ...(options as Readonly<Record<string, string>>) },
    },
  },
  containers,
});
/** Both published, `web` on 10.0.1.0/24; the machine has these routes. */
const beyond = (hostRoutes: Readonly<Record<string, readonly string[]>>, front: object = {}): TopologySketch => ({
  engine: { hostRoutes, hostAddresses: ['198.51.100.2'] },
  networks: { front },
  containers: { web: { on: 'front', publish: ['8080:80'] }, db: { on: 'back', publish: ['8081:80'] } },
});
const podman = { engine: { kind: 'podman', version: '4.3.1' } } as const;
const withoutProxy = { engine: { userlandProxy: false } };
const icc = (options: Readonly<Record<string, string>> = {}): NonNullable<TopologySketch['networks']> => ({
  bridge: { ipv6: true, options: { enable_icc: 'false', ...options } },
});
const INSIDE = { containers: { web: 'front', db: 'front' } };
const walled = (...rules: readonly string[]): { engine: { firewall: FirewallFacts } } => ({
  engine: { firewall: filtered(iptables(...rules)) },
});
/** How engines up to 27 keep two bridges apart. */
const ISOLATION = [
  ':DOCKER-USER - [0:0]',
  ':DOCKER-ISOLATION-STAGE-1 - [0:0]',
  ':DOCKER-ISOLATION-STAGE-2 - [0:0]',
  '-A FORWARD -j DOCKER-USER',
  '-A FORWARD -j DOCKER-ISOLATION-STAGE-1',
  ...['br-front', 'br-back'].flatMap((bridge) => [
    `-A FORWARD -o ${bridge} -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT`,
    `-A FORWARD -i ${bridge} ! -o ${bridge} -j ACCEPT`,
    `-A FORWARD -i ${bridge} -o ${bridge} -j ACCEPT`,
    `-A DOCKER-ISOLATION-STAGE-1 -i ${bridge} ! -o ${bridge} -j DOCKER-ISOLATION-STAGE-2`,
    `-A DOCKER-ISOLATION-STAGE-2 -o ${bridge} -j DROP`,
  ]),
];
const mesh = ({ engine, networks, containers, services = {} }: TopologySketch): TopologySketch => ({
  engine: { swarm: true, swarmManager: true, ...engine },
  networks: {
    mesh: { driver: 'overlay' },
    docker_gwbridge: { options: { enable_icc: 'false' } },
    other: { driver: 'overlay' },
    front: {},
    ingress: { driver: 'overlay', ingress: true },
    ...networks,
  },
  containers: containers ?? { web: 'mesh docker_gwbridge', db: 'mesh docker_gwbridge' },
  services,
});
const task = { on: 'mesh docker_gwbridge', task: 'shop' };
const member = { on: 'mesh docker_gwbridge' };
/** `db` has an address on the overlay that somebody else has too: `shop` itself (200), or a task elsewhere (100, 101). */
const twice = (host: number, more: TopologySketch = {}): TopologySketch =>
  mesh({
    containers: { web: member, db: { ...member, host }, one: task },
    services: { shop: { on: 'mesh', elsewhere: 2 } },
    ...more,
  });
const others = { swarmNodes: [{ id: 'n2', name: 'two', addresses: ['198.51.101.2'] }] };
const meshed = (publish: string, web: string, engine: NonNullable<TopologySketch['engine']> = {}): TopologySketch =>
  mesh({ engine, containers: { web, one: task }, services: { shop: { on: 'mesh', publish: [publish] } } });

// One line per case, so that it reads as a table.
// prettier-ignore
const CASES: Readonly<Record<RuleId, Case | readonly Case[]>> = {
  R001: [
    { says: 'a container reaches itself', given: twoNets, pair: ['web', 'web'], verdict: 'open', channel: { kind: 'same', address: '127.0.0.1' } },
    { says: 'so does one without network', given: { containers: { job: 'none' } }, pair: ['job', 'job'], verdict: 'open' },
    { says: 'so does the machine', given: {}, pair: ['host', 'host'], verdict: 'open' },
  ],
  R002: (['created', 'restarting', 'removing', 'exited', 'dead'] as const).map((state) => ({ says: `who is ${state} opens no connections`, given: { containers: { web: { on: 'front', state }, db: 'front' } }, pair: ['web', 'db'] as const, verdict: 'blocked' as const })),
  R003: [
    { says: 'a stopped target does not answer', given: { containers: { web: 'front', db: { on: 'front', state: 'exited' } } }, pair: ['web', 'db'], verdict: 'blocked' },
    { says: 'nor the machine', given: { containers: { db: { on: 'host', state: 'exited' } } }, pair: ['host', 'db'], verdict: 'blocked' },
  ],
  R004: { says: 'a paused container sends nothing', given: { containers: { web: { on: 'front', state: 'paused' }, db: 'front' } }, pair: ['web', 'db'], verdict: 'blocked' },
  R005: { says: 'a paused target does not answer', given: { containers: { web: 'front', db: { on: 'front', state: 'paused' } } }, pair: ['web', 'db'], verdict: 'blocked' },
  R006: { says: 'network mode none sends nothing', given: { containers: { job: 'none', db: 'front' } }, pair: ['job', 'db'], verdict: 'blocked' },
  R007: { says: 'network mode none is not reached, not even by the machine', given: { containers: { job: 'none' } }, pair: ['host', 'job'], verdict: 'blocked' },
  R008: { says: 'disconnected from all networks', given: { containers: { web: '', db: 'front' } }, pair: ['web', 'db'], verdict: 'blocked' },
  R009: { says: 'nor reached then', given: { containers: { web: '', db: 'front' } }, pair: ['db', 'web'], verdict: 'blocked' },

  R101: [
    { says: 'one user network, IPv4', given: { containers: { web: 'front', db: 'front' } }, pair: ['web', 'db'], verdict: 'open', channel: { kind: 'bridge', via: 'front', address: '10.0.1.3' } },
    { says: 'one user network, IPv6', given: { ...v6Nets, containers: { web: 'front', db: 'front' } }, pair: ['web', 'db'], verdict: 'open', channel: { address: 'fd00:1::3' } },
    { says: 'Podman too', given: { engine: { kind: 'podman' }, containers: { web: 'front', db: 'front' } }, pair: ['web', 'db'], verdict: 'open' },
    { says: 'gateway settings do not matter inside', given: { networks: { front: { options: { gateway_mode_ipv4: 'routed' } } }, containers: { web: 'front', db: 'front' } }, pair: ['web', 'db'], verdict: 'open' },
  ],
  R102: { says: 'the default bridge, by address', given: { containers: { web: 'bridge', db: 'bridge' } }, pair: ['web', 'db'], verdict: 'open', channel: { kind: 'default-bridge', via: 'bridge', address: '10.0.1.3' } },
  R103: { says: 'an internal network does not separate its own', given: { networks: { quiet: { internal: true, ipv6: true } }, containers: { web: 'quiet', db: 'quiet' } }, pair: ['web', 'db'], verdict: 'open', channel: { address: 'fd00:1::3' } },
  R104: [
    { says: 'icc=false separates', given: { networks: icc(), containers: { web: 'bridge', db: 'bridge' } }, pair: ['web', 'db'], verdict: 'blocked', channel: { address: 'fd00:1::3' } },
    { says: 'a link is of no use against the direction it has', given: { networks: icc(), containers: { web: { on: 'bridge', links: ['db:db'], expose: [80] }, db: { on: 'bridge', expose: [5432] } } }, pair: ['db', 'web'], verdict: 'blocked' },
    { says: 'nor over IPv6', given: { networks: icc(), containers: { web: { on: 'bridge', links: ['db:db'] }, db: { on: 'bridge', expose: [5432] } } }, pair: ['web', 'db'], verdict: 'partial', channel: { address: 'fd00:1::3', verdict: 'blocked' } },
    { says: 'nor on a user network', given: { networks: { front: { options: { enable_icc: 'false' } } }, containers: { web: { on: 'front', links: ['db:db'] }, db: { on: 'front', expose: [5432] } } }, pair: ['web', 'db'], verdict: 'blocked' },
  ],
  R105: { says: 'a legacy link opens what its target exposes', given: { networks: icc(), containers: { web: { on: 'bridge', links: ['db:database'] }, db: { on: 'bridge', expose: [5432] } } }, pair: ['web', 'db'], verdict: 'partial', channel: { kind: 'link', address: '10.0.1.3', ports: ['tcp/5432'] } },
  R106: { says: 'icc=false without bridge filtering', given: { engine: { bridgeNetfilter: false }, networks: icc(), containers: { web: 'bridge', db: 'bridge' } }, pair: ['web', 'db'], verdict: 'unknown' },
  R107: { says: 'one network, no family in common', given: oneFamilyEach(), pair: ['web', 'db'], verdict: 'blocked' },
  R108: [{ says: 'IPv6 inside an internal network, old engine', given: { engine: { version: '20.10.24' }, networks: { quiet: { internal: true, ipv6: true } }, containers: { web: 'quiet', db: 'quiet' } }, pair: ['web', 'db'], verdict: 'open', channel: { address: 'fd00:1::3', verdict: 'unknown' } }],
  R109: { says: 'IPv6 inside an internal network on 20.10 with ip6tables', given: { engine: { version: '20.10.24', ip6tables: true }, networks: { quiet: { internal: true, ipv6: true } }, containers: { web: 'quiet', db: 'quiet' } }, pair: ['web', 'db'], verdict: 'open', channel: { address: 'fd00:1::3', verdict: 'blocked' } },
  R110: [
    { says: 'two networks are separate, IPv4', given: twoNets, pair: ['web', 'db'], verdict: 'blocked', channel: { via: 'back', address: '10.0.2.2' } },
    { says: 'two networks are separate, IPv6', given: v6Nets, pair: ['web', 'db'], verdict: 'blocked', channel: { via: 'back', address: 'fd00:2::2' } },
    { says: 'also the other address of one met elsewhere', given: { containers: { web: 'front', db: 'front back' } }, pair: ['web', 'db'], verdict: 'open', channel: { via: 'back', verdict: 'blocked' } },
    { says: 'an old engine told to filter IPv6', given: { ...v6Nets, engine: { version: '20.10.24', ip6tables: true } }, pair: ['web', 'db'], verdict: 'blocked', channel: { address: 'fd00:2::2' } },
  ],
  R111: [
    { says: 'internal networks have no way out', given: { ...onInternal, containers: { web: 'quiet', db: 'back' } }, pair: ['web', 'db'], verdict: 'blocked' },
    { says: 'nor has a container without IPv6 one to IPv6', given: { networks: { back: { ipv6: true } }, containers: { web: 'front', db: 'back' } }, pair: ['web', 'db'], verdict: 'blocked', channel: { address: 'fd00:1::2' } },
  ],
  R112: [
    { says: 'nothing comes into an internal network', given: { ...onInternal, containers: { web: 'front', db: 'quiet' } }, pair: ['web', 'db'], verdict: 'blocked' },
    { says: 'no answer comes out of one without a default route', given: { ...only4(), networks: { quiet: { internal: true, ipv6: true }, front: { ipv6: true } }, containers: { web: 'front', db: 'quiet' } }, pair: ['web', 'db'], verdict: 'partial', channel: { address: 'fd00:1::2', verdict: 'blocked' } },
  ],
  R113: [
    ...(['26.1.5', '20.10.24', 'unreadable'] as const).map((version) => ({ says: `IPv6 between networks on ${version}`, given: { ...v6Nets, engine: { version } }, pair: ['web', 'db'] as const, verdict: 'unknown' as const, channel: { address: 'fd00:2::2', verdict: 'unknown' as const } })),
    { says: 'out of an internal network, where that has a default route', given: { engine: { version: '20.10.24' }, networks: { quiet: { internal: true, ipv6: true }, back: { ipv6: true } }, containers: { web: 'quiet', db: 'back' } }, pair: ['web', 'db'], verdict: 'unknown', channel: { address: 'fd00:2::2' } },
  ],

  R114: [
    { says: 'IPv6 between networks, where only IPv4 is separated', given: { ...v6Nets, ...only4() }, pair: ['web', 'db'], verdict: 'open', channel: { address: 'fd00:2::2' } },
    { says: 'out of an internal network too, where that has a default route', given: { ...only4('20.10.24'), networks: { quiet: { internal: true, ipv6: true }, back: { ipv6: true } }, containers: { web: 'quiet', db: 'back' } }, pair: ['web', 'db'], verdict: 'open', channel: { address: 'fd00:2::2' } },
    { says: 'into one', given: { ...only4('20.10.24'), networks: { quiet: { internal: true, ipv6: true }, front: { ipv6: true } }, containers: { web: 'front', db: 'quiet' } }, pair: ['web', 'db'], verdict: 'open', channel: { address: 'fd00:1::2' } },
  ],
  R117: { says: 'what needs no answer arrives in an internal network', given: { ...only4(), networks: { quiet: { internal: true, ipv6: true }, front: { ipv6: true } }, containers: { web: 'front', db: 'quiet' } }, pair: ['web', 'db'], verdict: 'partial', channel: { address: 'fd00:1::2', ports: ['udp'] } },
  R115: { says: 'icc=false over IPv6, where only IPv4 is filtered', given: { ...only4(), networks: icc(), containers: { web: 'bridge', db: 'bridge' } }, pair: ['web', 'db'], verdict: 'open', channel: { address: 'fd00:1::3' } },
  R116: { says: 'icc=false over IPv6, not known to be filtered', given: { engine: { version: '26.1.5' }, networks: icc(), containers: { web: 'bridge', db: 'bridge' } }, pair: ['web', 'db'], verdict: 'unknown', channel: { address: 'fd00:1::3' } },
  R120: [
    { says: 'one macvlan network', given: onLan({ web: 'lan', db: 'lan' }), pair: ['web', 'db'], verdict: 'open', channel: { kind: 'macvlan', via: 'lan', address: '10.0.1.3' } },
    { says: 'ipvlan in its usual mode', given: onLan({ web: 'lan', db: 'lan' }, { driver: 'ipvlan' }), pair: ['web', 'db'], verdict: 'open' },
    { says: 'and as a router', given: onLan({ web: 'lan', db: 'lan' }, { driver: 'ipvlan', ipvlan_mode: 'l3' }), pair: ['web', 'db'], verdict: 'open' },
  ],
  R121: { says: 'macvlan that keeps its containers apart', given: onLan({ web: 'lan', db: 'lan' }, { macvlan_mode: 'private' }), pair: ['web', 'db'], verdict: 'blocked' },
  R122: (['vepa', 'passthru'] as const).map((macvlan_mode) => ({ says: `macvlan in mode ${macvlan_mode}`, given: onLan({ web: 'lan', db: 'lan' }, { macvlan_mode }), pair: ['web', 'db'] as const, verdict: 'unknown' as const })),
  R123: { says: 'between ipvlan l3 networks of one interface', given: { networks: { lan: { driver: 'ipvlan', options: { parent: 'eth0', ipvlan_mode: 'l3' } }, wan: { driver: 'ipvlan', options: { parent: 'eth0', ipvlan_mode: 'l3' } } }, containers: { web: 'lan', db: 'wan' } }, pair: ['web', 'db'], verdict: 'open', channel: { via: 'wan' } },
  R124: [
    { says: 'between two macvlan networks', given: { networks: { lan: { driver: 'macvlan', options: { parent: 'eth0' } }, wan: { driver: 'macvlan', options: { parent: 'eth0' } } }, containers: { web: 'lan', db: 'wan' } }, pair: ['web', 'db'], verdict: 'unknown' },
    { says: 'from a bridge, where the machine is not on that network', given: onLan({ web: 'front', db: 'lan' }, { at: '' }), pair: ['web', 'db'], verdict: 'unknown' },
  ],
  R125: { says: 'from a bridge, where the machine has an address on the parent', given: onLan({ web: 'front', db: 'lan' }), pair: ['web', 'db'], verdict: 'blocked', channel: { via: 'lan', address: '10.0.1.2' } },
  R126: [
    { says: 'into an internal one', given: onLan({ web: 'front', db: 'lan' }, { internal: true }), pair: ['web', 'db'], verdict: 'blocked' },
    { says: 'nor from a machine that is not on it', given: onLan({ db: 'lan' }, { internal: true, at: '' }), pair: ['host', 'db'], verdict: 'blocked' },
  ],
  R127: { says: 'to a published port on a bridge, before 28', given: { ...onLan({ web: 'lan', db: { on: 'back', publish: ['8080:80'] } }), engine: { version: '26.1.5' } }, pair: ['web', 'db'], verdict: 'unknown', channel: { via: 'back' } },
  R128: [
    { says: 'to a bridge, from 28 on', given: onLan({ web: 'lan', db: { on: 'back', publish: ['127.0.0.1:8080:80'] } }), pair: ['web', 'db'], verdict: 'blocked', channel: { via: 'back' } },
    { says: 'to one where nothing is published', given: { ...onLan({ web: 'lan', db: 'back' }), engine: { version: '26.1.5' } }, pair: ['web', 'db'], verdict: 'blocked' },
  ],
  R130: [
    { says: 'to the machine beside it', given: onLan({ web: 'lan' }), pair: ['web', 'host'], verdict: 'blocked', channel: { address: '10.0.1.200' } },
    { says: 'to what is published there', given: onLan({ web: 'lan', db: { on: 'back', publish: ['0.0.0.0:8080:80'] } }), pair: ['web', 'db'], verdict: 'unknown', channel: { kind: 'published', address: '10.0.1.200', verdict: 'blocked' } },
    { says: 'also for one that is on a bridge too', given: onLan({ web: 'lan front' }), pair: ['web', 'host'], verdict: 'open', channel: { address: '10.0.1.200', verdict: 'blocked' } },
  ],
  R131: { says: 'the machine’s address is on another interface', given: onLan({ web: 'lan' }, { at: 'shim' }), pair: ['web', 'host'], verdict: 'unknown' },
  R132: { says: 'the machine is elsewhere', given: { networks: { lan: { driver: 'macvlan', options: { parent: 'eth0' } } }, containers: { web: 'lan' } }, pair: ['web', 'host'], verdict: 'unknown', channel: { address: '198.51.100.2' } },
  R133: { says: 'from the machine beside it', given: onLan({ db: 'lan' }), pair: ['host', 'db'], verdict: 'blocked', channel: { kind: 'macvlan' } },
  R134: [
    { says: 'the machine is elsewhere', given: onLan({ db: 'lan' }, { at: '' }), pair: ['host', 'db'], verdict: 'unknown' },
    { says: 'or on another interface', given: onLan({ db: 'lan' }, { at: 'shim' }), pair: ['host', 'db'], verdict: 'unknown' },
  ],
  R136: [
    { says: 'published by one that has another way to answer', given: onLan({ db: { on: 'back lan', publish: ['0.0.0.0:8080:80'] } }), pair: ['lan', 'db'], verdict: 'unknown', channel: { kind: 'published', verdict: 'unknown' } },
    { says: 'also to the machine', given: onLan({ db: { on: 'back lan', publish: ['0.0.0.0:8080:80'] } }), pair: ['host', 'db'], verdict: 'open', channel: { kind: 'published', address: '10.0.1.200', verdict: 'unknown' } },
  ],

  R201: [
    { says: 'the gateway of the sender', given: published('8080:80'), pair: ['web', 'db'], verdict: 'partial', channel: { kind: 'published', via: 'front', address: '10.0.1.1', ports: ['tcp/8080'] } },
    { says: 'the gateway of the target', given: published('8080:80'), pair: ['web', 'db'], verdict: 'partial', channel: { via: 'back', address: '10.0.2.1' } },
    { says: 'the address of the machine', given: published('8080:80/udp'), pair: ['web', 'db'], verdict: 'partial', channel: { via: '', address: '198.51.100.2', ports: ['udp/8080'] } },
    { says: 'bound to one address: there', given: published('198.51.100.2:8080:80'), pair: ['web', 'db'], verdict: 'partial', channel: { address: '198.51.100.2' } },
    { says: 'bound to a gateway: there', given: published('10.0.2.1:8080:80'), pair: ['web', 'db'], verdict: 'partial', channel: { address: '10.0.2.1' } },
    { says: 'icc=false does not close it', given: { networks: { front: { options: { enable_icc: 'false' } } }, containers: { web: 'front', db: { on: 'front', publish: ['8080:80'] } } }, pair: ['web', 'db'], verdict: 'partial', channel: { address: '10.0.1.1' } },
    { says: 'without docker-proxy from 29 on', given: published('8080:80', 'front', { engine: { version: '29.0.1', userlandProxy: false } }), pair: ['web', 'db'], verdict: 'partial' },
    { says: 'who shares the target’s stack is reached there too', given: { containers: { web: 'front', db: { on: 'back', publish: ['8080:80'] }, sidecar: { joins: 'db' } } }, pair: ['web', 'sidecar'], verdict: 'partial' },
  ],
  R202: [
    { says: 'the machine, at loopback', given: published('8080:80'), pair: ['host', 'db'], verdict: 'open', channel: { kind: 'published', address: '127.0.0.1', ports: ['tcp/8080'] } },
    { says: 'a host-mode container, at a loopback binding', given: published('127.0.0.1:8080:80', 'host'), pair: ['web', 'db'], verdict: 'open', channel: { kind: 'published', address: '127.0.0.1' } },
  ],
  R203: { says: 'bound to loopback', given: published('127.0.0.1:8080:80'), pair: ['web', 'db'], verdict: 'blocked', channel: { kind: 'published', address: '127.0.0.1' } },
  R204: { says: 'internal networks have no route to other gateways', given: published('8080:80', 'quiet', onInternal), pair: ['web', 'db'], verdict: 'blocked', channel: { address: '10.0.2.1' } },
  R205: [
    { says: 'at the gateway of an internal network', given: published('8080:80', 'quiet', onInternal), pair: ['web', 'db'], verdict: 'blocked', channel: { address: '10.0.1.1' } },
    { says: 'anywhere, where internal networks have a default route', given: published('8080:80', 'quiet', { ...onInternal, engine: { version: '20.10.24' } }), pair: ['web', 'db'], verdict: 'blocked', channel: { address: '198.51.100.2' } },
    { says: 'IPv6 too, where no docker-proxy would answer', given: published('8080:80', 'quiet', { ...withoutProxy, networks: { quiet: { internal: true, ipv6: true }, back: { ipv6: true } } }), pair: ['web', 'db'], verdict: 'blocked', channel: { address: 'fd00:1::1' } },
    { says: 'at that gateway even for one who has another way', given: published('8080:80', 'front quiet', onInternal), pair: ['web', 'db'], verdict: 'partial', channel: { via: 'quiet', address: '10.0.1.1', verdict: 'blocked' } },
  ],
  R206: [
    { says: 'no detour between networks without docker-proxy', given: published('8080:80', 'front', withoutProxy), pair: ['web', 'db'], verdict: 'blocked', channel: { address: '10.0.1.1' } },
    { says: 'nor inside one with icc=false', given: { ...withoutProxy, networks: { front: { options: { enable_icc: 'false' } } }, containers: { web: 'front', db: { on: 'front', publish: ['8080:80'] } } }, pair: ['web', 'db'], verdict: 'blocked' },
  ],
  R207: { says: 'IPv6 from an internal network, old engine', given: published('8080:80', 'quiet', { engine: { version: '20.10.24' }, networks: { quiet: { internal: true, ipv6: true }, back: { ipv6: true } } }), pair: ['web', 'db'], verdict: 'unknown', channel: { address: 'fd00:1::1' } },
  R208: { says: 'docker-proxy takes IPv6 from an internal network', given: published('8080:80', 'quiet', { networks: { quiet: { internal: true, ipv6: true } } }), pair: ['web', 'db'], verdict: 'partial', channel: { address: 'fd00:1::1', ports: ['tcp/8080'] } },
  R209: { says: 'whether IPv6 is redirected is not told', given: published('8080:80', 'front', { engine: { version: '26.1.5', userlandProxy: false }, networks: { front: { ipv6: true }, back: { ipv6: true } } }), pair: ['web', 'db'], verdict: 'unknown', channel: { address: 'fd00:2::1' } },
  R210: { says: 'published ports from a network without masquerading, from 29 on', given: published('8080:80', 'front', { engine: { version: '29.0.1' }, networks: { front: { options: UNMASKED } } }), pair: ['web', 'db'], verdict: 'unknown' },
  R211: { says: 'the redirection turns around on one network', given: { ...withoutProxy, containers: { web: 'front', db: { on: 'front', publish: ['8080:80'] } } }, pair: ['web', 'db'], verdict: 'open', channel: { kind: 'published', address: '10.0.1.1', ports: ['tcp/8080'] } },
  R212: [
    { says: 'nothing takes IPv6 for an IPv4 container without docker-proxy', given: published('8080:80', 'front', withoutProxy), pair: ['host', 'db'], verdict: 'open', channel: { address: '::1', verdict: 'blocked' } },
    { says: 'at ::1 no connection is made without docker-proxy', given: { ...withoutProxy, networks: { back: { ipv6: true } }, containers: { db: { on: 'back', publish: ['8080:80', '8053:53/udp'] } } }, pair: ['host', 'db'], verdict: 'open', channel: { address: '::1', ports: ['tcp/8080'], verdict: 'blocked' } },
  ],

  R220: [
    { says: 'a routed network opens what is published on it', given: behind(mode('routed'), { routed: [80] }), pair: ['web', 'db'], verdict: 'partial', channel: { via: 'back', address: '10.0.2.2', ports: ['tcp/80'] } },
    { says: 'over IPv6 alone', given: behind({ gateway_mode_ipv6: 'routed' }, { routed: [80] }), pair: ['web', 'db'], verdict: 'partial', channel: { address: 'fd00:2::2' } },
    { says: 'also from another routed network', given: { networks: { front: { options: mode('routed') }, back: { options: mode('routed') } }, containers: { web: 'front', db: { on: 'back', routed: [80] } } }, pair: ['web', 'db'], verdict: 'partial' },
  ],
  R221: [
    { says: 'a routed network with nothing published', given: behind(mode('routed')), pair: ['web', 'db'], verdict: 'partial', channel: { address: 'fd00:2::2' } },
    { says: 'nor on one that is not the way out', given: { networks: { back: { options: mode('routed') } }, containers: { web: 'front', db: { on: 'aside back', publish: ['8080:80'], routed: [80] } } }, pair: ['web', 'db'], verdict: 'partial', channel: { via: 'back', verdict: 'blocked' } },
  ],
  R222: { says: 'answers to an address that is not hidden are dropped', given: { networks: { front: { options: UNMASKED }, back: { options: mode('routed') } }, containers: { web: 'front', db: { on: 'back', routed: [80] } } }, pair: ['web', 'db'], verdict: 'blocked', channel: { ports: ['tcp/80'] } },
  R227: { says: 'but a datagram arrives', given: { networks: { front: { options: UNMASKED }, back: { options: mode('routed') } }, containers: { web: 'front', db: { on: 'back', routed: ['53/udp'] } } }, pair: ['web', 'db'], verdict: 'partial', channel: { ports: ['udp/53'] } },
  R223: (['20.10.24', '28.5.2'] as const).map((version) => ({ says: `published ports from a network without masquerading, ${version}`, given: published('8080:80', 'front', { engine: { version }, networks: { front: { options: UNMASKED } } }), pair: ['web', 'db'] as const, verdict: 'blocked' as const, channel: { address: '10.0.2.1' } })),
  R224: (['web', 'host', 'lan'] as const).map((from) => ({ says: `published behind a bridge without a machine, from ${from}`, given: { networks: { back: { options: INHIBITED } }, containers: { web: 'front', db: { on: 'back', publish: ['0.0.0.0:8080:80'] } } }, pair: [from, 'db'] as const, verdict: 'blocked' as const, channel: { kind: 'published', address: '198.51.100.2' } })),
  R226: [
    { says: 'pings into a routed network', given: { networks: { back: { options: mode('routed') } }, containers: { web: 'front', db: 'back' } }, pair: ['web', 'db'], verdict: 'partial', channel: { ports: ['icmp'] } },
    { says: 'and within one that forbids the rest', given: { networks: { back: { options: { ...mode('routed'), enable_icc: 'false' } } }, containers: { web: 'back', db: 'back' } }, pair: ['web', 'db'], verdict: 'partial', channel: { ports: ['icmp'] } },
  ],
  R225: [
    { says: 'to other networks', given: { networks: { front: { options: INHIBITED } }, containers: { web: 'front', db: { on: 'back', publish: ['8080:80'] } } }, pair: ['web', 'db'], verdict: 'blocked', channel: { kind: 'published', address: '10.0.2.1' } },
    { says: 'to the machine', given: { networks: { front: { options: INHIBITED } }, containers: { web: 'front' } }, pair: ['web', 'host'], verdict: 'blocked', channel: { address: '198.51.100.2' } },
    { says: 'out of an internal one, by an engine that tells a gateway there', given: { engine: { version: '20.10.24' }, networks: { front: { internal: true, options: INHIBITED } }, containers: { web: 'front' } }, pair: ['web', 'host'], verdict: 'blocked', channel: { address: '198.51.100.2' } },
    { says: 'the way out of several: both families first', given: { networks: { front: { ipv6: true, options: INHIBITED } }, containers: { web: 'aside front', db: 'back' } }, pair: ['web', 'db'], verdict: 'blocked' },
    { says: 'else the smallest name', given: { networks: { front: { options: INHIBITED } }, containers: { web: 'front zoo', db: 'back' } }, pair: ['web', 'db'], verdict: 'blocked' },
    { says: 'but the priority first of all', given: { networks: { front: { options: INHIBITED } }, containers: { web: { on: 'aside front', priority: { front: 1 } }, db: 'back' } }, pair: ['web', 'db'], verdict: 'blocked' },
  ],

  R301: [
    { says: 'old engines know no isolated networks', given: { engine: { version: '26.1.5' }, networks: { back: { internal: true, options: mode('isolated') } }, containers: { agent: 'host', db: 'back' } }, pair: ['agent', 'db'], verdict: 'open' },
    { says: 'from host mode to any bridge', given: { containers: { agent: 'host', db: 'back' } }, pair: ['agent', 'db'], verdict: 'open', channel: { kind: 'host-mode', via: 'back', address: '10.0.1.2' } },
    { says: 'internal ones included', given: { networks: { quiet: { internal: true, ipv6: true } }, containers: { agent: 'host', db: 'quiet' } }, pair: ['agent', 'db'], verdict: 'open', channel: { address: 'fd00:1::2' } },
  ],
  R302: [
    { says: 'host mode is reached at the sender’s gateway', given: { containers: { web: 'front', agent: 'host' } }, pair: ['web', 'agent'], verdict: 'open', channel: { kind: 'gateway', via: 'front', address: '10.0.1.1' } },
    { says: 'from internal networks too', given: { ...onInternal, containers: { web: 'quiet', agent: 'host' } }, pair: ['web', 'agent'], verdict: 'open', channel: { via: 'quiet', address: '10.0.1.1' } },
    { says: 'and at the machine’s address', given: { containers: { web: 'front', agent: 'host' } }, pair: ['web', 'agent'], verdict: 'open', channel: { address: '198.51.100.2' } },
  ],
  R303: { says: 'two in host mode', given: { containers: { one: 'host', two: 'host' } }, pair: ['one', 'two'], verdict: 'open', channel: { address: '127.0.0.1' } },
  R304: { says: 'from internal networks not at other addresses', given: { ...onInternal, containers: { web: 'quiet', agent: 'host' } }, pair: ['web', 'agent'], verdict: 'open', channel: { address: '198.51.100.2', verdict: 'blocked' } },
  R305: [
    { says: 'no address of the machine is known', given: { engine: { hostAddresses: [] }, networks: { front: { gateway: false } }, containers: { web: 'front', agent: 'host' } }, pair: ['web', 'agent'], verdict: 'unknown' },
    { says: 'nor on a network of neighbours', given: { engine: { hostAddresses: [] }, networks: { lan: { driver: 'ipvlan' } }, containers: { web: 'lan' } }, pair: ['web', 'host'], verdict: 'unknown' },
  ],

  R306: [
    { says: 'a route to a network outside that has the bridge’s subnet', given: beyond({ eth0: ['10.0.1.0/24'] }), pair: ['host', 'web'], verdict: 'unknown', channel: { via: 'front' } },
    { says: 'answers to a container there', given: beyond({ eth0: ['10.0.1.0/25'] }), pair: ['web', 'internet'], verdict: 'unknown' },
    { says: 'at what it publishes', given: beyond({ eth0: ['10.0.1.0/24'] }), pair: ['db', 'web'], verdict: 'unknown' },
  ],
  R320: [
    { says: 'the machine is not on an isolated network', given: behind(mode('isolated'), {}, { internal: true }), pair: ['host', 'db'], verdict: 'blocked', channel: { address: 'fd00:2::2' } },
    { says: 'nor, for IPv4, on one that inhibits it', given: behind(INHIBITED), pair: ['host', 'db'], verdict: 'open', channel: { address: '10.0.2.2', verdict: 'blocked' } },
  ],
  R321: [
    { says: 'nor reached there', given: behind(mode('isolated'), {}, { internal: true }), pair: ['db', 'host'], verdict: 'blocked', channel: { kind: 'gateway', via: 'back' } },
    { says: 'for IPv4 where that is inhibited', given: behind(INHIBITED), pair: ['db', 'host'], verdict: 'open', channel: { via: 'back', verdict: 'blocked' } },
  ],

  R401: [
    { says: 'one stack: localhost', given: side({}), pair: ['sidecar', 'app'], verdict: 'open', channel: { kind: 'shared-stack', address: '127.0.0.1' } },
    { says: 'also between two who joined a third', given: { containers: { app: 'none', one: { joins: 'app' }, two: { joins: 'one' } } }, pair: ['one', 'two'], verdict: 'open' },
  ],
  R402: [
    { says: 'the owner has stopped', given: side({}, { state: 'exited' }), pair: ['sidecar', 'web'], verdict: 'blocked' },
    { says: 'the owner has started anew', given: side({ startedAt: 1 }, { startedAt: 2 }), pair: ['sidecar', 'web'], verdict: 'blocked' },
  ],
  R403: [
    { says: 'nor is it reached then', given: side({ startedAt: 1 }, { startedAt: 2 }), pair: ['web', 'sidecar'], verdict: 'blocked' },
    { says: 'not even by the owner', given: side({ startedAt: 1 }, { startedAt: 2 }), pair: ['app', 'sidecar'], verdict: 'blocked' },
  ],
  R404: { says: 'the owner is gone', given: { containers: { sidecar: { joins: 'gone' }, web: 'front' } }, pair: ['web', 'sidecar'], verdict: 'unknown' },
  R405: { says: 'two left behind by one owner', given: { containers: { app: { on: 'front', state: 'exited' }, one: { joins: 'app' }, two: { joins: 'app' } } }, pair: ['one', 'two'], verdict: 'unknown' },

  R501: { says: 'the machine to a container', given: twoNets, pair: ['host', 'db'], verdict: 'open', channel: { address: '10.0.2.2' } },
  R502: [
    { says: 'a container to the machine', given: { ...onInternal, containers: { web: 'quiet' } }, pair: ['web', 'host'], verdict: 'open', channel: { address: '10.0.1.1' } },
    { says: 'also for one next door to its own addresses, which stand for no other then', given: onLan({ web: 'front lan', db: 'back' }), pair: ['web', 'host'], verdict: 'open', channel: { via: '', address: '10.0.3.1', verdict: 'open' } },
    { says: 'or that only its interfaces tell of', given: { ...onLan({ web: 'front lan' }), engine: { hostAddresses: ['10.0.1.200'], hostInterfaces: { eth0: ['10.0.1.200'], docker0: ['172.17.0.1'] } } }, pair: ['web', 'host'], verdict: 'open', channel: { via: '', address: '172.17.0.1', verdict: 'open' } },
  ],
  R503: [
    { says: 'from internal networks not at its other addresses', given: { ...onInternal, containers: { web: 'quiet' } }, pair: ['web', 'host'], verdict: 'open', channel: { address: '198.51.100.2', verdict: 'blocked' } },
    { says: 'over IPv6, where both families leave by a network that has none', given: { engine: { version: '20.10.24' }, networks: { quiet: { internal: true, ipv6: true } }, containers: { web: 'quiet front' } }, pair: ['web', 'host'], verdict: 'open', channel: { address: '2001:db8::2', verdict: 'blocked' } },
  ],
  R504: [
    { says: 'out to the internet', given: twoNets, pair: ['web', 'internet'], verdict: 'open', channel: { kind: 'egress', via: 'front' } },
    { says: 'and to the network around', given: { ...onInternal, containers: { web: 'quiet front' } }, pair: ['web', 'lan'], verdict: 'open' },
    { says: 'by the gateway bridge that a user joined, past an internal network, on an old engine', given: { ...onInternal, engine: { version: '20.10.24' }, networks: { ...onInternal.networks, docker_gwbridge: {} }, containers: { web: 'quiet docker_gwbridge' } }, pair: ['web', 'internet'], verdict: 'open', channel: { kind: 'egress', via: 'docker_gwbridge' } },
  ],
  R505: [
    { says: 'not out of an internal network', given: { ...onInternal, containers: { web: 'quiet' } }, pair: ['web', 'internet'], verdict: 'blocked' },
    { says: 'nor past one by the gateway bridge that an overlay hangs it on, on an old engine', given: mesh({ engine: { version: '20.10.24' }, networks: { quiet: { internal: true } }, containers: { web: 'mesh docker_gwbridge quiet' } }), pair: ['web', 'internet'], verdict: 'blocked' },
  ],
  R506: [
    { says: 'without masquerading, before 28', given: { engine: { version: '26.1.5' }, networks: { front: { options: UNMASKED } }, containers: { web: 'front' } }, pair: ['web', 'internet'], verdict: 'unknown' },
    { says: 'and later where outsiders are let in', given: { networks: { front: { options: mode('nat-unprotected', UNMASKED) } }, containers: { web: 'front' } }, pair: ['web', 'internet'], verdict: 'unknown' },
  ],
  R507: [
    { says: 'host mode goes out as the machine', given: { containers: { agent: 'host' } }, pair: ['agent', 'internet'], verdict: 'open' },
    { says: 'as does the machine', given: {}, pair: ['host', 'lan'], verdict: 'open' },
  ],
  R510: [
    { says: 'the network around, at the machine’s address', given: published('8080:80'), pair: ['lan', 'db'], verdict: 'partial', channel: { address: '198.51.100.2', ports: ['tcp/8080'] } },
    { says: 'or at the binding, where addresses are not measured', given: published('8080:80', 'front', { engine: { hostAddresses: [] } }), pair: ['lan', 'db'], verdict: 'partial', channel: { address: '0.0.0.0' } },
  ],
  R511: [
    { says: 'the machine’s services', given: {}, pair: ['lan', 'host'], verdict: 'unknown' },
    { says: 'a container in host mode', given: { containers: { agent: 'host' } }, pair: ['internet', 'agent'], verdict: 'unknown' },
  ],
  R512: { says: 'published to the internet', given: published('8080:80'), pair: ['internet', 'db'], verdict: 'unknown', channel: { address: '198.51.100.2' } },
  R513: { says: 'bound to a container gateway', given: published('10.0.2.1:8080:80'), pair: ['lan', 'db'], verdict: 'blocked' },
  R514: [
    { says: 'nothing published', given: twoNets, pair: ['internet', 'db'], verdict: 'blocked' },
    { says: 'published in a family the machine has not', given: published('[::]:8080:80', 'front', { engine: { hostAddresses: ['198.51.100.2'] } }), pair: ['lan', 'db'], verdict: 'blocked' },
    { says: 'asked for on an internal network only', given: { ...onInternal, containers: { db: { on: 'quiet', publish: ['8080:80'] } } }, pair: ['lan', 'db'], verdict: 'blocked' },
  ],
  R515: [
    { says: 'outside to outside', given: {}, pair: ['lan', 'internet'], verdict: 'unknown' },
    { says: 'and within', given: {}, pair: ['lan', 'lan'], verdict: 'unknown' },
  ],

  R520: { says: 'out of a routed network', given: { networks: { front: { options: mode('routed') } }, containers: { web: 'front' } }, pair: ['web', 'internet'], verdict: 'unknown', channel: { kind: 'egress', via: 'front' } },
  R521: { says: 'without masquerading, from 28 on', given: { networks: { front: { options: UNMASKED } }, containers: { web: 'front' } }, pair: ['web', 'lan'], verdict: 'partial', channel: { via: 'front', verdict: 'blocked' } },
  R534: { says: 'but single datagrams get out', given: { networks: { front: { options: UNMASKED } }, containers: { web: 'front' } }, pair: ['web', 'internet'], verdict: 'partial', channel: { kind: 'egress', ports: ['udp'] } },
  R522: { says: 'to a gateway that is not there', given: { networks: { front: { options: INHIBITED } }, containers: { web: 'front' } }, pair: ['web', 'internet'], verdict: 'blocked' },
  R523: { says: 'into a routed network, by a route to it', given: behind(mode('routed'), { routed: [80] }), pair: ['lan', 'db'], verdict: 'unknown', channel: { address: '10.0.2.2', ports: ['tcp/80', 'icmp'] } },
  R524: { says: 'into an unprotected network', given: behind(mode('nat-unprotected')), pair: ['internet', 'db'], verdict: 'unknown', channel: { address: 'fd00:2::2' } },
  R525: { says: 'IPv6 goes out under the container’s own address', given: { ...only4(), networks: { front: { ipv6: true, options: INHIBITED } }, containers: { web: 'front' } }, pair: ['web', 'internet'], verdict: 'unknown' },
  R526: { says: 'IPv6 comes in by a route', given: { ...v6Nets, ...only4() }, pair: ['lan', 'db'], verdict: 'unknown', channel: { address: 'fd00:2::2' } },
  R527: { says: 'a port published on loopback, by a route, before 28', given: published('127.0.0.1:8080:80', 'front', { engine: { version: '26.1.5' } }), pair: ['lan', 'db'], verdict: 'unknown', channel: { address: '10.0.2.2', ports: ['tcp/80'] } },
  R528: { says: 'a neighbour of a macvlan container', given: onLan({ db: 'lan' }), pair: ['lan', 'db'], verdict: 'open', channel: { kind: 'macvlan', address: '10.0.1.2' } },
  R529: [
    { says: 'one that answers by another network', given: onLan({ db: 'front lan' }), pair: ['lan', 'db'], verdict: 'unknown', channel: { kind: 'macvlan', verdict: 'unknown' } },
    { says: 'neighbours of an internal one', given: onLan({ db: 'lan' }, { internal: true }), pair: ['lan', 'db'], verdict: 'unknown' },
    { says: 'both ways', given: onLan({ db: 'lan' }, { internal: true }), pair: ['db', 'lan'], verdict: 'unknown' },
  ],
  R530: [
    { says: 'from the internet', given: onLan({ db: 'lan' }), pair: ['internet', 'db'], verdict: 'unknown' },
    { says: 'or to a subnet the machine is not in', given: onLan({ db: 'lan' }, { at: '' }), pair: ['lan', 'db'], verdict: 'unknown' },
    { says: 'or by ipvlan l3', given: onLan({ db: 'lan' }, { driver: 'ipvlan', ipvlan_mode: 'l3' }), pair: ['lan', 'db'], verdict: 'unknown' },
  ],
  R531: [
    { says: 'an internal one, to the internet', given: onLan({ db: 'lan' }, { internal: true }), pair: ['db', 'internet'], verdict: 'blocked' },
    { says: 'one on no interface at all', given: onLan({ db: 'lan' }, { internal: true, parent: 'dm-0123456789ab' }), pair: ['lan', 'db'], verdict: 'blocked' },
  ],
  R532: { says: 'out of a macvlan network', given: onLan({ web: 'lan' }), pair: ['web', 'internet'], verdict: 'open', channel: { kind: 'egress', via: 'lan' } },
  R533: { says: 'out of a subnet the machine is not in', given: onLan({ web: 'lan' }, { at: '' }), pair: ['web', 'lan'], verdict: 'unknown' },
  R535: [
    { says: 'the network outside, for who is on one that lies over it', given: beyond({ eth0: ['10.0.0.0/8'] }), pair: ['web', 'lan'], verdict: 'unknown', channel: { kind: 'egress', via: 'front' } },
    { says: 'and for everybody, the machine too, where the way to it is the nearer one', given: beyond({ eth0: ['10.0.1.0/24'] }), pair: ['host', 'lan'], verdict: 'unknown' },
    { says: 'over IPv6, while IPv4 still gets out', given: beyond({ eth0: ['fd00:1::/48'] }, { ipv6: true }), pair: ['web', 'lan'], verdict: 'open', channel: { via: 'front', verdict: 'unknown' } },
    { says: 'single datagrams too', given: beyond({ eth0: ['10.0.1.0/24'] }, { options: UNMASKED }), pair: ['web', 'lan'], verdict: 'unknown' },
  ],
  R536: [
    { says: 'callers outside, to whom no answer finds its way', given: beyond({ eth0: ['10.0.1.0/24'] }), pair: ['lan', 'db'], verdict: 'unknown', channel: { kind: 'published' } },
    { says: 'answers of a container on it', given: beyond({ eth0: ['10.0.1.128/25'] }), pair: ['lan', 'web'], verdict: 'unknown' },
    { says: 'the machine’s own services', given: { ...beyond({ eth0: ['10.0.0.0/16'] }), engine: { ...walled().engine, hostRoutes: { eth0: ['10.0.0.0/16'] }, hostAddresses: ['198.51.100.2'] } }, pair: ['lan', 'host'], verdict: 'unknown' },
  ],
  R601: [
    { says: 'names on a user network', given: { containers: { web: 'front', db: { on: 'front', aliases: ['database'] } } }, pair: ['web', 'db'], verdict: 'open', channel: { layer: 'name', kind: 'dns', via: 'front', names: ['db', 'database'] } },
    { says: 'also on an internal one', given: { ...onInternal, containers: { web: 'quiet', db: 'quiet' } }, pair: ['web', 'db'], verdict: 'open', channel: { via: 'quiet', names: ['db'] } },
    { says: 'where packets are forbidden too', given: { networks: { front: { options: { enable_icc: 'false' } } }, containers: { web: 'front', db: 'front' } }, pair: ['web', 'db'], verdict: 'blocked', channel: { names: ['db'] } },
    { says: 'of one that is paused', given: { containers: { web: 'front', db: { on: 'front', state: 'paused' } } }, pair: ['web', 'db'], verdict: 'blocked', channel: { names: ['db'] } },
    { says: 'of the owner, for who joined its stack', given: side({}), pair: ['web', 'sidecar'], verdict: 'open', channel: { names: ['app'] } },
    { says: 'for who joined, those its owner knows', given: side({}), pair: ['sidecar', 'web'], verdict: 'open', channel: { names: ['web'] } },
  ],
  R602: [
    { says: 'a legacy link: alias, host name and name', given: { containers: { web: { on: 'bridge', links: ['db:database'] }, db: { on: 'bridge', hostname: 'dbhost' } } }, pair: ['web', 'db'], verdict: 'open', channel: { layer: 'name', kind: 'link', via: 'database', names: ['database', 'dbhost', 'db'] } },
    { says: 'also for who joined the stack: one hosts file', given: { containers: { web: { on: 'bridge', links: ['db:database'] }, db: 'bridge', side: { joins: 'web' } } }, pair: ['side', 'db'], verdict: 'open', channel: { kind: 'link', names: ['database', 'db'] } },
  ],
  R603: { says: 'the environment of the linked', given: { containers: { web: { on: 'bridge', links: ['db:the-db'] }, db: { on: 'bridge', expose: [5432], environment: { PATH: '/bin', PASSWORD: 'x' } } } }, pair: ['web', 'db'], verdict: 'open', channel: { kind: 'link-variables', via: 'the-db', names: ['THE_DB_PORT', 'THE_DB_PORT_5432_TCP', 'THE_DB_PORT_5432_TCP_ADDR', 'THE_DB_PORT_5432_TCP_PORT', 'THE_DB_PORT_5432_TCP_PROTO', 'THE_DB_NAME', 'THE_DB_ENV_PASSWORD'] } },
  R604: { says: 'a link on a user network: a private alias', given: { containers: { web: { on: 'front', links: ['db:store@front'] }, db: 'front' } }, pair: ['web', 'db'], verdict: 'open', channel: { kind: 'link-alias', via: 'front', names: ['store'] } },
  R605: { says: 'one alias for two', given: { containers: { web: 'front', one: { on: 'front', aliases: ['pool'] }, two: { on: 'front', aliases: ['POOL'] } } }, pair: ['web', 'one'], verdict: 'open', channel: { kind: 'dns', names: ['pool'] } },
  R606: [
    { says: 'a hosts entry with the address of the target', given: { containers: { web: { on: 'front', hosts: { store: '10.0.2.2', other: '10.0.9.9' } }, db: 'back' } }, pair: ['web', 'db'], verdict: 'blocked', channel: { layer: 'name', kind: 'hosts-entry', names: ['store'] } },
    { says: 'and with that of the machine', given: { containers: { web: { on: 'front', hosts: { docker: 'host-gateway' } } } }, pair: ['web', 'host'], verdict: 'open', channel: { names: ['docker'] } },
  ],
  R607: [
    { says: 'a load balancer, by labels', given: { containers: { web: 'front', lb: { on: 'front back', image: 'docker.io/library/traefik:v3' }, shop: { on: 'back', labels: { 'traefik.http.routers.shop.rule': 'Host(`shop.example`) && PathPrefix(`/`)' } } } }, pair: ['web', 'shop'], verdict: 'blocked', channel: { layer: 'name', kind: 'proxy', via: 'lb', names: ['shop.example'], verdict: 'open' } },
    { says: 'by environment, from the network around', given: { containers: { lb: { on: 'front', image: 'nginxproxy/nginx-proxy', publish: ['80:80'] }, shop: { on: 'front', environment: { VIRTUAL_HOST: 'a.example,b.example' } } } }, pair: ['lan', 'shop'], verdict: 'blocked', channel: { via: 'lb', names: ['a.example', 'b.example'] } },
    { says: 'whether the internet gets to it is not known', given: { containers: { lb: { on: 'front', image: 'lucaslorentz/caddy-docker-proxy', publish: ['80:80'] }, shop: { on: 'front', labels: { caddy: 'https://shop.example', 'caddy.reverse_proxy': '{{upstreams 80}}' } } } }, pair: ['internet', 'shop'], verdict: 'blocked', channel: { via: 'lb', names: ['shop.example'], verdict: 'unknown' } },
  ],
  R608: { says: 'a registry that was read', given: { containers: { web: 'front', registry: { on: 'front', image: 'hashicorp/consul:1' }, db: 'back' }, catalogues: [{ containerId: 'registry', entries: [{ name: 'orders', address: '10.0.2.2', port: 80 }, { name: 'other', address: '10.0.9.9', port: 1 }] }] }, pair: ['web', 'db'], verdict: 'blocked', channel: { kind: 'catalogue', via: 'registry', names: ['orders'] } },
  R609: { says: 'a second network, by its long names', given: { containers: { web: 'alpha beta', db: 'alpha beta' } }, pair: ['web', 'db'], verdict: 'open', channel: { kind: 'dns', via: 'beta', names: ['db.beta'] } },
  R611: [
    { says: 'a shared volume', given: { containers: { web: { on: 'front', mounts: ['data:/a'] }, db: { on: 'back', mounts: ['data:/b:ro'] } } }, pair: ['web', 'db'], verdict: 'blocked', channel: { layer: 'data', kind: 'volume', via: 'data' } },
    { says: 'a folder of it and the whole', given: { volumes: { data: {} }, containers: { web: { on: 'front', mounts: ['data/in/put:/a'] }, db: { on: 'back', mounts: ['data:/b:ro'] } } }, pair: ['web', 'db'], verdict: 'blocked', channel: { via: 'data/in/put' } },
  ],
  R612: { says: 'a folder and what is below it', given: { containers: { web: { on: 'front', mounts: ['/srv:/a'] }, db: { on: 'back', mounts: ['/srv/data:/b:ro'] } } }, pair: ['web', 'db'], verdict: 'blocked', channel: { layer: 'data', kind: 'bind', via: '/srv/data' } },
  R613: [
    { says: 'a volume and the folder it is kept in', given: { volumes: { data: {} }, containers: { web: { on: 'front', mounts: ['/var/lib/docker/volumes:/v'] }, db: { on: 'back', mounts: ['data:/b:ro'] } } }, pair: ['web', 'db'], verdict: 'blocked', channel: { layer: 'data', kind: 'volume-folder', via: '/var/lib/docker/volumes/data/_data' } },
    { says: 'a volume that binds a folder', given: { volumes: { data: { type: 'none', o: 'rw,bind', device: '/srv/data/' } }, containers: { web: { on: 'front', mounts: ['data/in:/a'] }, db: { on: 'back', mounts: ['/srv:/b:ro'] } } }, pair: ['web', 'db'], verdict: 'blocked', channel: { via: '/srv/data/in' } },
    { says: 'a folder above all volumes, in which each shows what it binds', given: { volumes: { data: { o: 'bind', device: '/srv' } }, containers: { web: { on: 'front', mounts: ['/var/lib/docker:/v'] }, db: { on: 'back', mounts: ['/srv:/b:ro'] } } }, pair: ['web', 'db'], verdict: 'blocked', channel: { kind: 'volume-folder', via: '/srv' } },
    { says: 'two volumes that bind the same', given: { volumes: { one: { o: 'bind', device: '/srv' }, two: { o: 'bind', device: '/srv' } }, containers: { web: { on: 'front', mounts: ['one:/a'] }, db: { on: 'back', mounts: ['two:/b'] } } }, pair: ['web', 'db'], verdict: 'blocked', channel: { via: '/srv' } },
  ],
  R614: [
    { says: 'a read-only folder above a volume, on an old engine', given: { engine: { version: '20.10.24' }, volumes: { data: {} }, containers: { web: { on: 'front', mounts: ['/:/machine:ro'] }, db: { on: 'back', mounts: ['data:/b'] } } }, pair: ['web', 'db'], verdict: 'blocked', channel: { layer: 'data', kind: 'bind', verdict: 'unknown' } },
    { says: 'in which a volume shows what it binds', given: { engine: { version: '24.0.7' }, volumes: { data: { o: 'bind', device: '/srv' } }, containers: { web: { on: 'front', mounts: ['/var/lib/docker:/v:ro'] }, db: { on: 'back', mounts: ['/srv:/b:ro'] } } }, pair: ['web', 'db'], verdict: 'blocked', channel: { via: '/srv', verdict: 'unknown' } },
  ],
  R621: [
    { says: 'the engine’s socket, even read-only', given: { containers: { web: { on: 'none', mounts: ['/var/run/docker.sock:/s:ro'] }, db: 'back' } }, pair: ['web', 'db'], verdict: 'blocked', channel: { layer: 'control', kind: 'docker-sock', via: '/var/run/docker.sock' } },
    { says: 'also over the machine', given: { containers: { web: { on: 'front', mounts: ['/run:/run'] } } }, pair: ['web', 'host'], verdict: 'open', channel: { layer: 'control' } },
    { says: 'by way of a volume', given: { volumes: { sock: { o: 'bind', device: '/var/run' } }, containers: { web: { on: 'front', mounts: ['sock:/run'] } } }, pair: ['web', 'host'], verdict: 'open', channel: { via: '/var/run' } },
    { says: 'under another name, where the container says so', given: { containers: { web: { on: 'front', mounts: ['/srv/engine.sock:/e.sock'], environment: { DOCKER_HOST: 'unix:///e.sock' } } } }, pair: ['web', 'host'], verdict: 'open', channel: { via: '/srv/engine.sock' } },
  ],
  R622: { says: 'privileged', given: { containers: { web: { on: 'front', privileged: true }, db: 'back' } }, pair: ['web', 'db'], verdict: 'blocked', channel: { layer: 'control', kind: 'privileged' } },
  R623: [
    { says: 'shared process ids, both ways', given: { containers: { web: { on: 'front', pidMode: 'container:db' }, db: 'back' } }, pair: ['db', 'web'], verdict: 'blocked', channel: { layer: 'control', kind: 'pid' } },
    { says: 'of two who joined a third', given: { containers: { web: { on: 'front', pidMode: 'container:app' }, db: { on: 'back', pidMode: 'container:web' }, app: 'none' } }, pair: ['db', 'app'], verdict: 'blocked', channel: { kind: 'pid' } },
    { says: 'the machine’s process ids', given: { containers: { web: { on: 'front', pidMode: 'host' }, db: 'back' } }, pair: ['web', 'db'], verdict: 'blocked', channel: { layer: 'control', via: 'host' } },
  ],
  R624: [
    { says: 'shared memory', given: { containers: { web: { on: 'front', ipcMode: 'container:db' }, db: 'back' } }, pair: ['web', 'db'], verdict: 'blocked', channel: { layer: 'control', kind: 'ipc' } },
    { says: 'that of the machine', given: { containers: { web: { on: 'front', ipcMode: 'host' }, db: { on: 'back', ipcMode: 'host' } } }, pair: ['web', 'db'], verdict: 'blocked', channel: { kind: 'ipc' } },
    { says: 'with the machine', given: { containers: { web: { on: 'front', ipcMode: 'host' } } }, pair: ['web', 'host'], verdict: 'open', channel: { kind: 'ipc' } },
  ],
  R625: { says: 'SYS_ADMIN', given: { containers: { web: { on: 'front', capAdd: ['SYS_ADMIN'] }, db: 'back' } }, pair: ['web', 'db'], verdict: 'blocked', channel: { layer: 'control', kind: 'capability', via: 'SYS_ADMIN' } },
  R626: [
    { says: 'SYS_MODULE', given: { containers: { web: { on: 'front', capAdd: ['ALL'], capDrop: ['SYS_ADMIN'] } } }, pair: ['web', 'host'], verdict: 'open', channel: { kind: 'capability', via: 'SYS_MODULE' } },
    { says: 'outside of user namespaces', given: { engine: { userNamespaces: true }, containers: { web: { on: 'front', capAdd: ['SYS_MODULE'], usesHostUsers: true } } }, pair: ['web', 'host'], verdict: 'open', channel: { via: 'SYS_MODULE' } },
  ],
  R627: { says: 'DAC_READ_SEARCH', given: { containers: { web: { on: 'front', capAdd: ['DAC_READ_SEARCH'] }, db: 'back' } }, pair: ['web', 'db'], verdict: 'blocked', channel: { kind: 'capability', via: 'DAC_READ_SEARCH' } },
  R628: { says: 'NET_ADMIN in host mode', given: { containers: { web: { on: 'host', capAdd: ['NET_ADMIN'] }, db: 'back' } }, pair: ['web', 'db'], verdict: 'open', channel: { layer: 'control', kind: 'capability', via: 'NET_ADMIN' } },
  R629: { says: 'NET_ADMIN in a shared stack', given: side({ capAdd: ['NET_ADMIN'] }), pair: ['sidecar', 'app'], verdict: 'open', channel: { layer: 'control', kind: 'capability' } },
  R630: { says: 'NET_ADMIN on a shared network', given: { containers: { web: { on: 'front', capAdd: ['NET_ADMIN'] }, db: 'front' } }, pair: ['web', 'db'], verdict: 'open', channel: { layer: 'control', kind: 'capability', via: 'front' } },
  R631: [
    { says: 'commands sent through one who holds the socket', given: { containers: { web: { on: 'front', environment: { DOCKER_HOST: 'tcp://gate:2375' } }, gate: { on: 'front', mounts: ['/var/run/docker.sock:/var/run/docker.sock:ro'] }, db: 'back' } }, pair: ['web', 'db'], verdict: 'blocked', channel: { layer: 'control', kind: 'docker-api', via: 'gate' } },
    { says: 'named by address', given: { containers: { web: { on: 'front', environment: { DOCKER_HOST: 'tcp://10.0.1.3:2375' } }, xgate: { on: 'front', mounts: ['/run:/run'] } } }, pair: ['web', 'host'], verdict: 'open', channel: { kind: 'docker-api', via: 'xgate' } },
  ],
  R632: [
    { says: 'commands sent to the machine', given: { containers: { web: { on: 'front', environment: { DOCKER_HOST: 'tcp://10.0.1.1:2375' } }, db: 'back' } }, pair: ['web', 'db'], verdict: 'blocked', channel: { layer: 'control', kind: 'docker-api', via: '10.0.1.1', verdict: 'unknown' } },
    { says: 'from host mode to itself', given: { containers: { web: { on: 'host', environment: { DOCKER_HOST: 'tcp://localhost:2375' } } } }, pair: ['web', 'host'], verdict: 'open', channel: { via: 'localhost', verdict: 'unknown' } },
  ],
  R633: { says: 'SYS_PTRACE with shared process ids', given: { containers: { web: { on: 'front', pidMode: 'container:db', capAdd: ['SYS_PTRACE'] }, db: 'back' } }, pair: ['web', 'db'], verdict: 'blocked', channel: { layer: 'control', kind: 'capability', via: 'SYS_PTRACE' } },
  R634: { says: 'forged packets past a rule', given: { containers: { web: 'front', db: 'front' } }, pair: ['web', 'db'], verdict: 'blocked', denials: [deny('web', 'db')] },

  R801: { says: 'a plugin’s network', given: { networks: { mesh: { driver: 'weave' } }, containers: { web: 'mesh', db: 'mesh' } }, pair: ['web', 'db'], verdict: 'unknown', channel: { kind: 'weave', via: 'mesh' } },
  R803: [
    { says: 'a macvlan mode of its own', given: onLan({ web: 'lan', db: 'lan' }, { macvlan_mode: 'source' }), pair: ['web', 'db'], verdict: 'unknown' },
    { says: 'who has one may get anywhere', given: onLan({ web: 'lan', db: 'back' }, { driver: 'ipvlan', ipvlan_mode: 'l4' }), pair: ['web', 'db'], verdict: 'unknown' },
    { says: 'and be reached from anywhere', given: onLan({ web: 'lan' }, { macvlan_mode: 'source' }), pair: ['internet', 'web'], verdict: 'unknown' },
    { says: 'another known way decides', given: onLan({ web: 'lan front', db: 'lan front' }, { macvlan_mode: 'source' }), pair: ['web', 'db'], verdict: 'open' },
  ],
  R804: { says: 'a network the engine does not list', given: twoNets, pair: ['web', 'db'], verdict: 'unknown' },
  R805: [
    { says: 'gateway_mode on the target’s network, where its effect was not measured', given: behind(mode('routed'), {}, { engine: { version: '27.5.1' } }), pair: ['web', 'db'], verdict: 'unknown' },
    { says: 'on the way to the machine', given: { networks: { front: { options: { ...INHIBITED, name: 'br0' } } }, containers: { web: 'front' } }, pair: ['web', 'host'], verdict: 'unknown' },
    { says: 'on the way from the machine', given: { engine: { hostAddresses: ['10.0.1.9'] }, networks: { front: { options: INHIBITED } }, containers: { web: 'front' } }, pair: ['host', 'web'], verdict: 'unknown' },
    { says: 'on the way out', given: { networks: { front: { options: { gateway_mode_ipv4: 'novel' } } }, containers: { web: 'front' } }, pair: ['web', 'internet'], verdict: 'unknown' },
    { says: 'on the way in', given: { networks: { front: { options: { gateway_mode_ipv4: 'isolated' } } }, containers: { web: 'front' } }, pair: ['lan', 'web'], verdict: 'unknown' },
  ],
  R806: { says: 'trusted interfaces, to what is published', given: behind({ trusted_host_interfaces: 'eth1' }, { publish: ['127.0.0.1:8080:80'] }), pair: ['lan', 'db'], verdict: 'unknown', channel: { address: '10.0.2.2', ports: ['tcp/80'] } },
  R810: (['db', 'internet', 'agent'] as const).map((to) => ({ says: `Podman without root, towards ${to}`, given: { engine: { kind: 'podman', rootless: true }, containers: { web: 'front', db: 'back', agent: 'host' } } as const, pair: ['web', to] as const, verdict: 'unknown' as const })),
  R811: [
    { says: 'a rootless engine’s machine', given: { engine: { rootless: true }, containers: { web: 'front' } }, pair: ['host', 'web'], verdict: 'unknown' },
    { says: 'which is not the stack of host mode', given: { engine: { rootless: true }, containers: { agent: 'host' } }, pair: ['agent', 'host'], verdict: 'unknown' },
  ],
  R812: [
    { says: 'not at a gateway of a rootless engine', given: { engine: { rootless: true, userlandProxy: true }, containers: { web: 'front', db: { on: 'back', publish: ['8080:80'] } } }, pair: ['web', 'db'], verdict: 'unknown', channel: { kind: 'published', address: '10.0.1.1', verdict: 'blocked' } },
    { says: 'nor from host mode', given: { engine: { rootless: true, userlandProxy: true }, containers: { agent: 'host', db: { on: 'back', publish: ['8080:80'] } } }, pair: ['agent', 'db'], verdict: 'open', channel: { kind: 'published', address: '10.0.1.1', verdict: 'blocked' } },
  ],
  R813: [
    { says: 'by the machine around a rootless engine', given: { engine: { rootless: true, userlandProxy: true }, containers: { web: 'front', db: { on: 'back', publish: ['8080:80'] } } }, pair: ['web', 'db'], verdict: 'unknown', channel: { kind: 'published', address: '', verdict: 'unknown' } },
    { says: 'whatever is denied', given: { engine: { rootless: true, userlandProxy: true }, containers: { web: 'front', db: { on: 'front', publish: ['8080:80'] } } }, pair: ['web', 'db'], denials: [deny('web', 'db')], verdict: 'unknown', channel: { kind: 'published', address: '', verdict: 'unknown' } },
  ],

  R820: [
    { says: 'a rule on the way out', given: { ...twoNets, ...walled('-A FORWARD -i br-front -o eth0 -j DROP') }, pair: ['web', 'internet'], verdict: 'blocked', channel: { kind: 'egress', via: 'front', verdict: 'blocked' } },
    { says: 'an answer that is stopped is a way that is shut to all but datagrams', given: { ...twoNets, ...walled('-A FORWARD -o br-front -j DROP') }, pair: ['web', 'internet'], verdict: 'partial', channel: { kind: 'egress', verdict: 'blocked', except: ['udp'] } },
    { says: 'a default on the way to the machine', given: { ...twoNets, ...walled(':INPUT DROP [0:0]') }, pair: ['web', 'host'], verdict: 'blocked', channel: { kind: 'gateway', address: '10.0.1.1' } },
    { says: 'ports that are let in are left', given: { ...twoNets, ...walled(':INPUT DROP [0:0]', '-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT') }, pair: ['web', 'host'], verdict: 'partial', channel: { address: '10.0.1.1', verdict: 'blocked', except: ['tcp/22'] } },
    { says: 'docker-proxy is behind that default', given: { ...published('8080:80'), engine: { firewall: filtered(iptables(':INPUT DROP [0:0]')) } }, pair: ['web', 'db'], verdict: 'blocked', channel: { kind: 'published', address: '198.51.100.2', ports: ['tcp/8080'] } },
    { says: 'what is redirected is not', given: { ...published('8080:80'), engine: { version: '29.0.1', firewall: filtered(iptables('-A FORWARD -p tcp -m conntrack --ctorigdstport 8080 --ctdir ORIGINAL -j DROP')) } }, pair: ['web', 'db'], verdict: 'blocked', channel: { kind: 'published', address: '10.0.1.1' } },
    { says: 'inside a bridge where the machine looks in', given: { ...INSIDE, engine: { firewall: filtered(iptables('-A FORWARD -s 10.0.1.2/32 -p tcp -m tcp --dport 5432 -j REJECT'), {}, { bridged4: true }) } }, pair: ['web', 'db'], verdict: 'partial', channel: { address: '10.0.1.3', ports: ['tcp/5432'], verdict: 'blocked' } },
    { says: 'the network around, at the machine', given: { engine: { hostAddresses: ['198.51.100.2'], firewall: filtered(iptables('-A INPUT -i eth0 -j DROP')) } }, pair: ['lan', 'host'], verdict: 'blocked' },
    { says: 'the routing mesh, which leads through the machine', given: meshed('8080:80', 'front', { firewall: filtered(iptables('-A FORWARD -p tcp -m conntrack --ctorigdstport 8080 --ctdir ORIGINAL -j DROP')) }), pair: ['web', 'shop'], verdict: 'blocked', channel: { kind: 'ingress', address: '10.0.4.1', verdict: 'blocked' } },
    { says: 'from around the machine', given: meshed('8080:80', 'front', { firewall: filtered(iptables('-A FORWARD -i eth0 -j DROP')) }), pair: ['lan', 'shop'], verdict: 'blocked', channel: { kind: 'ingress', verdict: 'blocked' } },
  ],
  R821: { says: 'let through before the engine’s walls, both ways', given: { ...twoNets, engine: { version: '26.1.5', firewall: filtered(iptables(...ISOLATION, '-A DOCKER-USER -s 10.0.1.0/24 -d 10.0.2.0/24 -j ACCEPT', '-A DOCKER-USER -d 10.0.1.0/24 -s 10.0.2.0/24 -j ACCEPT')) } }, pair: ['web', 'db'], verdict: 'open', channel: { via: 'back', address: '10.0.2.2', verdict: 'open' } },
  R822: [
    { says: 'a match that cannot be evaluated', given: { ...twoNets, ...walled('-A FORWARD -i br-front -m u32 --u32 0x0 -j DROP') }, pair: ['web', 'internet'], verdict: 'unknown', channel: { kind: 'egress', verdict: 'unknown' } },
    { says: 'for the ports it is about', given: { ...twoNets, ...walled('-A INPUT -p udp -m udp --dport 53 -m hashlimit -j DROP') }, pair: ['web', 'host'], verdict: 'partial', channel: { address: '10.0.1.1', ports: ['udp/53'], verdict: 'unknown' } },
    { says: 'some of the addresses outside', given: { ...twoNets, ...walled('-A FORWARD -d 192.168.0.0/16 -j DROP') }, pair: ['web', 'lan'], verdict: 'unknown' },
    { says: 'what may open a wall', given: { ...twoNets, engine: { version: '26.1.5', firewall: filtered(iptables(...ISOLATION, '-A DOCKER-USER -m time --weekdays Mon -j ACCEPT')) } }, pair: ['web', 'db'], verdict: 'unknown' },
  ],
  R823: [
    { says: 'a rule in the target’s own stack', given: { ...INSIDE, engine: { firewall: filtered(iptables(), { db: iptables('-A INPUT -s 10.0.1.2/32 -j DROP') }) } }, pair: ['web', 'db'], verdict: 'blocked', channel: { address: '10.0.1.3', verdict: 'blocked' } },
    { says: 'of a neighbour on an overlay', given: mesh({ engine: { firewall: filtered(iptables(), { db: iptables('-A INPUT -s 10.0.1.2/32 -j DROP') }) } }), pair: ['web', 'db'], verdict: 'blocked', channel: { kind: 'overlay', address: '10.0.1.3', verdict: 'blocked' } },
    { says: 'of the one task behind a service’s own address', given: mesh({ engine: { firewall: filtered(iptables(), { one: iptables('-A INPUT -p tcp -j DROP') }) }, containers: { web: 'mesh docker_gwbridge', one: task }, services: { shop: { on: 'mesh' } } }), pair: ['web', 'shop'], verdict: 'partial', channel: { kind: 'vip', verdict: 'blocked', ports: ['tcp'] } },
  ],
  R824: { says: 'one that cannot be evaluated', given: { ...INSIDE, engine: { firewall: filtered(iptables(), { web: iptables('-A OUTPUT -m owner --uid-owner 1000 -j REJECT') }) } }, pair: ['web', 'db'], verdict: 'unknown' },
  R825: { says: 'the firewall is known to let the network around in', given: walled(), pair: ['lan', 'host'], verdict: 'open', channel: { kind: 'host-mode', address: '198.51.100.2' } },
  R826: { says: 'the internet may come so far or not', given: walled('-A INPUT -i wlan0 -j DROP'), pair: ['internet', 'host'], verdict: 'unknown', channel: { address: '2001:db8::2' } },
  R827: { says: 'rules that could not be read', given: { ...twoNets, engine: { firewall: filtered(iptables(), {}, { host: { chains: [], unread: [{ what: 'the legacy iptables tables filter', level: 'ip' }] } }) } }, pair: ['web', 'internet'], verdict: 'unknown' },
  R828: { says: 'a redirection of somebody else’s', given: { ...twoNets, engine: { firewall: filtered(['*nat', ':PREROUTING ACCEPT [0:0]', '-A PREROUTING -i br-front -p tcp -j REDIRECT --to-ports 15001', 'COMMIT'].join('\n')) } }, pair: ['web', 'internet'], verdict: 'partial', channel: { kind: 'egress', verdict: 'unknown', ports: ['tcp'] } },
  R840: [
    { says: 'an overlay is beside the machine’s filters', given: mesh({ engine: { firewall: filtered(iptables('-A FORWARD -j DROP', '-A INPUT -j DROP')) } }), pair: ['web', 'db'], verdict: 'open', channel: { kind: 'overlay', address: '10.0.1.3' } },
    { says: 'one overlay network', given: mesh({}), pair: ['web', 'db'], verdict: 'open', channel: { kind: 'overlay', via: 'mesh', address: '10.0.1.3' } },
    { says: 'at an address that is a service’s own too, without IPVS', given: twice(200, { engine: { ipvs: false } }), pair: ['web', 'db'], verdict: 'open', channel: { kind: 'overlay', address: '10.0.1.200' } },
    { says: 'encrypted or not: here nothing leaves the machine', given: { networks: { mesh: { driver: 'overlay', encrypted: true } }, containers: { web: 'mesh', db: 'mesh' } }, pair: ['web', 'db'], verdict: 'open' },
  ],
  R841: { says: 'an internal overlay network', given: { networks: { vault: { driver: 'overlay', internal: true } }, containers: { web: 'vault', db: 'vault' } }, pair: ['web', 'db'], verdict: 'open', channel: { kind: 'overlay', address: '10.0.1.3' } },
  R842: [
    { says: 'two overlay networks are separate', given: mesh({ containers: { web: 'mesh docker_gwbridge', db: 'other docker_gwbridge' } }), pair: ['web', 'db'], verdict: 'blocked', channel: { kind: 'overlay', address: '10.0.3.2' } },
    { says: 'nor does the machine get in', given: mesh({}), pair: ['host', 'db'], verdict: 'open', channel: { kind: 'overlay', address: '10.0.1.3', verdict: 'blocked' } },
    { says: 'nor a bridge', given: mesh({ containers: { web: 'front', db: 'mesh docker_gwbridge' } }), pair: ['web', 'db'], verdict: 'blocked' },
    { says: 'a service’s own address is one of the overlay', given: mesh({ containers: { web: 'front', one: task }, services: { shop: { on: 'mesh' } } }), pair: ['web', 'shop'], verdict: 'blocked', channel: { kind: 'vip', address: '10.0.1.200' } },
    { says: 'a service without one: its tasks’', given: mesh({ containers: { web: 'front' }, services: { shop: { on: 'mesh', mode: 'dnsrr', elsewhere: 2 } } }), pair: ['web', 'shop'], verdict: 'blocked', channel: { kind: 'overlay', address: '10.0.1.100' } },
  ],
  R843: { says: 'the routing mesh’s own network', given: mesh({ containers: { web: 'ingress docker_gwbridge', db: 'ingress docker_gwbridge' } }), pair: ['web', 'db'], verdict: 'blocked', channel: { kind: 'ingress', via: 'ingress' } },
  R844: [
    { says: 'a service’s own address', given: mesh({ containers: { web: 'mesh docker_gwbridge', one: task }, services: { shop: { on: 'mesh' } } }), pair: ['web', 'shop'], verdict: 'open', channel: { kind: 'vip', via: 'mesh', address: '10.0.1.200' } },
    { says: 'whose tasks are elsewhere', given: mesh({ services: { shop: { on: 'mesh', elsewhere: 1 } } }), pair: ['web', 'shop'], verdict: 'open', channel: { kind: 'vip' } },
    { says: 'called by tasks elsewhere', given: mesh({ containers: { one: task }, services: { shop: { on: 'mesh' }, far: { on: 'mesh', elsewhere: 1 } } }), pair: ['far', 'shop'], verdict: 'open', channel: { kind: 'vip' } },
    { says: 'by a service’s task here', given: mesh({ containers: { one: task, two: { on: 'mesh docker_gwbridge', task: 'cart' } }, services: { shop: { on: 'mesh' }, cart: { on: 'mesh' } } }), pair: ['cart', 'shop'], verdict: 'open', channel: { kind: 'vip' } },
  ],
  R845: { says: 'a service’s own address with nobody behind', given: mesh({ services: { shop: { on: 'mesh' } } }), pair: ['web', 'shop'], verdict: 'blocked', channel: { kind: 'vip' } },
  R846: { says: 'without IPVS in the kernel', given: mesh({ engine: { ipvs: false }, containers: { web: 'mesh docker_gwbridge', one: task }, services: { shop: { on: 'mesh' } } }), pair: ['web', 'shop'], verdict: 'open', channel: { kind: 'vip', verdict: 'blocked' } },
  R847: [
    { says: 'a way out that is not told', given: { networks: { mesh: { driver: 'overlay' } }, containers: { web: 'mesh' } }, pair: ['web', 'internet'], verdict: 'unknown', channel: { kind: 'egress' } },
    { says: 'nor a way to the machine', given: { networks: { mesh: { driver: 'overlay' } }, containers: { web: 'mesh' } }, pair: ['web', 'host'], verdict: 'unknown' },
  ],
  R848: [
    { says: 'encryption between nodes', given: mesh({ networks: { mesh: { driver: 'overlay', encrypted: true } }, services: { shop: { on: 'mesh', elsewhere: 1 } } }), pair: ['web', 'shop'], verdict: 'unknown', channel: { kind: 'vip' } },
    { says: 'the other way', given: mesh({ networks: { mesh: { driver: 'overlay', encrypted: true } }, services: { shop: { on: 'mesh', elsewhere: 1 } } }), pair: ['shop', 'web'], verdict: 'unknown' },
  ],
  R849: { says: 'a worker does not know what its tasks publish', given: mesh({ engine: { swarm: true, swarmManager: false }, containers: { web: 'front', one: { on: 'ingress docker_gwbridge', task: 'shop' } } }), pair: ['web', 'one'], verdict: 'unknown' },
  R850: { says: 'a task on another node', given: mesh({ services: { shop: { on: 'mesh', mode: 'dnsrr', elsewhere: 2 } } }), pair: ['web', 'shop'], verdict: 'open', channel: { kind: 'overlay', address: '10.0.1.101' } },
  R851: [
    { says: 'the routing mesh, from any network', given: meshed('8080:80', 'front'), pair: ['web', 'shop'], verdict: 'partial', channel: { kind: 'ingress', address: '10.0.4.1', ports: ['tcp/8080'] } },
    { says: 'so to its task', given: meshed('8080:80', 'front'), pair: ['web', 'one'], verdict: 'partial', channel: { kind: 'ingress', address: '198.51.100.2' } },
    { says: 'from the machine', given: meshed('8080:80', 'front'), pair: ['host', 'shop'], verdict: 'open', channel: { kind: 'ingress', address: '127.0.0.1' } },
    { says: 'from the network around it', given: meshed('8080:80', 'front'), pair: ['lan', 'shop'], verdict: 'partial', channel: { kind: 'ingress', address: '198.51.100.2' } },
    { says: 'to tasks elsewhere too', given: mesh({ containers: { web: 'front' }, services: { shop: { on: 'mesh', publish: ['8080:80'], elsewhere: 1 } } }), pair: ['web', 'shop'], verdict: 'partial', channel: { kind: 'ingress' } },
  ],
  R852: { says: 'the routing mesh with nobody behind', given: mesh({ containers: { web: 'front' }, services: { shop: { on: 'mesh', publish: ['8080:80'] } } }), pair: ['web', 'shop'], verdict: 'blocked', channel: { kind: 'ingress' } },
  R853: { says: 'the routing mesh without IPVS', given: meshed('8080:80', 'front', { ipvs: false }), pair: ['web', 'shop'], verdict: 'blocked', channel: { kind: 'ingress' } },
  R854: { says: 'the routing mesh over IPv6', given: meshed('8080:80', 'front'), pair: ['lan', 'shop'], verdict: 'partial', channel: { kind: 'ingress', address: '2001:db8::2', verdict: 'blocked' } },
  R855: { says: 'tasks elsewhere reach who is here', given: mesh({ services: { shop: { on: 'mesh', elsewhere: 1 } } }), pair: ['shop', 'db'], verdict: 'open', channel: { kind: 'overlay', address: '10.0.1.3' } },
  R856: { says: 'a service without tasks sends nothing', given: mesh({ services: { shop: { on: 'mesh' } } }), pair: ['shop', 'db'], verdict: 'blocked' },
  R857: { says: 'nor answers', given: mesh({ services: { shop: { on: 'mesh', publish: ['8080:80'] } } }), pair: ['lan', 'shop'], verdict: 'blocked' },
  R858: [
    { says: 'published where its tasks are, and none is here', given: mesh({ services: { shop: { on: 'mesh', publish: ['8080:80 host'], elsewhere: 1 } } }), pair: ['lan', 'shop'], verdict: 'unknown', channel: { ports: ['tcp/8080'] } },
    { says: 'on the bridges of another machine', given: mesh({ services: { shop: { mode: 'dnsrr', elsewhere: 1 } } }), pair: ['web', 'shop'], verdict: 'unknown' },
  ],
  R859: { says: 'what tasks elsewhere reach', given: mesh({ services: { shop: { on: 'mesh', elsewhere: 1 } } }), pair: ['shop', 'internet'], verdict: 'unknown' },
  R860: { says: 'a service by its name', given: mesh({ containers: { web: 'mesh docker_gwbridge', one: task }, services: { shop: { on: 'mesh', aliases: ['s'] } } }), pair: ['web', 'shop'], verdict: 'open', channel: { layer: 'name', via: 'mesh' } },
  R861: { says: 'its tasks by name', given: mesh({ services: { shop: { on: 'mesh', mode: 'dnsrr', elsewhere: 1 } } }), pair: ['web', 'shop'], verdict: 'open', channel: { layer: 'name', via: 'mesh' } },
  R862: [
    { says: 'the routing mesh of other nodes', given: meshed('8080:80', 'front', others), pair: ['web', 'shop'], verdict: 'partial', channel: { kind: 'ingress', address: '198.51.101.2', verdict: 'unknown' } },
    { says: 'whatever this one can', given: meshed('8080:80', 'front', { ...others, ipvs: false }), pair: ['host', 'shop'], verdict: 'open', channel: { kind: 'ingress', address: '198.51.101.2' } },
  ],
  R863: [
    { says: 'who is outside goes past this machine', given: meshed('8080:80', 'front', others), pair: ['lan', 'one'], verdict: 'partial', channel: { kind: 'ingress', address: '198.51.101.2', verdict: 'unknown' } },
    { says: 'and past what it denies', given: meshed('8080:80', 'front', others), pair: ['lan', 'shop'], denials: [deny('lan', 'shop')], verdict: 'unknown', channel: { kind: 'ingress', address: '198.51.101.2', verdict: 'unknown' } },
    { says: 'also where ports are in host mode', given: mesh({ engine: others, services: { shop: { on: 'mesh', publish: ['8080:80 host'], elsewhere: 1 } } }), pair: ['lan', 'shop'], denials: [deny('lan', 'shop')], verdict: 'unknown', channel: { kind: 'published' } },
  ],
  R864: [
    { says: 'a container at a service’s own address', given: twice(200), pair: ['web', 'db'], verdict: 'unknown', channel: { kind: 'overlay', address: '10.0.1.200' } },
    { says: 'the service at that address', given: twice(200), pair: ['web', 'shop'], verdict: 'open', channel: { kind: 'vip', address: '10.0.1.200', verdict: 'unknown' } },
    { says: 'an internal overlay too', given: twice(200, { networks: { mesh: { driver: 'overlay', internal: true } } }), pair: ['web', 'db'], verdict: 'unknown', channel: { address: '10.0.1.200' } },
    { says: 'a container at the address of a task elsewhere', given: twice(100), pair: ['web', 'db'], verdict: 'unknown', channel: { address: '10.0.1.100' } },
    { says: 'the task elsewhere', given: twice(100), pair: ['web', 'shop'], verdict: 'open', channel: { kind: 'overlay', address: '10.0.1.100', verdict: 'unknown' } },
    { says: 'called from elsewhere', given: twice(200, { containers: { db: { ...member, host: 200 } } }), pair: ['shop', 'db'], verdict: 'unknown', channel: { kind: 'overlay', address: '10.0.1.200' } },
  ],
  R865: [
    { says: 'from an address that is a service’s own too', given: twice(200), pair: ['db', 'web'], verdict: 'unknown', channel: { kind: 'overlay', address: '10.0.1.2' } },
    { says: 'from one that only tasks elsewhere have', given: twice(100, { services: { shop: { on: 'mesh', elsewhere: 1 } }, containers: { web: member, db: { ...member, host: 100 } } }), pair: ['shop', 'web'], verdict: 'unknown', channel: { kind: 'overlay', address: '10.0.1.2' } },
  ],

  R870: [
    { says: 'two networks of Podman', given: { ...podman, containers: { web: 'front', db: 'back' } }, pair: ['web', 'db'], verdict: 'unknown', channel: { via: 'back', address: '10.0.2.2' } },
    { says: 'and what is published on the other', given: { ...podman, containers: { web: 'front', db: { on: 'back', publish: ['8080:80'] } } }, pair: ['web', 'db'], verdict: 'unknown', channel: { kind: 'published', address: '10.0.1.1' } },
  ],
  R871: { says: 'published by Podman, called from the same network', given: { ...podman, containers: { web: 'front', db: { on: 'front', publish: ['8080:80'] } } }, pair: ['web', 'db'], verdict: 'open', channel: { kind: 'published', address: '198.51.100.2' } },
  R872: { says: 'published by Podman, at ::1', given: { ...podman, networks: { back: { ipv6: true } }, containers: { db: { on: 'back', publish: ['8080:80'] } } }, pair: ['host', 'db'], verdict: 'open', channel: { address: '::1', verdict: 'blocked' } },
  R873: (['web', 'lan', 'host'] as const).map((from) => ({ says: `published at 0.0.0.0 by name, from ${from}`, given: { ...podman, containers: { web: 'front', db: { on: 'front', publish: ['0.0.0.0:8080:80'] } } } as const, pair: [from, 'db'] as const, verdict: from === 'lan' ? ('unknown' as const) : ('open' as const), channel: { kind: 'published', verdict: 'unknown' as const } })),
  R874: { says: 'Podman and who has a route', given: { ...podman, containers: { db: 'back' } }, pair: ['lan', 'db'], verdict: 'unknown', channel: { address: '10.0.1.2' } },

  R901: { says: 'a held rule', given: { containers: { web: 'front', db: { on: 'front', publish: ['8080:80'] } } }, pair: ['web', 'db'], verdict: 'blocked', denials: [deny('web', 'db')], channel: { kind: 'bridge', verdict: 'blocked' } },
  R902: [
    { says: 'who shares the stack of the target', given: side({}), pair: ['web', 'sidecar'], verdict: 'blocked', denials: [deny('web', 'app')] },
    { says: 'who shares the stack of the sender', given: side({}), pair: ['sidecar', 'web'], verdict: 'blocked', denials: [deny('app', 'web')] },
    { says: 'host mode, when the machine is denied', given: { containers: { web: 'front', agent: 'host' } }, pair: ['web', 'agent'], verdict: 'blocked', denials: [deny('web', 'host')] },
    { says: 'host mode, when the machine is kept out', given: { containers: { web: 'front', agent: 'host' } }, pair: ['agent', 'web'], verdict: 'blocked', denials: [deny('host', 'web'), deny('agent', 'web', 'impossible')] },
  ],
  R903: { says: 'a rule on its way', given: { containers: { web: 'front', db: 'front' } }, pair: ['web', 'db'], verdict: 'open', denials: [deny('web', 'db', 'pending')] },
  R904: { says: 'a rule that failed', given: { containers: { web: 'front', db: 'front' } }, pair: ['web', 'db'], verdict: 'open', denials: [deny('web', 'db', 'failed')] },
  R905: { says: 'against itself', given: twoNets, pair: ['web', 'web'], verdict: 'open', denials: [deny('web', 'web', 'impossible')] },
  R906: { says: 'inside one stack', given: side({}), pair: ['sidecar', 'app'], verdict: 'open', denials: [deny('sidecar', 'app', 'impossible')] },
  R907: { says: 'towards host mode', given: { containers: { web: 'front', agent: 'host' } }, pair: ['web', 'agent'], verdict: 'open', denials: [deny('web', 'agent', 'impossible')] },
  R908: { says: 'from host mode', given: { containers: { web: 'front', agent: 'host' } }, pair: ['agent', 'web'], verdict: 'open', denials: [deny('agent', 'web', 'impossible')] },
  R909: [
    { says: 'a held rule about one port', given: INSIDE, pair: ['web', 'db'], verdict: 'partial', denials: [deny('web', 'db', 'held', ['tcp/5432', 'udp'])], channel: { kind: 'bridge', ports: ['tcp/5432', 'udp'], verdict: 'blocked' } },
    { says: 'that port where it is published', given: { containers: { web: 'front', db: { on: 'back', publish: ['8080:80', '8081:81'] } } }, pair: ['web', 'db'], verdict: 'partial', denials: [deny('web', 'db', 'held', ['tcp/80'])], channel: { kind: 'published', address: '10.0.1.1', ports: ['tcp/8080'], verdict: 'blocked' } },
    { says: 'all that is published', given: { containers: { web: 'front', db: { on: 'back', publish: ['8080:80', '8081:81'] } } }, pair: ['web', 'db'], verdict: 'blocked', denials: [deny('web', 'db', 'held', ['tcp/80-81'])], channel: { kind: 'published', address: '10.0.1.1', ports: ['tcp/8080', 'tcp/8081'], verdict: 'blocked' } },
    { says: 'from the network around', given: { containers: { db: { on: 'back', publish: ['8080:80', '8081:81'] } } }, pair: ['lan', 'db'], verdict: 'partial', denials: [deny('lan', 'db', 'held', ['tcp/80'])], channel: { kind: 'published', ports: ['tcp/8080'], verdict: 'blocked' } },
    { says: 'out to the internet', given: INSIDE, pair: ['web', 'internet'], verdict: 'partial', denials: [deny('web', 'internet', 'held', ['tcp/25'])], channel: { kind: 'egress', ports: ['tcp/25'], verdict: 'blocked' } },
  ],
  R910: { says: 'a rule with exceptions', given: INSIDE, pair: ['web', 'db'], verdict: 'partial', denials: [denyAllBut('web', 'db', ['tcp/5432'])], channel: { kind: 'bridge', except: ['tcp/5432'], verdict: 'blocked' } },
  R911: { says: 'an isolated container', given: INSIDE, pair: ['web', 'db'], verdict: 'blocked', denials: [{ ...deny('web', 'db'), policy: 'isolated: container:db' }], channel: { kind: 'bridge', verdict: 'blocked' } },
  R912: { says: 'kept from the internet', given: INSIDE, pair: ['web', 'internet'], verdict: 'blocked', denials: [{ ...deny('web', 'internet'), policy: 'offline: project:shop' }], channel: { verdict: 'blocked' } },
  R913: { says: 'a guarded network', given: INSIDE, pair: ['web', 'db'], verdict: 'blocked', denials: [{ ...deny('web', 'db'), policy: 'guarded: network:front' }], channel: { verdict: 'blocked' } },
  R914: { says: 'a guarded network with an exception', given: INSIDE, pair: ['web', 'db'], verdict: 'partial', denials: [{ ...denyAllBut('web', 'db', ['tcp/80']), policy: 'guarded: network:front' }], channel: { except: ['tcp/80'], verdict: 'blocked' } },
  R915: { says: 'the guarded posture', given: INSIDE, pair: ['web', 'db'], verdict: 'blocked', denials: [{ ...deny('web', 'db'), policy: 'posture: guarded' }], channel: { verdict: 'blocked' } },
  R916: { says: 'the guarded posture with an exception', given: INSIDE, pair: ['web', 'db'], verdict: 'partial', denials: [{ ...denyAllBut('web', 'db', ['udp/53']), policy: 'posture: guarded' }], channel: { except: ['udp/53'], verdict: 'blocked' } },
  R917: [
    { says: 'a port that is denied to who shares the stack', given: side({}), pair: ['web', 'sidecar'], verdict: 'partial', denials: [deny('web', 'app', 'held', ['tcp/80'])] },
    { says: 'who shares the stack of an isolated one', given: side({}), pair: ['web', 'sidecar'], verdict: 'blocked', denials: [{ ...deny('web', 'app'), policy: 'isolated: container:app' }] },
  ],
  R918: { says: 'an isolation on its way', given: INSIDE, pair: ['web', 'db'], verdict: 'open', denials: [{ ...deny('web', 'db', 'pending'), policy: 'isolated: container:db' }] },
  R919: { says: 'an isolation that failed', given: INSIDE, pair: ['web', 'db'], verdict: 'open', denials: [{ ...deny('web', 'db', 'failed'), policy: 'isolated: container:db' }] },
  R921: { says: 'a rule while the guard is paused', given: INSIDE, pair: ['web', 'db'], verdict: 'open', denials: [deny('web', 'db', 'paused')] },
  R922: { says: 'an isolation while the guard is paused', given: INSIDE, pair: ['web', 'db'], verdict: 'open', denials: [{ ...deny('web', 'db', 'paused'), policy: 'isolated: container:db' }] },
  R920: [
    { says: 'docker-proxy, when the machine is kept from whom it serves', given: { containers: { web: 'front', db: { on: 'back', publish: ['8080:80', '8081:81'] } } }, pair: ['web', 'db'], verdict: 'blocked', denials: [deny('host', 'db')], channel: { kind: 'published', address: '10.0.1.1', verdict: 'blocked' } },
    { says: 'the same, of one port', given: { containers: { web: 'front', db: { on: 'back', publish: ['8080:80', '8081:81'] } } }, pair: ['web', 'db'], verdict: 'partial', denials: [deny('host', 'db', 'held', ['tcp/80'])], channel: { kind: 'published', address: '10.0.1.1', ports: ['tcp/8080'], verdict: 'blocked' } },
    { says: 'from outside, where IPv6 is not redirected', given: { containers: { db: { on: 'back', publish: ['8080:80'] } } }, pair: ['lan', 'db'], verdict: 'partial', denials: [deny('host', 'db')], channel: { kind: 'published', address: '2001:db8::2', verdict: 'blocked' } },
  ],
};

/** Where a family is switched off for one container on a network that has both. */
function oneFamilyEach(): TopologySketch {
  return { networks: { front: { ipv6: true } }, containers: { web: 'front', db: 'front' } };
}

/** What a sketch cannot say. */
const ADJUST: Partial<Record<RuleId, (topology: ReturnType<typeof sketch>) => ReturnType<typeof sketch>>> = {
  R107: (topology) => ({
    ...topology,
    endpoints: topology.endpoints.map((one) =>
      one.kind !== 'container'
        ? one
        : {
            ...one,
            attachments: one.attachments.map((leg) => ({ ...leg, [one.id === 'web' ? 'ipv6' : 'ipv4']: null })),
          },
    ),
  }),
  R804: (topology) => ({ ...topology, networks: topology.networks.filter(({ name }) => name !== 'back') }),
};

const rules = Object.keys(CASES) as RuleId[];

describe.each(rules)('%s', (rule) => {
  it.each([CASES[rule]].flat())('$says', ({ given, pair, verdict, channel, denials = [] }) => {
    const drawn = sketch(given);
    const cell = explain(ADJUST[rule]?.(drawn) ?? drawn, denials, ...pair);
    expect(cell.verdict).toBe(verdict);
    const wording = new RegExp(
      `^${REASONS[rule]
        .split(/\{\w+\}/)
        .map(escape)
        .join('.*')}$`,
    );
    expect(cell.reasons).toContainEqual({ rule, text: expect.stringMatching(wording), params: expect.anything() });
    if (channel) {
      expect(cell.channels).toContainEqual(expect.objectContaining({ ...channel, rules: [rule] }));
    }
  });
});

describe('a denial', () => {
  const topology = sketch({ containers: { web: 'front', db: 'front', cache: 'front', agent: 'host' } });

  it.each([
    { state: 'held', enforced: true, verdict: 'blocked' },
    { state: 'pending', enforced: false, verdict: 'open' },
    { state: 'failed', enforced: false, verdict: 'open' },
    { state: 'impossible', enforced: false, verdict: 'open' },
  ] as const)('that is $state: enforced $enforced, $verdict', ({ state, enforced, verdict }) => {
    expect(explain(topology, [deny('web', 'db', state)], 'web', 'db')).toMatchObject({ enforced, verdict });
  });

  it('closes one direction only', () => {
    expect(explain(topology, [deny('web', 'db')], 'db', 'web')).toMatchObject({ enforced: true, verdict: 'open' });
  });

  it('claimed as held where no firewall can, is not believed', () => {
    expect(explain(topology, [deny('web', 'agent')], 'web', 'agent')).toMatchObject({
      enforced: false,
      verdict: 'open',
    });
  });
});

describe('SPEC.md', () => {
  const spec = readFileSync(join(import.meta.dirname, 'SPEC.md'), 'utf8');
  const described = [...spec.matchAll(/^\| (R\d{3}) \|/gm)].map(([, id]) => id).sort();

  it('describes every rule once, and no other', () => {
    expect(described).toEqual([...rules].sort());
  });
});

it('answers for what is not there', () => {
  expect(explain(sketch({}), [], 'ghost', 'host')).toEqual({
    from: 'ghost',
    to: 'host',
    verdict: 'unknown',
    enforced: true,
    channels: [],
    reasons: [],
  });
});

it('puts the reason that decides first', () => {
  const cell = explain(
    sketch({ containers: { web: 'front', db: { on: 'back', publish: ['80:80'] } } }),
    [],
    'web',
    'db',
  );
  expect(cell.reasons.map(({ rule }) => rule).slice(0, 2)).toEqual(['R201', 'R201']);
  expect(cell.reasons.at(-1)?.rule).toBe('R110');
});

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
