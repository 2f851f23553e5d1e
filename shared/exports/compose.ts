/** `--format compose`: an override file whose networks are the policy, with what networks cannot say as comments. */
import { Document, isMap, type YAMLMap } from 'yaml';
import { plain } from '../policy/selector.ts';
import type { Policy } from '../policy/model.ts';
import { formatPorts } from '../ports.ts';
import { isContainer, type Topology } from '../topology/model.ts';
import { separateProject } from './separated.ts';
import type { MadeNetwork, PlacedService, Separated, Shortfall } from './separation.ts';
import { quoted, yamlText } from './yaml-names.ts';

/** Projects that an override can be written for. */
export function composeProjects({ endpoints }: Topology): readonly string[] {
  const projects = endpoints.filter(isContainer).flatMap(({ project, service }) => (service === '' ? [] : [project]));
  return [...new Set(projects)].filter((project) => project !== '').sort();
}

/** The file's text; the same topology and policy give the same bytes. */
export function exportCompose(topology: Topology, policy: Policy, project: string): string {
  const separated = separateProject(topology, policy, project);
  const { services, networks, kept } = separated;
  const document = new Document({});
  const listed = services.map((one) => [one.service, serviceNode(document, one)] as const);
  document.set('services', mapOf(document, listed));
  const made = [
    ...networks.map((one) => [one.key, networkNode(one)] as const),
    ...kept.flatMap(({ key, external }) =>
      external === null ? [] : [[key, { name: quoted(external), external: true }] as const],
    ),
  ];
  if (made.length > 0) document.set('networks', mapOf(document, made));
  const { contents } = document;
  // Compose takes no file without a service.
  if (isMap(contents) && listed.length === 0) contents.delete('services');
  const comments = commentsOf(project, separated);
  return `${comments.map((line) => `# ${line}\n`).join('')}${yamlText(document)}`;
}

type Nodes = readonly (readonly [string, unknown])[];

/** Keys are names: none may be taken for anything else. */
function mapOf(document: Document, entries: Nodes): YAMLMap {
  const map = document.createNode({}) as YAMLMap;
  for (const [key, value] of entries) map.set(quoted(key), document.createNode(value));
  return map;
}

function serviceNode(document: Document, { networks, kept, aliases, none }: PlacedService): YAMLMap {
  const node = document.createNode({}) as YAMLMap;
  if (none) {
    const reset = document.createNode({});
    reset.tag = '!reset';
    node.set('networks', reset);
    node.set('network_mode', 'none');
    return node;
  }
  const settings = aliases.length > 0 ? { aliases: aliases.map(quoted) } : null;
  const list = mapOf(
    document,
    [...kept, ...networks].map((key) => [key, settings]),
  );
  // Without it, Compose adds these networks to those of the file below.
  list.tag = '!override';
  node.set('networks', list);
  return node;
}

function networkNode({ internal, ipv6, mtu }: MadeNetwork): object | null {
  const node = {
    ...(internal ? { internal: true } : {}),
    ...(ipv6 ? { enable_ipv6: true } : {}),
    ...(mtu === '' ? {} : { driver_opts: { 'com.docker.network.driver.mtu': quoted(mtu) } }),
  };
  return Object.keys(node).length > 0 ? node : null;
}

function commentsOf(project: string, separated: Separated): readonly string[] {
  const { networks, services, fewest, shortfalls, untouched } = separated;
  const none = services.filter((one) => one.none).map(({ service }) => service);
  const count = String(networks.length);
  return [
    `Networks of the project ${plain(project)} by Bulkhead: who shares one is who may talk, as the policy says.`,
    'docker compose -f YOUR-FILE -f THIS up --detach      (Compose 2.24.4 or later)',
    fewest ? `No fewer than these ${count} networks do.` : `${count} networks; perhaps fewer would do.`,
    ...networks.map(
      ({ key, members, internal }) =>
        `${plain(key)}: ${members.map(plain).join(', ')}${internal ? ' (internal: no way out)' : ''}`,
    ),
    ...(none.length > 0 ? [`On no network, since nothing may pass: ${none.map(plain).join(', ')}`] : []),
    ...(untouched.length > 0
      ? [
          `Left as they are (network of the machine, of another container, or none; or a name that no service of Compose can have): ${untouched.map(plain).join(', ')}`,
        ]
      : []),
    ...(shortfalls.length > 0
      ? ['What networks alone cannot do, and the firewall does:', ...shortfalls.map((one) => `  ${shortfallText(one)}`)]
      : ['Networks alone say all that the policy says.']),
  ];
}

function shortfallText({ from, to, kind, ports, why }: Shortfall): string {
  const some = formatPorts(ports)?.join(' ');
  const pair = `${plain(from)} -> ${plain(to)}${some === undefined ? '' : ` (${some})`}`;
  if (kind === 'shut') return `${pair} passes no more.`;
  return `${pair} stays open: ${WHY[why]}`;
}

const WHY: Readonly<Record<Shortfall['why'], string>> = {
  direction: 'the other direction is allowed, and a network knows no direction.',
  ports: 'other ports are allowed, and a network knows no ports.',
  published: 'by a port published on the machine, which every network with a way out reaches.',
  host: 'the machine is on every network.',
  outside: 'a way out is a way to all that is outside.',
  replicas: 'replicas of a service are on the same networks.',
  foreign: 'on a network that is not this project’s.',
  other: 'on the networks as they are.',
};
