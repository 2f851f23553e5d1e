/** A made-up engine: endpoints, and a plain stand-in for prediction. Deterministic, so that screenshots compare. */
import type { ContainerView } from '../../shared/contract/containers.ts';
import type { CellView, EndpointView, NetworkView } from '../../shared/contract/schemas.ts';
import { FLAG_DENIED, FLAG_HELD, FLAG_SIDE_LAYER, VERDICTS, type Verdict } from '../../shared/reachability/model.ts';

export interface FakeOptions {
  readonly containers: number;
  readonly phase: 'connecting' | 'connected' | 'reconnecting' | 'failed';
  readonly demo: boolean;
  /** Milliseconds between two containers coming or going; 0 never. */
  readonly churn: number;
  readonly guard: 'holding' | 'failing';
}

export function readOptions(query: URLSearchParams): FakeOptions {
  const phases = ['connecting', 'connected', 'reconnecting', 'failed'] as const;
  return {
    containers: Number(query.get('n') ?? '12'),
    phase: phases.find((phase) => phase === query.get('phase')) ?? 'connected',
    demo: query.get('demo') !== null,
    churn: Number(query.get('churn') ?? '0'),
    guard: query.get('guard') === 'failing' ? 'failing' : 'holding',
  };
}

const SERVICES = ['proxy', 'web', 'api', 'worker', 'db', 'cache', 'mailer', 'search', 'queue', 'metrics'];
const PROJECTS = ['shop', 'payments', 'analytics-and-a-very-long-project-name', 'blog', 'intranet', 'ci'];
const HOSTILE = '<img src=x onerror=alert(1)>-$t(app.skip)-{{name}}-a-name-that-goes-on-and-on-and-on';

export function makeContainers(count: number): ContainerView[] {
  return Array.from({ length: count }, (_, index): ContainerView => {
    const project = count < 6 ? '' : (PROJECTS[Math.floor(index / 10) % (PROJECTS.length + 1)] ?? '');
    const service = SERVICES[index % SERVICES.length] ?? 'web';
    const round = Math.floor(index / 70);
    const plain = project === '' ? `${service}${count < 6 ? '' : `-${index}`}` : `${project}-${service}-${round + 1}`;
    const networks = [
      `${project || 'bridge'}_${index % 3 === 0 ? 'edge' : 'app'}`,
      ...(index % 4 === 0 ? [`${project || 'bridge'}_data`] : []),
    ];
    return {
      id: index.toString(16).padStart(64, 'c'),
      name: index === 17 ? HOSTILE : plain,
      kind: 'container',
      project,
      service: project === '' ? '' : service,
      state: index % 23 === 7 ? 'exited' : index % 29 === 8 ? 'paused' : 'running',
      image: `registry.example/${project || 'library'}/${service}:2.${index % 9}`,
      networks,
      addresses: [`172.${18 + (index % 12)}.0.${2 + (index % 250)}`],
      ports: ['tcp/80'],
      startedAt: 1,
      finishedAt: 0,
      createdAt: 0,
      published: index % 5 === 0 ? [{ address: '0.0.0.0', hostPort: 8000 + index, port: 80, protocol: 'tcp' }] : [],
    };
  }).toSorted((a, b) => (a.project || '~').localeCompare(b.project || '~'));
}

export const ZONE_VIEWS: readonly EndpointView[] = (['host', 'lan', 'internet'] as const).map((kind) => ({
  id: kind,
  name: kind,
  kind,
  project: '',
  service: '',
  state: '',
  image: '',
  networks: [],
  addresses: [],
  ports: [],
}));

export function networkViews(endpoints: readonly EndpointView[]): NetworkView[] {
  const names = [...new Set(endpoints.flatMap(({ networks }) => networks))];
  return names.map((name) => ({ id: name, name, driver: 'bridge', internal: name.endsWith('data'), subnets: [] }));
}

export function verdictOf(from: EndpointView, to: EndpointView): Verdict {
  if (from.id === to.id) return 'open';
  if (from.state === 'exited' || to.state === 'exited') return 'blocked';
  if (from.kind === 'lan' && to.kind === 'host') return 'unknown';
  if (from.kind !== 'container' && to.kind !== 'container') return from.kind === 'host' ? 'open' : 'blocked';
  if (from.kind === 'host' || to.kind === 'internet' || to.kind === 'host') return 'open';
  if (from.kind !== 'container') return to.addresses.length > 0 && to.id.endsWith('0') ? 'partial' : 'blocked';
  if (from.networks.some((network) => to.networks.includes(network))) return 'open';
  return to.id.endsWith('5') ? 'partial' : 'blocked';
}

export function cellsOf(
  endpoints: readonly EndpointView[],
  denied: ReadonlySet<string>,
  held: boolean,
): { readonly verdicts: Uint8Array; readonly flags: Uint8Array } {
  const size = endpoints.length;
  const verdicts = new Uint8Array(size * size);
  const flags = new Uint8Array(size * size);
  for (const [row, from] of endpoints.entries()) {
    for (const [col, to] of endpoints.entries()) {
      const at = row * size + col;
      const isDenied = denied.has(`${from.id} ${to.id}`);
      verdicts[at] = VERDICTS.indexOf(isDenied && held ? 'blocked' : verdictOf(from, to));
      const side = from.service === 'api' && to.service === 'worker' && from.project === to.project;
      flags[at] = (isDenied ? FLAG_DENIED | (held ? FLAG_HELD : 0) : 0) | (side ? FLAG_SIDE_LAYER : 0);
    }
  }
  return { verdicts, flags };
}

export function explainCell(from: EndpointView, to: EndpointView, denied: boolean, held: boolean): CellView {
  const natural = verdictOf(from, to);
  const verdict = denied && held ? 'blocked' : natural;
  const shared = from.networks.find((network) => to.networks.includes(network));
  return {
    from,
    to,
    verdict,
    enforced: !denied || held,
    channels: [
      {
        layer: 'network',
        kind: shared === undefined ? 'published' : 'bridge',
        via: shared ?? '',
        address: to.addresses[0] ?? '',
        verdict: verdict === 'blocked' ? 'blocked' : 'open',
        rules: [shared === undefined ? 'R110' : 'R101'],
        ...(shared === undefined ? { ports: ['tcp/80', 'tcp/443'] } : {}),
      },
      {
        layer: 'name',
        kind: 'dns',
        via: 'front',
        address: '',
        names: ['db', 'database'],
        verdict: 'open',
        rules: ['R601'],
      },
      { layer: 'data', kind: 'volume', via: 'uploads', address: '', verdict: 'open', rules: ['R611'] },
    ],
    reasons: [
      ...(denied
        ? [
            {
              rule: held ? 'R901' : 'R904',
              text: `Blocked by your rule ${from.name} → ${to.name}.`,
              params: { policy: `${from.name} → ${to.name}` },
            },
          ]
        : []),
      shared === undefined
        ? {
            rule: 'R110',
            text: `${to.name} has an address on another network.`,
            params: { from: from.name, to: to.name, via: to.networks[0] ?? '' },
          }
        : {
            rule: 'R101',
            text: `Both are on the network ${shared}, where containers reach each other on every port.`,
            params: { via: shared },
          },
    ],
    denial: denied ? { state: held ? 'held' : 'failed', policy: `${from.name} → ${to.name}` } : null,
  };
}
