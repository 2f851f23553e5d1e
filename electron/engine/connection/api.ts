/** One engine's API, opened: its negotiated version, plain requests, and dockerode for hijacked streams. */
import type { Agent, IncomingMessage } from 'node:http';
import { createRequire } from 'node:module';
import type Docker from 'dockerode';
import { fetchEach, fetchJson, fetchStream, type ApiRequest, type EachAnswer } from './http.ts';
import { negotiate, type ServerVersion } from './negotiate.ts';
import { thisMachine, type Surroundings } from './surroundings.ts';
import { resolveTarget, type Target } from './target.ts';
import { createTransport, type Transport } from './transport.ts';

export interface DockerApi {
  /** Canonical: the same engine, however it was named, has the same address (see `Target`). */
  readonly address: string;
  /** Where it is, for docker's own programs. */
  readonly target: Target;
  /** Negotiated, e.g. `1.51`. */
  readonly apiVersion: string;
  readonly server: ServerVersion;
  /** The engine's clock (Unix time in seconds, rounded down) at a moment before it was reached; absent: not told. */
  readonly clock?: string;
  /**
   * One request; `path` starts with a slash and carries no version (Podman's own begin with `/libpod/`).  Resolves with the parsed body, null when empty.
   *
   * @throws BulkheadError; `RefusalError` (with `status`) when the engine said no.
   */
  request(path: string, options?: ApiRequest): Promise<unknown>;
  /** Many GET requests, few at a time; calls back once for each, in any order.  Never rejects. */
  requestEach(
    paths: readonly string[],
    options: { readonly signal?: AbortSignal | undefined },
    onAnswer: (index: number, answer: EachAnswer) => void,
  ): Promise<void>;
  /** As `request`, with the body as a stream, which the caller ends. */
  stream(path: string, options?: ApiRequest): Promise<IncomingMessage>;
  /** For exec, attach and build only.  Its types stay inside `engine` and `guard/helper`. */
  readonly docker: Docker;
  /** Ends every connection, streams and hijacked ones included.  Harmless twice. */
  close(): void;
  /** Connections open now; for tests of what is left. */
  openConnections(): number;
}

export interface ConnectOptions {
  readonly signal?: AbortSignal | undefined;
  /** For the whole way to the negotiated version.  Default 15 s. */
  readonly timeoutMs?: number;
  readonly around?: Surroundings;
}

const CONNECT_TIMEOUT_MS = 15_000;

/** Podman counts the versions of its own paths apart; 4.x and 5.x take this one. */
const LIBPOD = { path: '/libpod/', prefix: '/v4.0.0' } as const;

/**
 * Dials the engine and agrees on a version.
 *
 * @param address as `--engine` takes it, except `demo`.
 * @throws BulkheadError `ENGINE_ABSENT`, `ENGINE_PERMISSION`, `ENGINE_TLS`, `ENGINE_UNREACHABLE`,
 * `ENGINE_API_TOO_OLD`, `ENGINE_REFUSED`, `NOT_FOUND` (docker context), `BAD_INPUT`, `CANCELLED`.
 */
export async function connect(address: string, options: ConnectOptions = {}): Promise<DockerApi> {
  const around = options.around ?? thisMachine();
  const target = await resolveTarget(address, around);
  const transport = createTransport(target.dial, around.env);
  try {
    const { json, headers } = await fetchJson(transport, target.address, '/version', {
      signal: options.signal,
      timeoutMs: options.timeoutMs ?? CONNECT_TIMEOUT_MS,
    });
    const { apiVersion, ...server } = negotiate(target.address, json);
    const versioned = (path: string): string =>
      (path.startsWith(LIBPOD.path) ? LIBPOD.prefix : `/v${apiVersion}`) + path;
    const seconds = Date.parse(headers.date ?? '') / 1000;
    let dockerode: Docker | undefined;
    return {
      address: target.address,
      target,
      apiVersion,
      server,
      ...(Number.isNaN(seconds) ? {} : { clock: String(seconds) }),
      request: async (path, request = {}) =>
        (await fetchJson(transport, target.address, versioned(path), request)).json,
      requestEach: (paths, request, onAnswer) =>
        fetchEach(transport, target.address, paths.map(versioned), request, onAnswer),
      stream: (path, request = {}) => fetchStream(transport, target.address, versioned(path), request),
      get docker() {
        dockerode ??= createDockerode(transport, apiVersion);
        return dockerode;
      },
      close: () => transport.close(),
      openConnections: () => transport.open(),
    };
  } catch (thrown) {
    transport.close();
    throw thrown;
  }
}

/**
 * dockerode reads `DOCKER_HOST` and the certificates of `DOCKER_CERT_PATH` whatever it is told, and fails where they
 * make no sense: hide them while it is made.  Nothing else runs meanwhile.
 *
 * Loaded when it is first needed, and that in one go: its 300 files are a fourth of the time a command takes to start.
 */
function createDockerode({ agent, host, port }: Transport, apiVersion: string): Docker {
  const hidden = process.env['DOCKER_HOST'];
  delete process.env['DOCKER_HOST'];
  // Its types do not know `agent`, which its client takes.
  const options: Docker.DockerOptions & { agent: Agent } = {
    protocol: 'http',
    host,
    port,
    agent,
    version: `v${apiVersion}`,
  };
  try {
    const Made = createRequire(import.meta.url)('dockerode') as typeof Docker;
    return new Made(options);
  } finally {
    if (hidden !== undefined) process.env['DOCKER_HOST'] = hidden;
  }
}
