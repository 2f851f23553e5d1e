import { describe, expect, it } from 'vitest';
import { notesText, type ComposeProject, type ComposeService } from './project.ts';
import { labProject, type LabMachine, type LabProject } from './transform.ts';

const machine: LabMachine = {
  disk: { kindOf: () => 'missing', mirror: '/tmp/m' },
  interfaces: new Set(['lo', 'uplink']),
  addresses: new Set(['198.51.100.2']),
  image: 'test',
  canGiveCapabilities: true,
  neighbours: ['192.168.77.1'],
};
const PROGRAM = { image: 'test', entrypoint: ['/bin/sleep', '2147483647'], command: [], stop_signal: 'SIGKILL' };

const lab = (services: Record<string, ComposeService>, rest: Partial<ComposeProject> = {}, on = machine): LabProject =>
  labProject({ name: 'p', services, ...rest }, on);
const one = (service: ComposeService): ComposeService | undefined => lab({ a: service }).project.services['a'];
const why = ({ notes }: LabProject): string => notesText(notes).join('\n');

describe('a service', () => {
  it('keeps what decides who reaches whom', () => {
    const kept = {
      container_name: 'c',
      hostname: 'h',
      network_mode: 'host',
      pid: 'host',
      ipc: 'shareable',
      privileged: true,
      cap_add: ['NET_ADMIN'],
      cap_drop: ['ALL'],
      labels: { 'traefik.enable': 'true' },
      links: ['b:bee'],
      expose: ['3000-3002'],
      extra_hosts: ['h=host-gateway'],
      environment: { A: '$$1' },
    };
    // What the engine does not know would be asked of a server that nobody runs, and take its time.
    expect(one({ ...kept, dns: ['1.1.1.1'] })).toEqual({ ...PROGRAM, ...kept });
  });

  it('gets a program that does nothing, and says what else went', () => {
    const made = lab({
      a: {
        image: 'x',
        build: { context: '.' },
        command: ['serve'],
        restart: 'always',
        healthcheck: { test: ['CMD', 'x'] },
        user: '1000',
        devices: ['/dev/dri'],
        'something-new': { of: 'tomorrow' },
        deploy: { replicas: 1, resources: { limits: { cpus: 1 } } } as object,
      },
      b: { image: 'y', healthcheck: { test: ['CMD', 'y'] }, deploy: { replicas: 1, placement: {} } as object },
    });
    expect(made.project.services).toEqual({ a: PROGRAM, b: PROGRAM });
    expect(notesText(made.notes)).toEqual([
      'a: healthcheck, b: healthcheck — dropped: there is no program to ask',
      'a: user, a: something-new, a: deploy — dropped: it decides nothing about who reaches whom',
      'a: devices — dropped: the machine may not have it',
    ]);
  });

  it('waits for nobody to become healthy, and keeps the order', () => {
    const made = lab({
      a: { depends_on: { b: { condition: 'service_healthy' }, model: { condition: 'service_started' } } },
      b: {},
      model: { provider: { type: 'model' } },
    });
    expect(made.project.services['a']?.depends_on).toEqual({ b: { condition: 'service_started' } });
    expect(Object.keys(made.project.services)).toEqual(['a', 'b']);
    expect(made.containers).toBe(2);
  });

  it('keeps the settings of its network stack and no others', () => {
    expect(one({ sysctls: { 'net.ipv6.conf.all.disable_ipv6': '1', 'kernel.shmmax': '1' } })?.sysctls).toEqual({
      'net.ipv6.conf.all.disable_ipv6': '1',
    });
  });

  it('gets the engine’s socket where it asks for it', () => {
    const on = { ...machine, disk: { ...machine.disk, kindOf: () => 'file' as const } };
    const socket = '/var/run/docker.sock';
    expect(lab({ a: { use_api_socket: true } }, {}, on).project.services['a']?.volumes).toEqual([
      { type: 'bind', source: socket, target: socket },
    ]);
  });

  it('gives up capabilities only where the machine cannot give them, and says so', () => {
    const service = { privileged: true, cap_add: ['SYS_ADMIN'] };
    const made = lab({ a: service }, {}, { ...machine, canGiveCapabilities: false });
    expect(made.project.services['a']).toEqual(PROGRAM);
    expect(why(made)).toContain('a: privileged, a: cap_add — dropped');
  });
});

