import { expect, it } from 'vitest';
import { isContainer, type ContainerEndpoint } from '../topology/model.ts';
import { hasCapability } from './capabilities.ts';
import { sketch, type ContainerSketch } from './fixtures.ts';
import { routedNames } from './routes.ts';

function drawn(given: ContainerSketch): ContainerEndpoint {
  const [first] = sketch({ containers: { x: given } }).endpoints;
  if (!first || !isContainer(first)) throw new Error('not drawn');
  return first;
}

// prettier-ignore
it.each([
  ['traefik', { 'traefik.http.routers.a.rule': 'Host(`a.example`) || Host("b.example", `c.example`)' }, ['a.example', 'b.example', 'c.example']],
  ['traefik', { 'traefik.tcp.routers.a.rule': 'HostSNI(`*`)' }, []],
  ['traefik', { 'traefik.http.routers.a.rule': 'HostRegexp(`.+`) && Path(`/x`)' }, []],
  ['traefik', { 'traefik.enable': 'false', 'traefik.http.routers.a.rule': 'Host(`a.example`)' }, []],
  ['traefik', { 'traefik.frontend.rule': 'Host:a.example,B.example;PathPrefix:/x' }, ['a.example', 'b.example']],
  ['traefik', { 'traefik.http.routers.a.rule': 'Host(`<img src=x>`)' }, []],
  ['traefik', { 'traefik.http.routers.a.rule': `Host(${'`a.example`,'.repeat(100_000)})` }, []],
  ['caddy', { caddy: 'https://a.example:8443, *.b.example', 'caddy.reverse_proxy': '{{upstreams}}' }, ['a.example', '*.b.example']],
  ['caddy', { caddy_0: 'a.example', 'caddy_0.handle.0_reverse_proxy': 'x', caddy_1: 'b.example', 'caddy_1.respond': 'hi' }, ['a.example']],
  ['nginx-proxy', {}, []],
  ['consul', { 'traefik.http.routers.a.rule': 'Host(`a.example`)' }, []],
] as const)('%s with %j forwards %j', (kind, labels, names) => {
  expect(routedNames(kind, drawn({ labels }))).toEqual(names);
});

it('nginx-proxy goes by the environment', () => {
  const environment = { VIRTUAL_HOST: 'a.example, *.b.example,~^c\\..*$' };
  expect(routedNames('nginx-proxy', drawn({ environment }))).toEqual(['a.example', '*.b.example']);
});

it.each([
  [{}, 'NET_RAW', true],
  [{}, 'NET_ADMIN', false],
  [{ capDrop: ['NET_RAW'] }, 'NET_RAW', false],
  [{ capDrop: ['ALL'] }, 'NET_RAW', false],
  [{ capDrop: ['ALL'], capAdd: ['NET_RAW'] }, 'NET_RAW', true],
  [{ capAdd: ['ALL'] }, 'SYS_ADMIN', true],
  [{ capAdd: ['ALL'], capDrop: ['SYS_ADMIN'] }, 'SYS_ADMIN', false],
  [{ privileged: true, capDrop: ['ALL'] }, 'SYS_ADMIN', true],
])('with %j, %s: %s', (given, capability, has) => {
  expect(hasCapability(drawn(given), capability)).toBe(has);
});
