/** Which endpoints a diagram is about, and the keys they go by. */
import type { Endpoint, Topology } from '../topology/model.ts';
import { isContainer, isService, isZone } from '../topology/model.ts';
import type { DiagramScope } from './model.ts';

/** Endpoints in the scope, zones always among them; in the topology's order. */
export function inScope(topology: Topology, scope: DiagramScope): readonly Endpoint[] {
  const ids = scope.ids && new Set(scope.ids);
  const networks = new Set(topology.networks.filter(({ name }) => name === scope.network).map(({ id }) => id));
  const wanted = scope.filter?.trim().toLowerCase() ?? '';
  return topology.endpoints.filter((endpoint) => {
    if (isZone(endpoint)) return true;
    if (scope.project !== undefined && endpoint.project !== scope.project) return false;
    if (scope.network !== undefined && !isOn(endpoint, networks, scope.network)) return false;
    if (ids && !ids.has(endpoint.id)) return false;
    return wanted === '' || says(endpoint, wanted);
  });
}

function isOn(endpoint: Endpoint, networks: ReadonlySet<string>, name: string): boolean {
  if (isContainer(endpoint)) {
    if (endpoint.networkMode.kind === 'host' || endpoint.networkMode.kind === 'none') {
      return endpoint.networkMode.kind === name;
    }
    return endpoint.attachments.some(({ networkId }) => networks.has(networkId));
  }
  return isService(endpoint) && endpoint.networks.some(({ networkId }) => networks.has(networkId));
}

function says(endpoint: Endpoint, wanted: string): boolean {
  if (isZone(endpoint)) return false;
  const texts = [endpoint.name, endpoint.service, `${endpoint.project}/${endpoint.service}`];
  if (isContainer(endpoint)) texts.push(endpoint.image);
  return texts.some((text) => text.toLowerCase().includes(wanted));
}

/** The scope in words for a title; `''` for everything. */
export function scopeText({ project, network, filter, ids }: DiagramScope): string {
  const parts: string[] = [];
  if (project !== undefined) parts.push(`project ${project}`);
  if (network !== undefined) parts.push(`network ${network}`);
  if (filter !== undefined && filter.trim() !== '') parts.push(`matching “${filter.trim()}”`);
  if (ids && parts.length === 0) parts.push('a selection');
  return parts.join(', ');
}

/** `container:web`, `service:web`, `host`; two of one name are told apart by their order. */
export function keysOf(endpoints: readonly Endpoint[]): ReadonlyMap<string, string> {
  const keys = new Map<string, string>();
  const times = new Map<string, number>();
  for (const endpoint of endpoints) {
    const plain = isZone(endpoint) ? endpoint.kind : `${endpoint.kind}:${endpoint.name}`;
    const time = (times.get(plain) ?? 0) + 1;
    times.set(plain, time);
    keys.set(endpoint.id, time === 1 ? plain : `${plain}#${time}`);
  }
  return keys;
}
