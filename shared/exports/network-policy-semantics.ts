/**
 * What NetworkPolicies let pass, evaluated as the documentation of Kubernetes says ("Network Policies", and the API
 * reference of networking.k8s.io/v1), for tests.  It reads parsed manifests and knows nothing of how ours are made.
 */

export interface Pod {
  readonly namespace: string;
  readonly namespaceLabels: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly ip: string;
  /** Ports by name. */
  readonly ports?: Readonly<Record<string, number>>;
}

/** Somebody outside the cluster. */
export interface Outsider {
  readonly ip: string;
}

export type Party = Pod | Outsider;

export interface Connection {
  readonly protocol: 'TCP' | 'UDP' | 'SCTP' | 'ICMP';
  /** Of ICMP none. */
  readonly port: number;
}

interface Requirement {
  readonly key: string;
  readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';
  readonly values?: readonly string[];
}

interface Selector {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly Requirement[];
}

interface Peer {
  readonly podSelector?: Selector;
  readonly namespaceSelector?: Selector;
  readonly ipBlock?: { readonly cidr: string; readonly except?: readonly string[] };
}

interface Port {
  readonly protocol?: string;
  readonly port?: number | string;
  readonly endPort?: number;
}

interface Rule {
  readonly from?: readonly Peer[];
  readonly to?: readonly Peer[];
  readonly ports?: readonly Port[];
}

export interface Manifest {
  readonly metadata?: { readonly namespace?: string };
  readonly spec: {
    readonly podSelector: Selector;
    readonly policyTypes?: readonly string[];
    readonly ingress?: readonly Rule[];
    readonly egress?: readonly Rule[];
  };
}

export interface Cluster {
  readonly policies: readonly Manifest[];
  /** Where manifests without a namespace are applied. */
  readonly namespace: string;
  /** Implementations differ in whether an `ipBlock` also speaks of addresses of pods. */
  readonly blocksMatchPods: boolean;
}

/** Both ends must let it pass; a pod always reaches itself. */
export function isAllowed(cluster: Cluster, from: Party, to: Party, connection: Connection): boolean {
  if (from === to) return true;
  return leaves(cluster, from, to, connection) && enters(cluster, from, to, connection);
}

function leaves(cluster: Cluster, from: Party, to: Party, connection: Connection): boolean {
  if (!isPod(from)) return true;
  const policies = selecting(cluster, from).filter((one) => typesOf(one).includes('Egress'));
  if (policies.length === 0) return true;
  return policies.some((policy) =>
    (policy.spec.egress ?? []).some(
      ({ to: peers, ports }) => isOneOf(cluster, policy, peers, to) && hasPort(ports, connection, to),
    ),
  );
}

function enters(cluster: Cluster, from: Party, to: Party, connection: Connection): boolean {
  if (!isPod(to)) return true;
  const policies = selecting(cluster, to).filter((one) => typesOf(one).includes('Ingress'));
  if (policies.length === 0) return true;
  return policies.some((policy) =>
    (policy.spec.ingress ?? []).some(
      ({ from: peers, ports }) => isOneOf(cluster, policy, peers, from) && hasPort(ports, connection, to),
    ),
  );
}

function isPod(party: Party): party is Pod {
  return 'labels' in party;
}

function namespaceOf(cluster: Cluster, { metadata }: Manifest): string {
  return metadata?.namespace ?? cluster.namespace;
}

function selecting(cluster: Cluster, pod: Pod): readonly Manifest[] {
  return cluster.policies.filter(
    (one) => namespaceOf(cluster, one) === pod.namespace && isSelected(one.spec.podSelector, pod.labels),
  );
}

/** "If no policyTypes are specified, Ingress will always be set, and Egress if there are any egress rules." */
function typesOf({ spec }: Manifest): readonly string[] {
  return spec.policyTypes ?? ['Ingress', ...(spec.egress && spec.egress.length > 0 ? ['Egress'] : [])];
}

/** All requirements must hold; none at all selects everything. */
function isSelected({ matchLabels = {}, matchExpressions = [] }: Selector, labels: Pod['labels']): boolean {
  const has = (key: string): boolean => Object.hasOwn(labels, key);
  return (
    Object.entries(matchLabels).every(([key, value]) => has(key) && labels[key] === value) &&
    matchExpressions.every(({ key, operator, values = [] }) => {
      switch (operator) {
        case 'In':
          return has(key) && values.includes(labels[key] ?? '');
        case 'NotIn':
          return !has(key) || !values.includes(labels[key] ?? '');
        case 'Exists':
          return has(key);
        case 'DoesNotExist':
          return !has(key);
      }
    })
  );
}

/** An empty or missing list stands for everybody. */
function isOneOf(cluster: Cluster, policy: Manifest, peers: readonly Peer[] | undefined, party: Party): boolean {
  if (!peers || peers.length === 0) return true;
  return peers.some(({ ipBlock, podSelector, namespaceSelector }) => {
    if (ipBlock) {
      if (isPod(party) && !cluster.blocksMatchPods) return false;
      return isIn(party.ip, ipBlock.cidr) && !(ipBlock.except ?? []).some((cidr) => isIn(party.ip, cidr));
    }
    if (!isPod(party)) return false;
    const inNamespace = namespaceSelector
      ? isSelected(namespaceSelector, party.namespaceLabels)
      : party.namespace === namespaceOf(cluster, policy);
    return inNamespace && (!podSelector || isSelected(podSelector, party.labels));
  });
}

/** An empty or missing list stands for everything, ICMP included; names are the target pod's. */
function hasPort(ports: readonly Port[] | undefined, connection: Connection, to: Party): boolean {
  if (!ports || ports.length === 0) return true;
  return ports.some(({ protocol = 'TCP', port, endPort }) => {
    if (protocol !== connection.protocol) return false;
    if (port === undefined) return true;
    const first = typeof port === 'number' ? port : isPod(to) ? to.ports?.[port] : undefined;
    return first !== undefined && first <= connection.port && connection.port <= (endPort ?? first);
  });
}

function isIn(ip: string, cidr: string): boolean {
  const [base = '', length = ''] = cidr.split('/');
  if (isFour(ip) !== isFour(base)) return false;
  const width = isFour(ip) ? 32n : 128n;
  const shift = width - BigInt(length);
  return bits(ip) >> shift === bits(base) >> shift;
}

function bits(ip: string): bigint {
  if (isFour(ip)) return ip.split('.').reduce((sum, part) => (sum << 8n) | BigInt(part), 0n);
  const [head = '', tail] = ip.split('::');
  const groups = (text: string): readonly string[] => (text === '' ? [] : text.split(':'));
  const [before, after] = [groups(head), groups(tail ?? '')];
  const zeros = tail === undefined ? 0 : 8 - before.length - after.length;
  return [...before, ...Array<string>(zeros).fill('0'), ...after].reduce(
    (sum, part) => (sum << 16n) | BigInt(`0x${part}`),
    0n,
  );
}

function isFour(address: string): boolean {
  return !address.includes(':');
}
