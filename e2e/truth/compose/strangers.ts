/** Containers that a compose file names and that are not its own: somebody must play them. */
import type { ComposeProject, ComposeService, Note } from './project.ts';

/**
 * Adds a service for each container that `network_mode`, `pid`, `ipc`, `volumes_from` or `external_links` name and that no
 * service is.  One of the project's own containers named so gets its place in the order instead, which Compose does not
 * give by itself.
 */
export function withStrangers(project: ComposeProject): {
  readonly project: ComposeProject;
  readonly notes: readonly Note[];
} {
  const own = ownNames(project);
  const services: Record<string, ComposeService> = { ...project.services };
  const notes: Note[] = [];
  for (const [name, service] of Object.entries(project.services)) {
    for (const target of targetsOf(service)) {
      let key = own.get(target);
      if (key === undefined) {
        key = freeKey(`stranger-${target.toLowerCase().replace(/[^a-z0-9_-]/g, '-')}`, services);
        own.set(target, key);
        services[key] = { container_name: target, image: '' };
        notes.push({
          what: `container ${target}`,
          why: 'not of this project: a container of that name is made for this run',
        });
      }
      if (!Object.hasOwn(project.services, key))
        services[key] = { ...services[key], ...besides(services[key] ?? {}, service) };
      if (leadsTo(services, key, name)) continue;
      const present = services[name] ?? service;
      services[name] = { ...present, depends_on: { ...present.depends_on, [key]: { condition: 'service_started' } } };
    }
  }
  const wantsDefault = Object.values(services).some(({ networks }) => networks && 'default' in networks);
  return {
    project: { ...project, services, networks: { ...(wantsDefault && { default: null }), ...project.networks } },
    notes,
  };
}

/** Container names and the services that have them, replicas included. */
function ownNames({ name: project, services }: ComposeProject): Map<string, string> {
  const names = new Map<string, string>();
  for (const [key, { container_name }] of Object.entries(services)) {
    if (container_name !== undefined) names.set(container_name, key);
    else for (const separator of ['-', '_']) names.set([project, key, '1'].join(separator), key);
  }
  return names;
}

function targetsOf({
  network_mode,
  pid,
  ipc,
  volumes_from = [],
  external_links = [],
}: ComposeService): readonly string[] {
  const joined = [network_mode, pid, ipc, ...volumes_from].flatMap(
    (mode) => /^container:([^:]+)/.exec(mode ?? '')?.[1] ?? [],
  );
  return [...new Set([...joined, ...external_links.map((link) => link.split(':')[0] ?? '')])];
}

/** A stranger that is linked to is on the networks of those who link: elsewhere the link would lead nowhere. */
function besides(
  stranger: ComposeService,
  { networks, network_mode, external_links = [] }: ComposeService,
): ComposeService {
  const isLinked = external_links.some((link) => link.split(':')[0] === stranger.container_name);
  if (!isLinked) return { networks: stranger.networks ?? { default: null } };
  if (network_mode === 'bridge') return { network_mode };
  const all = [...Object.keys(stranger.networks ?? {}), ...Object.keys(networks ?? { default: null })];
  return { networks: Object.fromEntries(all.map((key) => [key, null])) };
}

/** Whether one service waits for another already, or is it: a circle would be refused. */
function leadsTo(services: Readonly<Record<string, ComposeService>>, from: string, to: string): boolean {
  return from === to || Object.keys(services[from]?.depends_on ?? {}).some((next) => leadsTo(services, next, to));
}

function freeKey(key: string, services: Readonly<Record<string, unknown>>): string {
  return Object.hasOwn(services, key) ? freeKey(`${key}-`, services) : key;
}
