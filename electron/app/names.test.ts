import { describe, expect, it } from 'vitest';
import { container, service, topologyOf } from '../../shared/policy/test-topology.ts';
import { resolveEndpoint } from './names.ts';
import { endpointView, namesOf } from './views.ts';

const labels = { 'com.docker.swarm.service.id': 'id-shop_web' };
const topology = topologyOf(
  [
    container('legacy'),
    container('shop_web.1.x', { project: 'shop', service: 'web', labels }),
    service('shop_web', { project: 'shop', service: 'web' }),
    service('shop_far', { project: 'shop', service: 'far' }),
    service('legacy'),
  ],
  [],
);

describe('what a person types', () => {
  it.each([
    ['service:shop_web', 'service shop_web', 'service:shop_web'],
    ['shop_web', 'service shop_web', 'service:shop_web'],
    ['shop/web', 'container shop_web.1.x', 'shop/web'],
    ['shop/far', 'service shop_far', 'service:shop_far'],
    ['legacy', 'container legacy', 'legacy'],
    ['service:legacy', 'service legacy', 'service:legacy'],
    ['host', 'host host', 'host'],
  ])('%s names %s and is written as %s', (text, named, selector) => {
    const { kind, name } = resolveEndpoint.one(text, topology);
    expect(`${kind} ${name}`).toBe(named);
    expect(resolveEndpoint.selector(text, topology)).toBe(selector);
  });

  it.each(['service:none', 'none', 'shop/none'])('%s names nobody', (text) => {
    expect(() => resolveEndpoint.one(text, topology)).toThrowError(expect.objectContaining({ code: 'NOT_FOUND' }));
  });
});

it('shows a service with how many of its tasks run, its addresses and its networks by name', () => {
  const task = { id: 't', nodeId: 'n', running: true, containerId: 'c', addresses: [] };
  const web = service('web', {
    desired: 3,
    tasks: [task, { ...task, id: 'u', running: false }],
    virtualAddresses: [{ networkId: 'mesh', address: '10.0.0.9' }],
    networks: [{ networkId: 'mesh', aliases: [] }],
    publishedPorts: [{ protocol: 'tcp', port: 80, hostPort: 8080, mode: 'ingress' }],
  });
  const names = new Map([...namesOf(topology), ['mesh', 'shop_mesh']]);
  expect(endpointView(web, names)).toEqual({
    id: 'id-web',
    name: 'web',
    kind: 'service',
    project: '',
    service: 'web',
    state: '1/3',
    image: '',
    networks: ['shop_mesh'],
    addresses: ['10.0.0.9'],
    ports: ['tcp/80'],
  });
});
