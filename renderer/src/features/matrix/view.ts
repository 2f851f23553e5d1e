/** Which endpoints are rows and columns, in what order and under which bands: computed, never stored. */
import type { EndpointView } from '../../../../shared/contract/schemas.ts';
import type { Frame } from '../../lib/frame.ts';

export type Grouping = 'project' | 'network' | 'none';

export interface ViewOptions {
  readonly grouping: Grouping;
  /** Name of a network; `''` shows every endpoint. */
  readonly network: string;
  readonly query: string;
}

export interface Group {
  /** `''` for endpoints that belong to nothing; `ZONE_GROUP` for host, lan, internet. */
  readonly label: string;
  readonly size: number;
}

/** One side of the matrix: indexes into the frame's endpoints, with their labels. */
export interface Side {
  readonly members: readonly number[];
  readonly labels: readonly string[];
  readonly groups: readonly Group[];
}

export interface MatrixView {
  readonly rows: Side;
  readonly cols: Side;
  /** Frame indexes that the search names; empty when it names nothing or there is none. */
  readonly matches: ReadonlySet<number>;
  /** The query asked for certain rows or columns only (`web > db`). */
  readonly filtered: boolean;
}

export const ZONE_GROUP = '\u0000zones';

/** Sorts and filters a frame's endpoints into the matrix' two sides. */
export function buildView(frame: Frame, options: ViewOptions): MatrixView {
  const { endpoints } = frame;
  const shown = order(endpoints, options.grouping).filter(
    (index) => options.network === '' || isOn(endpoints[index], options.network),
  );
  const query = parseQuery(options.query);
  const rows = query.kind === 'pair' ? shown.filter((index) => matches(endpoints[index], query.from)) : shown;
  const cols = query.kind === 'pair' ? shown.filter((index) => matches(endpoints[index], query.to)) : shown;
  return {
    rows: side(endpoints, rows, options.grouping),
    cols: side(endpoints, cols, options.grouping),
    matches: new Set(query.kind === 'name' ? shown.filter((index) => matches(endpoints[index], query.name)) : []),
    filtered: query.kind === 'pair',
  };
}

export type Query =
  | { readonly kind: 'none' }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'pair'; readonly from: string; readonly to: string };

/** `db` names an endpoint to find; `web > db` (or `→`) asks for those rows and columns only. */
export function parseQuery(text: string): Query {
  const arrow = /^(.*?)(?:->|=>|[>→])(.*)$/u.exec(text);
  if (arrow) {
    const [from, to] = [fold(arrow[1] ?? ''), fold(arrow[2] ?? '')];
    return from === '' && to === '' ? { kind: 'none' } : { kind: 'pair', from, to };
  }
  const name = fold(text);
  return name === '' ? { kind: 'none' } : { kind: 'name', name };
}

/** Ids of the endpoints that `web > db` names on either side; null where a query asks for no pairs. */
export function idsInQuery(frame: Frame, text: string): readonly string[] | null {
  const query = parseQuery(text);
  if (query.kind !== 'pair') return null;
  return frame.endpoints
    .filter((endpoint) => matches(endpoint, query.from) || matches(endpoint, query.to))
    .map(({ id }) => id);
}

function fold(text: string): string {
  return text.trim().toLocaleLowerCase('en');
}

function matches(endpoint: EndpointView | undefined, wanted: string): boolean {
  if (!endpoint) return false;
  return [endpoint.name, selectorName(endpoint), endpoint.image, endpoint.id.slice(0, 12), ...endpoint.addresses].some(
    (text) => fold(text).includes(wanted),
  );
}

/** `shop/web` for a Compose service, `service:shop_web` for a Swarm service, else the name. */
export function selectorName(endpoint: EndpointView): string {
  if (endpoint.kind === 'service') return `service:${endpoint.name}`;
  return endpoint.project !== '' && endpoint.service !== '' ? `${endpoint.project}/${endpoint.service}` : endpoint.name;
}

/** The machine and what is outside of it: their names are ours, not the engine's. */
export function isZone<Of extends Pick<EndpointView, 'kind'>>(
  endpoint: Of,
): endpoint is Of & { readonly kind: 'host' | 'lan' | 'internet' } {
  return endpoint.kind !== 'container' && endpoint.kind !== 'service';
}

function isOn(endpoint: EndpointView | undefined, network: string): boolean {
  return endpoint !== undefined && endpoint.networks.includes(network);
}

function groupLabel(endpoint: EndpointView, grouping: Grouping): string {
  if (isZone(endpoint)) return ZONE_GROUP;
  if (grouping === 'project') return endpoint.project;
  if (grouping === 'network') return endpoint.networks.toSorted().join(' + ');
  return '';
}

/** The core's own order (project, service, name, then zones) is kept inside every group. */
function order(endpoints: readonly EndpointView[], grouping: Grouping): readonly number[] {
  const indexes = endpoints.map((_, index) => index);
  if (grouping !== 'network') return indexes;
  const key = (index: number): string => {
    const endpoint = endpoints[index];
    const label = endpoint ? groupLabel(endpoint, grouping) : '';
    if (label === ZONE_GROUP) return '2';
    return label === '' ? '1' : `0${label}`;
  };
  return indexes.toSorted((a, b) => (key(a) === key(b) ? a - b : key(a) < key(b) ? -1 : 1));
}

function side(endpoints: readonly EndpointView[], members: readonly number[], grouping: Grouping): Side {
  const groups: { label: string; size: number }[] = [];
  const labels: string[] = [];
  for (const index of members) {
    const endpoint = endpoints[index];
    if (!endpoint) continue;
    const label = groupLabel(endpoint, grouping);
    const open = groups.at(-1);
    if (open && open.label === label) open.size += 1;
    else groups.push({ label, size: 1 });
    labels.push(grouping === 'project' ? nameInProject(endpoint) : endpoint.name);
  }
  return { members, labels, groups };
}

/** Under its project's band `shop-web-1` reads `web-1`: the project is already said. */
function nameInProject({ name, project }: EndpointView): string {
  if (project === '' || !name.startsWith(project)) return name;
  const rest = name.slice(project.length);
  return /^[-_.]./u.test(rest) ? rest.slice(1) : name;
}

/** A pair of endpoints that survives a new frame: by id, else by the name a recreated container keeps. */
export interface PairRef {
  readonly fromId: string;
  readonly fromName: string;
  readonly toId: string;
  readonly toName: string;
}

export function pairRef(from: EndpointView, to: EndpointView): PairRef {
  return { fromId: from.id, fromName: from.name, toId: to.id, toName: to.name };
}

/** Finds an endpoint again; -1 when it has gone. */
export function findAgain(frame: Frame, id: string, name: string): number {
  return frame.indexById.get(id) ?? frame.endpoints.findIndex((endpoint) => endpoint.name === name);
}

/** Networks that two endpoints share, by name: a hint beside the verdict, which is the core's. */
export function sharedNetworks(from: EndpointView, to: EndpointView): readonly string[] {
  return from.networks.filter((network) => network !== 'none' && network !== 'host' && to.networks.includes(network));
}