describe('ports', () => {
  const port = (published: string, target = 80): object => ({ target, published, protocol: 'tcp', mode: 'ingress' });
  const published = (service: object): unknown => one(service as ComposeService)?.ports?.map((each) => each.published);

  it('stay as they are: two services may want the same one, and the engine decides', () => {
    const made = lab({
      a: { ports: [port('80')] },
      b: { ports: [port('80')] },
    } as unknown as ComposeProject['services']);
    expect(Object.values(made.project.services).map(({ ports }) => ports)).toEqual([[port('80')], [port('80')]]);
    expect(made.notes).toEqual([]);
  });

  it('of several containers become ranges wide enough for all', () => {
    expect(
      published({ scale: 3, ports: [port('80'), port('81'), port('90-99'), { target: 5, protocol: 'tcp' }] }),
    ).toEqual(['80-91', '81-92', '90-99', undefined]);
    expect(published({ deploy: { replicas: 2 }, ports: [port('65535')] })).toEqual(['65535-65535']);
  });

  it('beyond what an engine can serve are thinned out', () => {
    const many = Array.from({ length: 10_001 }, (_, index) => port(String(10_000 + index)));
    const kept = published({ ports: many }) as string[];
    expect(kept).toHaveLength(32);
    expect([kept[0], kept[15], kept[16], kept[31]]).toEqual(['10000', '10015', '19985', '20000']);
  });

  it('bring the addresses they are bound to, but for those that are there', () => {
    const bound = [
      '0.0.0.0',
      '::',
      '127.0.0.2',
      '::1',
      '198.51.100.2',
      '172.20.0.1',
      '192.168.1.5',
      'fd01::5',
      '192.168.1.5',
    ];
    const ports = bound.map((host_ip, index) => ({ target: index + 1, published: '1', host_ip }));
    const made = lab({ a: { ports } }, { networks: { n: { ipam: { config: [{ subnet: '172.20.0.0/16' }] } } } });
    expect(made.addresses).toEqual(['192.168.1.5', 'fd01::5']);
  });
});

describe('networks', () => {
  it('stay as they are', () => {
    const n = { name: 'p_n', internal: true, driver_opts: { 'com.docker.network.bridge.enable_icc': 'false' } };
    expect(lab({ a: { networks: { n: null } } }, { networks: { n } }).project.networks).toEqual({ n });
  });

  it('from elsewhere are made, with subnets for the addresses asked of them', () => {
    const services = {
      a: { networks: { n: { ipv4_address: '172.31.240.9', ipv6_address: 'fd00:1:2:3:4::9' } } },
      b: { networks: { n: { ipv4_address: '172.31.7.1' } } },
      c: { networks: { bare: null, bridge: null } },
    };
    const made = lab(services, {
      networks: {
        n: { name: 'company', external: true, ipam: {} },
        bare: { name: 'bare', external: true },
        bridge: { name: 'bridge', external: true },
      },
    });
    expect(made.project.networks).toEqual({
      n: {
        name: 'company',
        enable_ipv6: true,
        ipam: { config: [{ subnet: '172.31.0.0/16' }, { subnet: 'fd00:1:2:3::/64' }] },
      },
      bare: { name: 'bare' },
      bridge: { name: 'bridge', external: true },
    });
  });

  it('of a physical interface bring it', () => {
    const made = lab(
      {},
      {
        networks: {
          lan: { driver: 'macvlan', driver_opts: { parent: 'enp3s0.40' } },
          up: { driver: 'ipvlan', driver_opts: { parent: 'uplink' } },
          own: { driver: 'macvlan' },
        },
      },
    );
    expect(made.parents).toEqual(['enp3s0.40']);
  });

  it('that hide a neighbour are told of', () => {
    const made = lab({}, { networks: { n: { ipam: { config: [{ subnet: '192.168.0.0/16' }] } } } });
    expect(made.hidden).toEqual(['192.168.77.1']);
  });

  it('named by a mode are networks from elsewhere', () => {
    const made = lab({
      a: { network_mode: 'backbone' },
      b: { network_mode: 'bridge' },
      c: { network_mode: 'service:a' },
    });
    expect(made.project.networks).toEqual({ backbone: { name: 'backbone' } });
    expect(made.project.services['a']).toEqual({ ...PROGRAM, networks: { backbone: null } });
    expect(made.project.services['b']?.network_mode).toBe('bridge');
    expect(made.project.services['c']?.network_mode).toBe('service:a');
  });
});

describe('containers from elsewhere', () => {
  it('are played by services of their names', () => {
    const made = lab({
      a: { network_mode: 'container:Legacy' },
      b: { networks: { x: null }, external_links: ['mail_1:mail'] },
      c: { network_mode: 'bridge', external_links: ['old'] },
      d: { volumes_from: ['container:Legacy:ro'] },
    });
    const strangers = Object.entries(made.project.services).filter(([key]) => key.startsWith('stranger-'));
    expect(Object.fromEntries(strangers)).toEqual({
      'stranger-legacy': { ...PROGRAM, container_name: 'Legacy', networks: { default: null } },
      'stranger-mail_1': { ...PROGRAM, container_name: 'mail_1', networks: { x: null } },
      'stranger-old': { ...PROGRAM, container_name: 'old', network_mode: 'bridge' },
    });
    expect(made.project.services['a']?.depends_on).toEqual({ 'stranger-legacy': { condition: 'service_started' } });
    expect(made.containers).toBe(7);
  });

  it('that are the project’s own are only waited for, unless that made a circle', () => {
    const made = lab({
      a: { network_mode: 'container:main' },
      main: { container_name: 'main', external_links: ['p-a-1:a'] },
    });
    expect(Object.keys(made.project.services)).toEqual(['a', 'main']);
    expect(made.project.services['a']?.depends_on).toEqual({ main: { condition: 'service_started' } });
    expect(made.project.services['main']?.depends_on).toBeUndefined();
  });
});
