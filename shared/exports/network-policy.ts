/** NetworkPolicies (networking.k8s.io/v1) that let pass what a policy lets pass. What that means is in SPEC.md. */
import { formatPorts, intersectionOf, isEmpty, isEveryPort, minus, unionOf, ALL_PORTS, NO_PORTS } from '../ports.ts';
import type { PortRange, PortSet } from '../ports.ts';
import type { Policy } from '../policy/model.ts';
import type { Topology } from '../topology/model.ts';
import { labelNames, objectNames, type Names } from './kubernetes-names.ts';
import { asRunning, reachesOf, wantedDenials, type Reaches } from './reach.ts';
import { workloadsOf, type Workload, type Workloads } from './workloads.ts';

export interface LabelSelector {
  readonly matchLabels?: Readonly<Record<string, string>>;
}

export interface PolicyPeer {
  readonly podSelector?: LabelSelector;
  readonly namespaceSelector?: LabelSelector;
  readonly ipBlock?: { readonly cidr: string; readonly except?: readonly string[] };
}

/** `port` absent: every port of the protocol. */
export interface PolicyPort {
  readonly protocol: 'TCP' | 'UDP' | 'SCTP';
  readonly port?: number;
  readonly endPort?: number;
}

export interface IngressRule {
  readonly from: readonly PolicyPeer[];
  readonly ports?: readonly PolicyPort[];
}

export interface EgressRule {
  readonly to: readonly PolicyPeer[];
  readonly ports?: readonly PolicyPort[];
}

export interface NetworkPolicy {
  readonly apiVersion: 'networking.k8s.io/v1';
  readonly kind: 'NetworkPolicy';
  readonly metadata: { readonly name: string; readonly annotations: Readonly<Record<string, string>> };
  readonly spec: {
    readonly podSelector: LabelSelector;
    readonly policyTypes: readonly ['Ingress', 'Egress'];
    readonly ingress: readonly IngressRule[];
    readonly egress: readonly EgressRule[];
  };
}

/** What Docker and its policy say of a pair, and a NetworkPolicy cannot.  Sides are titles or zones. */
export interface Note {
  readonly kind:
    /** ICMP passes, but a list of ports names none: it does not pass here. */
    | 'icmp-lost'
    /** Protocols besides TCP, UDP, SCTP and ICMP pass, and a list of ports names none. */
    | 'protocols-lost'
    /** The node always reaches its pods, and they it: what is denied there stays open here. */
    | 'node-open'
    /** Replicas fare differently: what only some may is not allowed. */
    | 'replicas-differ'
    /** Not known on Docker, so not allowed here. */
    | 'unknown';
  readonly from: string;
  readonly to: string;
  /** Ports it is about, as `formatPorts` writes them; absent: all, or it speaks of no port. */
  readonly ports?: readonly string[];
}

export interface WorkloadPolicy {
  readonly workload: Workload;
  readonly manifest: NetworkPolicy;
  readonly notes: readonly Note[];
}

export interface Manifests extends Pick<Workloads, 'inHost' | 'stranded'> {
  readonly policies: readonly WorkloadPolicy[];
}

const PROJECT_LABEL = 'com.docker.compose.project';
const SERVICE_LABEL = 'com.docker.compose.service';
const NAME_LABEL = 'dev.bulkhead/name';
export const WORKLOAD_ANNOTATION = 'dev.bulkhead/workload';
/** Keys of a manifest whose values are names of others. */
export const NAMED: ReadonlySet<string> = new Set([
  'name',
  PROJECT_LABEL,
  SERVICE_LABEL,
  NAME_LABEL,
  WORKLOAD_ANNOTATION,
]);

/** Address ranges of a cluster's own pods and services; those of kubeadm and flannel as they come. */
export const CLUSTER_RANGES = ['10.96.0.0/12', '10.244.0.0/16'] as const;

/** Private addresses, as the predictor counts them to `lan`. */
export const LAN_BLOCKS = [
  '10.0.0.0/8',
  '100.64.0.0/10',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.168.0.0/16',
  'fc00::/7',
  'fe80::/10',
] as const;

const LAN_PEERS: readonly PolicyPeer[] = LAN_BLOCKS.map((cidr) =>
  cidr === '10.0.0.0/8' ? { ipBlock: { cidr, except: CLUSTER_RANGES } } : { ipBlock: { cidr } },
);

/** Everything else, without loopback and groups, as the firewall's tables count it to `internet`. */
const INTERNET_PEERS: readonly PolicyPeer[] = [
  {
    ipBlock: {
      cidr: '0.0.0.0/0',
      except: ['0.0.0.0/8', '127.0.0.0/8', '224.0.0.0/4', ...LAN_BLOCKS.filter((cidr) => !cidr.includes(':'))],
    },
  },
  { ipBlock: { cidr: '::/0', except: ['::1/128', 'ff00::/8', 'fc00::/7', 'fe80::/10'] } },
];

const ZONE_PEERS = { lan: LAN_PEERS, internet: INTERNET_PEERS } as const;

const DNS: EgressRule = {
  to: [
    {
      namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } },
      podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } },
    },
  ],
  ports: [
    { protocol: 'UDP', port: 53 },
    { protocol: 'TCP', port: 53 },
  ],
};

