/**
 * Containers that tell others where something is, or pass requests on by name: service registries and load balancers
 * that configure themselves (DESIGN C6).  One line of the table each.
 */
import type { ContainerEndpoint } from './model.ts';

/** `registry`: holds names and answers who asks. `proxy`: forwards requests by name. `registrar`: feeds a registry. */
export type DiscoveryRole = 'registry' | 'proxy' | 'registrar';

export interface DiscoveryTool {
  readonly kind: string;
  readonly role: DiscoveryRole;
  /** Last part of the image's repository, whatever registry or owner it is from. */
  readonly images: readonly string[];
  /** Words of its command; see `KNOWN_PROGRAMS`. */
  readonly programs: readonly string[];
  /** Declared ports that together are its mark. */
  readonly ports: readonly string[];
  /** Its `org.opencontainers.image.title`, in lower case. */
  readonly titles: readonly string[];
  /** Whether what it holds can be asked for (`electron/engine/discovery`). */
  readonly readable?: true;
}

// One line per tool, so that it reads as a table.
// prettier-ignore
export const DISCOVERY_TOOLS = [
  { kind: 'consul', role: 'registry', images: ['consul', 'consul-enterprise'], programs: ['consul'], ports: ['tcp/8500', 'udp/8600'], titles: ['consul'], readable: true },
  { kind: 'etcd', role: 'registry', images: ['etcd'], programs: ['etcd'], ports: ['tcp/2379', 'tcp/2380'], titles: ['etcd'], readable: true },
  { kind: 'zookeeper', role: 'registry', images: ['zookeeper', 'cp-zookeeper'], programs: ['zkServer.sh'], ports: ['tcp/2181', 'tcp/2888', 'tcp/3888'], titles: ['zookeeper'] },
  { kind: 'eureka', role: 'registry', images: ['eureka', 'eureka-server', 'spring-cloud-eureka'], programs: [], ports: ['tcp/8761'], titles: ['eureka'] },
  { kind: 'nomad', role: 'registry', images: ['nomad'], programs: ['nomad'], ports: ['tcp/4646', 'tcp/4647', 'tcp/4648'], titles: ['nomad'] },
  { kind: 'registrator', role: 'registrar', images: ['registrator'], programs: ['registrator'], ports: [], titles: ['registrator'] },
  { kind: 'traefik', role: 'proxy', images: ['traefik', 'traefik-library-image'], programs: ['traefik'], ports: [], titles: ['traefik'], readable: true },
  { kind: 'nginx-proxy', role: 'proxy', images: ['nginx-proxy'], programs: [], ports: [], titles: ['nginx-proxy'] },
  { kind: 'caddy', role: 'proxy', images: ['caddy-docker-proxy'], programs: [], ports: [], titles: ['caddy-docker-proxy'] },
  { kind: 'haproxy', role: 'proxy', images: ['haproxy', 'haproxy-alpine', 'haproxy-debian'], programs: ['haproxy'], ports: [], titles: ['haproxy'] },
  { kind: 'envoy', role: 'proxy', images: ['envoy', 'envoy-alpine', 'envoy-distroless', 'envoy-contrib'], programs: ['envoy'], ports: [], titles: ['envoy'] },
] as const satisfies readonly DiscoveryTool[];

export type DiscoveryKind = (typeof DISCOVERY_TOOLS)[number]['kind'];

/** Words of a command that say what runs; everything else of a command is left out of the model. */
export const KNOWN_PROGRAMS: ReadonlySet<string> = new Set(DISCOVERY_TOOLS.flatMap(({ programs }) => [...programs]));

/** Environment variables whose values the model keeps, because they name ways: nginx-proxy's, and where an engine is. */
export const KEPT_VARIABLES: ReadonlySet<string> = new Set(['VIRTUAL_HOST', 'VIRTUAL_PORT', 'DOCKER_HOST']);

const TITLE_LABEL = 'org.opencontainers.image.title';

/** Which of the tools a container is, by its image, else its title, its command, its ports; `null` when it is none. */
export function discoveryToolOf(
  container: ContainerEndpoint,
): { readonly kind: DiscoveryKind; readonly role: DiscoveryRole; readonly readable: boolean } | null {
  const image = repositoryName(container.image);
  const title = (container.labels[TITLE_LABEL] ?? '').toLowerCase();
  const programs = container.programs ?? [];
  const ports = container.exposedPorts.map(({ protocol, port }) => `${protocol}/${String(port)}`);
  const signs: readonly ((tool: DiscoveryTool) => boolean)[] = [
    ({ images }) => images.includes(image),
    ({ titles }) => titles.includes(title),
    (tool) => tool.programs.some((program) => programs.includes(program)),
    (tool) => tool.ports.length > 0 && tool.ports.every((port) => ports.includes(port)),
  ];
  for (const sign of signs) {
    const found = DISCOVERY_TOOLS.find(sign);
    if (found) return { kind: found.kind, role: found.role, readable: 'readable' in found };
  }
  return null;
}

/** `nginx-proxy` of `registry:5000/nginxproxy/nginx-proxy:1.6@sha256:…`; lower case. */
export function repositoryName(image: string): string {
  const [named = ''] = image.split('@');
  const last = named.slice(named.lastIndexOf('/') + 1);
  return (last.split(':')[0] ?? '').toLowerCase();
}
