/** What an engine warns of in `GET /info`, told apart so that the page can say in plain words what it means and what to do. */

export const WARNING_CODES = [
  'insecure-api',
  'forwarding',
  'bridge-netfilter',
  'memory',
  'cpu',
  'io',
  'pids',
  'oom',
  'rootless-cgroups',
  'cgroup-v1',
  'storage',
  'security',
  'registry',
  'other',
] as const;
export type WarningCode = (typeof WARNING_CODES)[number];

/** The first that fits; from moby's `daemon/info*.go` and `pkg/sysinfo`, 20.10 to 29. */
const KNOWN: readonly (readonly [RegExp, WarningCode])[] = [
  [/API is accessible on|without encryption|without TLS|TLS verification/i, 'insecure-api'],
  [/forwarding is disabled/i, 'forwarding'],
  [/bridge-nf-call-ip6?tables|br_netfilter/i, 'bridge-netfilter'],
  [/rootless.*cgroup|without cgroup/i, 'rootless-cgroups'],
  [/cgroup v1/i, 'cgroup-v1'],
  [/oom kill/i, 'oom'],
  [/memory|swap/i, 'memory'],
  [/cpu/i, 'cpu'],
  [/blkio|\bio\.(?:weight|max)/i, 'io'],
  [/pids?/i, 'pids'],
  [/storage.driver|devicemapper|overlay|loopback|d_type|graph ?driver/i, 'storage'],
  [/seccomp|apparmor|selinux|userns/i, 'security'],
  [/registr|mirror/i, 'registry'],
];

export function warningCode(text: string): WarningCode {
  return KNOWN.find(([said]) => said.test(text))?.[1] ?? 'other';
}
