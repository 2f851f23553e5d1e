/** A Compose project as `docker compose config --format json` prints it: only what is looked at here has a type. */

export interface ComposePort {
  readonly target: number;
  /** `8080`, a range `8080-8090` of which the engine takes the first free one, or nothing for any port. */
  readonly published?: string;
  readonly host_ip?: string;
  readonly protocol?: string;
  readonly [more: string]: unknown;
}

export interface ComposeMount {
  readonly type: string;
  readonly source?: string;
  readonly target: string;
  readonly read_only?: boolean;
  readonly [more: string]: unknown;
}

export interface ComposeService {
  readonly image?: string;
  readonly container_name?: string;
  readonly network_mode?: string;
  readonly pid?: string;
  readonly ipc?: string;
  readonly networks?: Readonly<Record<string, ComposeAttachment | null>>;
  readonly ports?: readonly ComposePort[];
  readonly volumes?: readonly ComposeMount[];
  readonly volumes_from?: readonly string[];
  readonly links?: readonly string[];
  readonly external_links?: readonly string[];
  readonly depends_on?: Readonly<Record<string, object>>;
  readonly sysctls?: Readonly<Record<string, unknown>>;
  readonly scale?: number;
  readonly deploy?: { readonly replicas?: number } | null;
  readonly use_api_socket?: boolean;
  readonly [more: string]: unknown;
}

export interface ComposeAttachment {
  readonly ipv4_address?: string;
  readonly ipv6_address?: string;
  readonly [more: string]: unknown;
}

export interface ComposeNetwork {
  readonly name?: string;
  readonly driver?: string;
  readonly driver_opts?: Readonly<Record<string, string>>;
  readonly external?: boolean;
  readonly enable_ipv6?: boolean;
  readonly ipam?: { readonly config?: readonly { readonly subnet?: string }[] | null };
  readonly [more: string]: unknown;
}

export interface ComposeVolume {
  readonly name?: string;
  readonly driver?: string;
  readonly driver_opts?: Readonly<Record<string, string>> | null;
  readonly external?: boolean;
  readonly [more: string]: unknown;
}

export interface ComposeProject {
  readonly name: string;
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly networks?: Readonly<Record<string, ComposeNetwork | null>>;
  readonly volumes?: Readonly<Record<string, ComposeVolume | null>>;
}

/** Something that is not as the file has it. */
export interface Note {
  /** What: `web: healthcheck`. */
  readonly what: string;
  /** Why, or what stands for it: the end of "… — because". */
  readonly why: string;
}

/** How many containers a service has (Compose lets `scale` win over `deploy.replicas`). */
export function replicasOf({ scale, deploy }: ComposeService): number {
  return scale ?? deploy?.replicas ?? 1;
}

/** Notes with one reason on one line: `web, db: healthcheck` … — reason. */
export function notesText(notes: readonly Note[]): readonly string[] {
  const byWhy = new Map<string, string[]>();
  for (const { what, why } of notes) {
    const known = byWhy.get(why) ?? [];
    if (!known.includes(what)) known.push(what);
    byWhy.set(why, known);
  }
  return [...byWhy].map(([why, what]) => `${what.join(', ')} — ${why}`);
}
