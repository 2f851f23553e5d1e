/** `--format k8s`: the policy as Kubernetes manifests, with what they cannot say as comments. */
import { Document, isScalar, visit } from 'yaml';
import { plain } from '../policy/selector.ts';
import type { Policy } from '../policy/model.ts';
import { assertNever, type Topology } from '../topology/model.ts';
import { networkPolicies, NAMED, type Manifests, type Note, type WorkloadPolicy } from './network-policy.ts';
import { quoted, yamlText } from './yaml-names.ts';

const HEADER = `NetworkPolicies by Bulkhead: what the policy and the networks of this engine let pass, once everything runs.
All in one namespace: kubectl apply --namespace NAME --filename THIS.
Pods are chosen by Compose's labels (com.docker.compose.project, com.docker.compose.service): carry them over to the
templates of your pods; a container of no project needs the label dev.bulkhead/name.
NetworkPolicies only allow, and add up: what Docker denies is left out here, and any other policy that selects the
same pods can open it again.
A published port stands for the container's own port. DNS of the cluster (kube-dns) is allowed to all.
lan means private addresses outside the cluster: 10.96.0.0/12 and 10.244.0.0/16 are taken for its services and
pods; put yours in their place.`;

/**
 * The manifests as one YAML stream; the same topology and policy give the same bytes.
 *
 * @param only ids of endpoints whose workloads are written; absent: all.  They name the others all the same.
 */
export function exportK8s(topology: Topology, policy: Policy, only?: ReadonlySet<string>): string {
  const manifests = networkPolicies(topology, policy);
  const policies = manifests.policies.filter(({ workload }) => workload.members.some((id) => only?.has(id) ?? true));
  const head = [HEADER, ...leftOut(manifests)].map(commented).join('');
  return [head, ...policies.map((one) => `---\n${policyText(one)}`)].join('');
}

function leftOut({ inHost, stranded }: Manifests): readonly string[] {
  const told = (title: string, text: string): string => `${plain(title)}: ${text}`;
  return [
    ...inHost.map((title) =>
      told(title, 'in the network of the machine; NetworkPolicy leaves out pods with hostNetwork.'),
    ),
    ...stranded.map((title) => told(title, 'shares the network of a container that is gone; left out.')),
  ];
}

function policyText({ workload, manifest, notes }: WorkloadPolicy): string {
  const document = new Document(manifest, { aliasDuplicateObjects: false });
  visit(document, {
    Pair: (_, pair) => {
      if (!isScalar(pair.key) || !NAMED.has(String(pair.key.value)) || !isScalar(pair.value)) return;
      pair.value = quoted(String(pair.value.value));
    },
  });
  const joined = workload.joined.map(
    (title) => `${plain(title)} shares its network: let both be containers of one pod, which this policy is about.`,
  );
  const comments = [plain(workload.title), ...joined, ...notes.map(noteText)];
  return `${comments.map(commented).join('')}${yamlText(document)}`;
}

/** Every line of ours; the texts of others in it were made plain before. */
function commented(text: string): string {
  return text
    .split('\n')
    .map((line) => `# ${line}\n`)
    .join('');
}

function noteText({ kind, from, to, ports }: Note): string {
  const pair = `${plain(from)} -> ${plain(to)}`;
  const some = ports ? ` (${ports.join(' ')})` : '';
  switch (kind) {
    case 'icmp-lost':
      return `${pair}: ICMP passes on Docker; NetworkPolicy cannot list it beside ports, so it does not pass here.`;
    case 'protocols-lost':
      return `${pair}: protocols besides TCP, UDP and SCTP pass on Docker, and cannot be listed here.`;
    case 'node-open':
      return `${pair}${some}: does not pass on Docker; the node and its pods always reach each other, so it does here.`;
    case 'replicas-differ':
      return `${pair}${some}: passes for some replicas only; NetworkPolicy sees one workload, so it does not pass here.`;
    case 'unknown':
      return `${pair}${some}: not known whether it passes on Docker; not allowed here.`;
    default:
      return assertNever(kind);
  }
}
