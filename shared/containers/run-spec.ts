/** A container as a user asks for it: what the run dialog edits, and what `docker run` would be told. */

export interface PortRequest {
  /** `''`: every address of the machine. */
  readonly address: string;
  /** 0: one that the engine finds. */
  readonly hostPort: number;
  readonly port: number;
  readonly protocol: 'tcp' | 'udp' | 'sctp';
}

export interface MountRequest {
  readonly type: 'bind' | 'volume' | 'tmpfs';
  /** A path of the machine, or a volume's name; `''` for an anonymous volume, and for tmpfs. */
  readonly source: string;
  readonly target: string;
  readonly readOnly: boolean;
}

export interface NetworkRequest {
  /** A network's name; alone also `host`, `none` or `container:NAME`. */
  readonly name: string;
  readonly aliases: readonly string[];
  /** `''`: one that the engine finds. */
  readonly ipv4: string;
}

export interface RunSpec {
  readonly image: string;
  /** `''`: one that the engine finds. */
  readonly name: string;
  /** Null: the image's own; `[]`: none. */
  readonly entrypoint: readonly string[] | null;
  /** Empty: the image's own. */
  readonly command: readonly string[];
  readonly ports: readonly PortRequest[];
  readonly env: readonly { readonly name: string; readonly value: string }[];
  readonly labels: readonly { readonly name: string; readonly value: string }[];
  readonly mounts: readonly MountRequest[];
  /** The first is the one it is created on; empty: the default bridge. */
  readonly networks: readonly NetworkRequest[];
  readonly restart: 'no' | 'on-failure' | 'always' | 'unless-stopped';
  /** For `on-failure`; 0: for ever. */
  readonly restartTries: number;
  /** Bytes; 0: unlimited. */
  readonly memory: number;
  /** Of a processor core, e.g. 1.5; 0: unlimited. */
  readonly cpus: number;
  readonly hostname: string;
  readonly user: string;
  readonly workdir: string;
  readonly tty: boolean;
  readonly privileged: boolean;
  /** Removed by the engine as soon as it ends. */
  readonly autoRemove: boolean;
}

/** A value of a variable or a label that is longer (characters) is not told: one that is made after another keeps it as it is. */
export const LONGEST_VALUE = 65_536;

export const EMPTY_SPEC: RunSpec = {
  image: '',
  name: '',
  entrypoint: null,
  command: [],
  ports: [],
  env: [],
  labels: [],
  mounts: [],
  networks: [],
  restart: 'no',
  restartTries: 0,
  memory: 0,
  cpus: 0,
  hostname: '',
  user: '',
  workdir: '',
  tty: false,
  privileged: false,
  autoRemove: false,
};
