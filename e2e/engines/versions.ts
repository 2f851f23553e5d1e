/** One engine the rig can start. */
export interface EngineVersion {
  readonly kind: 'docker' | 'podman';
  /** Major and minor, as tests name it; the packaged version must start with it. */
  readonly version: string;
  /** Debian suites that hold it, tried in order. The machine's own suite means: installed with apt, not unpacked. */
  readonly suites: readonly string[];
  /** Flags this version needs beyond the common ones to run with IPv4 and IPv6 firewalls. */
  readonly daemonArgs: readonly string[];
  /**
   * Whether packets between two containers of one bridge pass the host's firewall from the start. Until 27.2 the engine
   * loads br_netfilter, whose default is yes; later ones turn it on only for networks that need it.
   */
  readonly bridgeNetfilter: boolean;
}

// Until 27 the engine filters IPv6 only as an experiment.
const EXPERIMENTAL_IPV6 = ['--experimental', '--ip6tables'];

/** Every version of Docker under test. A new version is one line. */
export const ENGINE_VERSIONS = [
  { kind: 'docker', version: '20.10', suites: ['bookworm'], daemonArgs: EXPERIMENTAL_IPV6, bridgeNetfilter: true },
  { kind: 'docker', version: '26.1', suites: ['trixie'], daemonArgs: EXPERIMENTAL_IPV6, bridgeNetfilter: true },
  { kind: 'docker', version: '28.5', suites: ['forky', 'sid'], daemonArgs: [], bridgeNetfilter: false },
] as const satisfies readonly EngineVersion[];

/** Podman with netavark, as the machine's own suite has it (4.3 in bookworm). Its networks differ too much for Docker's tests. */
export const PODMAN = {
  kind: 'podman',
  version: 'podman',
  suites: ['bookworm'],
  daemonArgs: [],
  bridgeNetfilter: true,
} as const satisfies EngineVersion;

/** All of them. */
export const ENGINES: readonly EngineVersion[] = [...ENGINE_VERSIONS, PODMAN];

/** The name of a version in {@link ENGINE_VERSIONS}. */
export type EngineVersionName = (typeof ENGINE_VERSIONS)[number]['version'];

/** Finds a version by name. Throws with the known names when there is none. */
export function engineVersion(name: string): EngineVersion {
  const found = ENGINES.find(({ version }) => version === name);
  if (found === undefined) {
    throw new Error(`Unknown engine version "${name}". Known: ${ENGINES.map((v) => v.version).join(', ')}.`);
  }
  return found;
}
