/**
 * A world in a few words, as JSON: networks and containers to bring up on a real engine and to compare with the
 * prediction.  Fixtures, generated worlds and the ones a failure was shrunk to are all written so.
 */

export interface NetworkPlan {
  readonly driver?: string;
  readonly internal?: boolean;
  readonly ipv6?: boolean;
  /** On the subnets of the machine's own uplink, beside its addresses, instead of subnets of its own. */
  readonly uplink?: true;
  /** Subnets to have instead of those its place gives it; containers get addresses in `range`. */
  readonly subnets?: readonly { readonly subnet: string; readonly gateway: string; readonly range: string }[];
  /** Driver options by their full names; for a bridge, a name without dots gets `com.docker.network.bridge.` before it. */
  readonly options?: Readonly<Record<string, string>>;
}

export interface ContainerPlan {
  /** Network names separated by spaces, `host`, `none`, `bridge` or `container:NAME`. */
  readonly on: string;
  /** `8080:80`, `8080:80/udp`, `127.0.0.1:8080:80`, `[::1]:8080:80`, `@NETWORK:8080:80` (that network's IPv4 gateway). */
  readonly publish?: readonly string[];
  /** `80` (tcp) or `80/udp`. */
  readonly expose?: readonly string[];
  /** `NAME:ALIAS`, or `NAME:ALIAS@NETWORK` for a private alias on the first of its networks. */
  readonly links?: readonly string[];
  readonly aliases?: readonly string[];
  /** `VOLUME:/path[:ro]` or `/host/path:/path[:ro]`. */
  readonly mounts?: readonly string[];
  /**
   * `unplugged`: runs, and was taken off its only network.  `restarting`: ends at once, and the engine waits longer and
   * longer before it tries again; one per plan, for the rig waits until that takes seconds.  `removed`: ran, and was
   * removed by force; those in its stack stay.
   */
  readonly state?: 'running' | 'paused' | 'exited' | 'created' | 'restarted' | 'unplugged' | 'restarting' | 'removed';
  readonly privileged?: boolean;
  readonly capAdd?: readonly string[];
  /** `host` or `container:NAME`; `ipc` also `shareable`, for those that others join. */
  readonly pid?: string;
  readonly ipc?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Lines of its hosts file, name to address. */
  readonly hosts?: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
}

export interface WorldPlan {
  readonly networks?: Readonly<Record<string, NetworkPlan>>;
  /** A text is short for `{ on: text }`.  Who is joined or linked to must come earlier. */
  readonly containers: Readonly<Record<string, string | ContainerPlan>>;
  /** Pairs to block through the product before comparing. */
  readonly blocks?: readonly (readonly [from: string, to: string])[];
}

/** The containers of a plan in order, each in full. */
export function containersOf({ containers }: WorldPlan): readonly (readonly [string, ContainerPlan])[] {
  return Object.entries(containers).map(([name, one]) => [name, typeof one === 'string' ? { on: one } : one] as const);
}

export interface PublishPlan {
  readonly hostIp: string;
  readonly hostPort: number;
  readonly port: number;
  readonly protocol: 'tcp' | 'udp';
}

/** @throws Error when the text is none. */
export function publishOf(text: string): PublishPlan {
  const match = /^(?:\[?([^\]]+?)\]?:)?(\d+):(\d+)(?:\/(tcp|udp))?$/.exec(text);
  if (!match) throw new Error(`Not a published port: ${text}`);
  const [, hostIp = '', hostPort, port, protocol = 'tcp'] = match;
  return { hostIp, hostPort: Number(hostPort), port: Number(port), protocol: protocol as 'tcp' | 'udp' };
}

/** The subnets a plan's networks get, by their place in `networksOf`, from 1. */
export function subnetsOf(index: number): { readonly v4: string; readonly gateway: string; readonly v6: string } {
  const high = String(201 + Math.floor(index / 250));
  const low = String(index % 250);
  return { v4: `10.${high}.${low}.0/24`, gateway: `10.${high}.${low}.1`, v6: `fd00:b0b:${index.toString(16)}::/64` };
}

/** Networks a plan names, in order of appearance: those described and those only mentioned.  Built-in ones are left out. */
export function networksOf(plan: WorldPlan): readonly (readonly [string, NetworkPlan])[] {
  const described = plan.networks ?? {};
  const mentioned = containersOf(plan).flatMap(([, { on }]) => words(on));
  const names = [...new Set([...Object.keys(described), ...mentioned])];
  return names.filter((name) => !isBuiltIn(name)).map((name) => [name, described[name] ?? {}] as const);
}

export function words(text: string): readonly string[] {
  return text.split(' ').filter((word) => word !== '');
}

function isBuiltIn(name: string): boolean {
  return name === 'host' || name === 'none' || name === 'bridge' || name.startsWith('container:');
}
