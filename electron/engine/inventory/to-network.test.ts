import { expect, it } from 'vitest';
import { bridgesOfPodman, toNetwork, withBridge } from './to-network.ts';

it('reads a network whole', () => {
  expect(
    toNetwork({
      Id: 'n1',
      Name: 'shop_default',
      Driver: 'bridge',
      Scope: 'local',
      Internal: true,
      EnableIPv6: true,
      Ingress: false,
      Attachable: true,
      IPAM: {
        Config: [
          { Subnet: '10.1.0.0/24', Gateway: '10.1.0.1' },
          { Subnet: 'fd00::/64', Gateway: 'fd00::1/64' },
          { Subnet: '' },
          null,
        ],
      },
      Options: { 'com.docker.network.bridge.enable_icc': 'false', odd: 1 },
      Labels: { 'com.docker.compose.project': 'shop' },
    }),
  ).toEqual({
    id: 'n1',
    name: 'shop_default',
    driver: 'bridge',
    scope: 'local',
    internal: true,
    ipv6: true,
    ingress: false,
    attachable: true,
    subnets: [
      { subnet: '10.1.0.0/24', gateway: '10.1.0.1' },
      { subnet: 'fd00::/64', gateway: 'fd00::1' },
    ],
    options: { 'com.docker.network.bridge.enable_icc': 'false' },
    labels: { 'com.docker.compose.project': 'shop' },
    project: 'shop',
  });
});

it.each([[{ Id: 'n' }], [{ Id: 'n', IPAM: { Config: null }, Options: null, Labels: null }], [{ Id: 'n', IPAM: null }]])(
  'reads %j as an empty one',
  (json) => {
    expect(toNetwork(json)).toMatchObject({
      id: 'n',
      name: '',
      driver: '',
      subnets: [],
      options: {},
      labels: {},
      project: '',
    });
  },
);

it('is nothing without an id', () => {
  expect(toNetwork({ Name: 'x' })).toBeNull();
  expect(toNetwork(null)).toBeNull();
});

it('takes the names by which a Swarm speaks of every bridge for no network, and tells an overlay that encrypts', () => {
  const labels = { 'com.docker.swarm.predefined': 'true' };
  expect(toNetwork({ Id: 'x', Name: 'bridge', Driver: 'bridge', Scope: 'swarm', Labels: labels })).toBeNull();
  const overlay = { Id: 'y', Name: 'mesh', Driver: 'overlay', Options: { encrypted: '' } };
  expect(toNetwork(overlay)).toMatchObject({ encrypted: true });
  expect(toNetwork({ ...overlay, Options: {} })).not.toHaveProperty('encrypted');
});

it('names a bridge as Podman does, in a list and alone', () => {
  const front = { id: 'n1', driver: 'bridge', network_interface: 'podman1' };
  expect([...bridgesOfPodman([front, { ...front, id: 'n2', driver: 'macvlan' }, { id: 'n3' }, null])]).toEqual([
    ['n1', 'podman1'],
  ]);
  const bridges = bridgesOfPodman(front);
  const named = (Id: string): unknown => withBridge(toNetwork({ Id, Driver: 'bridge', Options: {} }), bridges)?.options;
  expect([named('n1'), named('n2')]).toEqual([{ 'com.docker.network.bridge.name': 'podman1' }, {}]);
  expect(withBridge(null, bridges)).toBeNull();
});
