import { expect, it } from 'vitest';
import { engineTime, toFacts } from './to-facts.ts';

const known = { apiVersion: '1.51', version: '28.5.2', kind: 'docker' } as const;

it('reads what the engine says of itself', () => {
  const info = {
    Name: 'box',
    OperatingSystem: 'Debian',
    FirewallBackend: { Driver: 'nftables', Info: [] },
    Swarm: { LocalNodeState: 'active' },
    SecurityOptions: ['name=seccomp,profile=builtin', 'name=rootless', 'name=userns'],
    BridgeNfIptables: false,
  };
  expect(toFacts(info, known)).toEqual({
    ...known,
    name: 'box',
    operatingSystem: 'Debian',
    firewallBackend: 'nftables',
    swarm: true,
    swarmManager: false,
    rootless: true,
    userNamespaces: true,
    bridgeNetfilter: false,
    userlandProxy: null,
    ip6tables: null,
    hostAddresses: [],
  });
});

it.each([[null], [{}], [{ FirewallBackend: null, Swarm: null, SecurityOptions: null }]])(
  'takes %j for an engine that says nothing, filtering unknown',
  (info) => {
    expect(toFacts(info, known)).toMatchObject({
      firewallBackend: '',
      swarm: false,
      rootless: false,
      userNamespaces: false,
      bridgeNetfilter: null,
    });
  },
);

it.each([
  ['26.1.5', 'docker', false, false],
  ['20.10.24+dfsg1', 'docker', false, false],
  ['26.1.5', 'docker', true, null],
  ['26.1.5', 'docker', undefined, null],
  ['27.0.1', 'docker', false, null],
  ['4.3.1', 'podman', false, null],
] as const)('%s %s, experimental %s: IPv6 firewall %s', (version, kind, ExperimentalBuild, ip6tables) => {
  expect(toFacts({ ExperimentalBuild }, { ...known, version, kind }).ip6tables).toBe(ip6tables);
});

it("takes the engine's own clock, and none where it has none", () => {
  expect(engineTime({ SystemTime: '2024-05-01T12:00:00.5+02:00' })).toBe('1714557600.500');
  expect(engineTime({})).toBeNull();
});
