import { describe, expect, it } from 'vitest';
import { EMPTY_POLICY } from '../policy/model.ts';
import { attach, container, network, topologyOf } from '../policy/test-topology.ts';
import { COMPOSE_PROJECT_LABEL, SWARM_SERVICE_ID_LABEL, type ContainerEndpoint } from '../topology/model.ts';
import type { Power } from './model.ts';
import { planRerun } from './rerun.ts';

const NET = network('net', {});
const on = { attachments: [attach('net', '172.18.0.2')] };
const socket = { type: 'bind', source: '/run/podman/podman.sock', destination: '/s', writable: false } as const;
const host = { networkMode: { kind: 'host' } } as const;

function plan(
  one: ContainerEndpoint,
  without: Power,
  { others = [], publish = false }: { others?: readonly ContainerEndpoint[]; publish?: boolean } = {},
) {
  const topology = topologyOf([one, ...others], [NET, network('c-own', {})]);
  const { plan: planned, steps } = planRerun(topology, EMPTY_POLICY, { container: one, without, publish });
  return {
    ...planned,
    engine: steps,
    told: planned.steps.map(({ kind }) => kind),
    rules: planned.obstacles.map(({ rule }) => rule),
  };
}

describe('running a container again', () => {
  it.each<[Power, Partial<ContainerEndpoint>, string, readonly string[]]>([
    ['engine-socket', { ...on, mounts: [socket] }, '/run/podman/podman.sock', ['T13']],
    ['privileged', { ...on, privileged: true }, '--privileged', ['T14']],
    ['host-processes', { ...on, pidMode: 'host' }, '--pid host', ['T15']],
    ['net-admin', { ...on, capAdd: ['NET_ADMIN'] }, '--cap-add NET_ADMIN', ['T16']],
    ['net-admin', { ...on, capAdd: ['ALL'] }, '--cap-add ALL', ['T16']],
    ['host-network', host, '--network host', ['T17', 'T19']],
  ])('without %s (%j) tells what goes and what stops working', (power, given, what, rules) => {
    const planned = plan(container('c', given), power);
    expect(planned).toMatchObject({ action: 'rerun', from: 'c', to: power, possible: true, rules });
    expect(planned.steps.at(-1)).toMatchObject({ kind: 'rerun', params: { name: 'c', what } });
    expect(planned.engine.at(-1)).toMatchObject({ kind: 'rerun', container: 'id-c', without: power, what });
    expect(planned.policy).toBe(EMPTY_POLICY);
  });

  it('leaves the machine’s network for one of its own, under a name that is free', () => {
    const one = container('c', { ...host, exposedPorts: [{ protocol: 'tcp', port: 80 }] });
    const silent = plan(one, 'host-network');
    expect(silent.engine).toEqual([
      { kind: 'network-own', key: 'new:c-own-2', name: 'c-own-2' },
      expect.objectContaining({ network: 'c-own-2', publish: [] }),
    ]);
    expect([silent.told, silent.rules, silent.ports]).toEqual([['network-own', 'rerun'], ['T17', 'T18'], ['tcp/80']]);
    const heard = plan(one, 'host-network', { publish: true });
    expect(heard.engine.at(-1)).toMatchObject({ publish: ['tcp/80'] });
    expect([heard.told, heard.rules]).toEqual([['network-own', 'rerun', 'rerun-publish'], ['T17']]);
  });

  it('says what brings it back where Compose made it, and where to look', () => {
    const labels = { [COMPOSE_PROJECT_LABEL]: 'shop', 'com.docker.compose.project.config_files': '/srv/a.yaml' };
    const one = container('c', { ...on, mounts: [socket], labels, service: 'web' });
    expect(plan(one, 'engine-socket').obstacles.at(-1)).toMatchObject({
      rule: 'T20',
      severity: 'warn',
      params: { name: 'c', line: '/run/podman/podman.sock:/s', service: 'web', file: '/srv/a.yaml' },
    });
  });

  const one = container('c', { ...on, privileged: true });
  it.each<[string, ContainerEndpoint, readonly ContainerEndpoint[], string]>([
    ['Swarm makes it', { ...one, labels: { [SWARM_SERVICE_ID_LABEL]: 'x' } }, [], 'T3'],
    ['it has none', { ...one, privileged: false }, [], 'T10'],
    [
      'one joined its network',
      one,
      [container('d', { networkMode: { kind: 'container', containerId: 'id-c' } })],
      'T11',
    ],
    ['one joined its processes', one, [container('d', { pidMode: 'container:id-c' })], 'T11'],
    ['one joined its memory', one, [container('d', { ipcMode: 'container:id-c' })], 'T11'],
    ['one is linked to it', one, [container('d', { links: [{ targetName: 'c', alias: 'x' }] })], 'T11'],
  ])('is refused where %s', (_, given, others, rule) => {
    const planned = plan(given, 'privileged', { others });
    expect(planned).toMatchObject({ possible: false, rules: [rule], told: [], engine: [] });
  });

  it('is not refused for who joined somebody else', () => {
    const others = [container('d', { networkMode: { kind: 'container', containerId: 'id-e' } })];
    expect(plan(one, 'privileged', { others }).possible).toBe(true);
  });

  it('does not take NET_ADMIN alone from one that is privileged', () => {
    expect(plan({ ...one, capAdd: ['NET_ADMIN'] }, 'net-admin').rules).toEqual(['T10']);
  });
});
