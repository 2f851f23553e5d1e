import { describe, expect, it } from 'vitest';
import { discoveryToolOf, repositoryName } from './discovery.ts';
import type { ContainerEndpoint, Port } from './model.ts';

function container(given: Partial<ContainerEndpoint>): ContainerEndpoint {
  return {
    kind: 'container',
    id: 'x',
    name: 'x',
    image: 'example',
    state: 'running',
    project: '',
    service: '',
    networkMode: { kind: 'own' },
    attachments: [],
    publishedPorts: [],
    exposedPorts: [],
    links: [],
    mounts: [],
    privileged: false,
    capAdd: [],
    pidMode: '',
    ipcMode: '',
    labels: {},
    pid: 1,
    startedAt: 1,
    ...given,
  };
}

const ports = (...texts: string[]): Port[] =>
  texts.map((text) => {
    const [protocol = 'tcp', port] = text.split('/');
    return { protocol: protocol as Port['protocol'], port: Number(port) };
  });

describe('a discovery container is recognised', () => {
  it.each([
    ['consul', 'consul'],
    ['hashicorp/consul:1.20', 'consul'],
    ['registry.example:5000/mirror/consul@sha256:abc', 'consul'],
    ['quay.io/coreos/etcd:v3.5', 'etcd'],
    ['traefik:v3', 'traefik'],
    ['jwilder/nginx-proxy', 'nginx-proxy'],
    ['nginxproxy/nginx-proxy:1.6-alpine', 'nginx-proxy'],
    ['lucaslorentz/caddy-docker-proxy:ci', 'caddy'],
    ['haproxy:3.0', 'haproxy'],
    ['envoyproxy/envoy:v1.31', 'envoy'],
    ['zookeeper', 'zookeeper'],
    ['gliderlabs/registrator', 'registrator'],
    ['springcloud/eureka', 'eureka'],
    ['nginx', null],
    ['hashicorp/consul-template', null],
    ['consul/agent-exporter', null],
    ['', null],
  ])('image %s: %s', (image, kind) => {
    expect(discoveryToolOf(container({ image }))?.kind ?? null).toBe(kind);
  });

  it.each([
    [{ labels: { 'org.opencontainers.image.title': 'Traefik' } }, 'traefik'],
    [{ programs: ['consul'] }, 'consul'],
    [{ exposedPorts: ports('tcp/8500', 'udp/8600', 'tcp/8300') }, 'consul'],
    [{ exposedPorts: ports('tcp/8500') }, null],
    [{ exposedPorts: ports('tcp/2379', 'tcp/2380') }, 'etcd'],
    [{ image: 'traefik', exposedPorts: ports('tcp/2379', 'tcp/2380') }, 'traefik'],
  ])('%j: %s', (given, kind) => {
    expect(discoveryToolOf(container(given))?.kind ?? null).toBe(kind);
  });
});

it.each([
  ['a/b/c:1@sha256:2', 'c'],
  ['host:5000/c', 'c'],
  ['C', 'c'],
])('the repository of %s is %s', (image, name) => {
  expect(repositoryName(image)).toBe(name);
});