/** One NetworkPolicy per workload, in the topology's order. */
export function networkPolicies(topology: Topology, policy: Policy): Manifests {
  const running = asRunning(topology);
  const reaches = reachesOf(running, wantedDenials(policy, running));
  const { workloads, inHost, stranded } = workloadsOf(running);
  const selectors = selectorsOf(workloads);
  const names = objectNames(workloads.map(({ title }) => title));
  const policies = workloads.map((workload) => {
    const egress = new Sides();
    const ingress = new Sides();
    const notes: Note[] = [];
    for (const other of workloads) {
      const peer = [{ podSelector: selectors.get(other) ?? {} }];
      egress.add(peer, between(reaches, workload, other, notes));
      ingress.add(peer, between(reaches, other, workload, other === workload ? [] : notes));
    }
    for (const zone of ['lan', 'internet'] as const) {
      egress.add(ZONE_PEERS[zone], between(reaches, workload, zone, notes));
      ingress.add(ZONE_PEERS[zone], between(reaches, zone, workload, notes));
    }
    notes.push(...nodeNotes(reaches, workload));
    const manifest: NetworkPolicy = {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: names.of(workload.title), annotations: { [WORKLOAD_ANNOTATION]: workload.title } },
      spec: {
        podSelector: selectors.get(workload) ?? {},
        policyTypes: ['Ingress', 'Egress'],
        ingress: ingress.rules().map(({ peers, ports }) => ({ from: peers, ...ports })),
        egress: [DNS, ...egress.rules().map(({ peers, ports }) => ({ to: peers, ...ports }))],
      },
    };
    return { workload, manifest, notes };
  });
  return { policies, inHost, stranded };
}

/** Compose's own labels, so that whoever carries them over has what is selected here. */
function selectorsOf(workloads: readonly Workload[]): ReadonlyMap<Workload, LabelSelector> {
  const labels: Names = labelNames(workloads.flatMap(({ project, service, title }) => [project, service, title]));
  return new Map(
    workloads.map((workload) => {
      const { project, service, title } = workload;
      const matchLabels: Readonly<Record<string, string>> =
        service === ''
          ? { [NAME_LABEL]: labels.of(title) }
          : { [PROJECT_LABEL]: labels.of(project), [SERVICE_LABEL]: labels.of(service) };
      return [workload, { matchLabels }];
    }),
  );
}

type Side = Workload | 'lan' | 'internet';

/** What every member of the one may open towards every member of the other. */
function between(reaches: Reaches, from: Side, to: Side, notes: Note[]): PortSet {
  const membersOf = (side: Side): readonly string[] => (typeof side === 'string' ? [side] : side.members);
  const pairs = membersOf(from).flatMap((a) => membersOf(to).flatMap((b) => (a === b ? [] : [reaches(a, b)])));
  if (pairs.length === 0) return NO_PORTS;
  const all = pairs.map(({ open }) => open).reduce(intersectionOf);
  const some = pairs.map(({ open }) => open).reduce(unionOf);
  const unknown = minus(pairs.map((one) => one.unknown).reduce(unionOf), some);
  const sides = { from: titleOf(from), to: titleOf(to) };
  const about = (kind: Note['kind'], set: PortSet): void => {
    const ports = formatPorts(set);
    notes.push({ kind, ...sides, ...(ports ? { ports } : {}) });
  };
  const differs = minus(some, all);
  if (!isEmpty(differs)) about('replicas-differ', differs);
  if (!isEmpty(unknown)) about('unknown', unknown);
  if (all.icmp && !isEveryPort(all)) notes.push({ kind: 'icmp-lost', ...sides });
  if (all.other && !isEveryPort(all)) notes.push({ kind: 'protocols-lost', ...sides });
  return all;
}

function titleOf(side: Side): string {
  return typeof side === 'string' ? side : side.title;
}

/** What is denied of the machine: it would be the node, which no NetworkPolicy keeps away. */
function nodeNotes(reaches: Reaches, { members, title }: Workload): readonly Note[] {
  const lacking = (pairs: readonly PortSet[]): PortSet => minus(ALL_PORTS, pairs.reduce(intersectionOf, ALL_PORTS));
  const note = (from: string, to: string, set: PortSet): readonly Note[] => {
    if (isEmpty(set)) return [];
    const ports = formatPorts(set);
    return [{ kind: 'node-open', from, to, ...(ports ? { ports } : {}) }];
  };
  return [
    ...note('host', title, lacking(members.map((id) => reaches('host', id).open))),
    ...note(title, 'host', lacking(members.map((id) => reaches(id, 'host').open))),
  ];
}

/** Peers by what they may, those with the same ports together. */
class Sides {
  readonly #found = new Map<string, { readonly peers: PolicyPeer[]; readonly set: PortSet }>();

  add(peers: readonly PolicyPeer[], set: PortSet): void {
    if (!isEveryPort(set) && portsOf(set).length === 0) return;
    const key = formatPorts(set)?.join(' ') ?? '';
    const found = this.#found.get(key);
    if (found) found.peers.push(...peers);
    else this.#found.set(key, { peers: [...peers], set });
  }

  rules(): readonly {
    readonly peers: readonly PolicyPeer[];
    readonly ports: { readonly ports?: readonly PolicyPort[] };
  }[] {
    return [...this.#found.values()].map(({ peers, set }) => ({
      peers,
      ports: isEveryPort(set) ? {} : { ports: portsOf(set) },
    }));
  }
}

function portsOf({ tcp, udp, other }: PortSet): readonly PolicyPort[] {
  const listed = (protocol: 'TCP' | 'UDP', ranges: readonly PortRange[]): readonly PolicyPort[] =>
    ranges.map(([first, last]): PolicyPort => {
      if (first === 1 && last === 65_535) return { protocol };
      return first === last ? { protocol, port: first } : { protocol, port: first, endPort: last };
    });
  return [...listed('TCP', tcp), ...listed('UDP', udp), ...(other ? [{ protocol: 'SCTP' } as const] : [])];
}
