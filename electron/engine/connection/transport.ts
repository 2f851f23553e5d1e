/** One agent for every way to an engine, so that all code above speaks plain HTTP and closes in one place. */
import { Agent, type AgentOptions } from 'node:http';
import { connect as connectNet } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import { openSshSocket } from './ssh-socket.ts';
import type { Dial, TlsMaterial } from './target.ts';

export interface Transport {
  readonly agent: Agent;
  /** For the `Host` header; the agent ignores it. */
  readonly host: string;
  readonly port: number;
  /** A connection of its own for `pipelined`; null where more than the engine may stand at the other end. */
  readonly dial: (() => Duplex) | null;
  /** Ends every connection that is open, also those handed to a hijacked stream. */
  close(): void;
  /** Connections open now; for tests of what is left. */
  open(): number;
}

/** Idle connections are kept this long (ms).  One over ssh is a process, and dear to make. */
const IDLE_MS = { cheap: 5000, dear: 60_000 };

export function createTransport(dial: Dial, env: Readonly<Record<string, string | undefined>>): Transport {
  const sockets = new Set<Duplex>();
  const dear = dial.kind === 'ssh';
  const open = (): Duplex => {
    const socket = openSocket(dial, env);
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    return socket;
  };
  const agent = new DialAgent(open, {
    keepAlive: true,
    timeout: dear ? IDLE_MS.dear : IDLE_MS.cheap,
    ...(dear ? { maxSockets: 8 } : {}),
  });
  return {
    agent,
    // What the docker command line sends where the engine has no name.
    host: dial.kind === 'tcp' ? dial.host : 'api.moby.localhost',
    port: dial.kind === 'tcp' ? dial.port : 80,
    dial: dial.kind === 'socket' ? open : null,
    close: () => {
      agent.destroy();
      for (const socket of sockets) socket.destroy();
    },
    open: () => sockets.size,
  };
}

class DialAgent extends Agent {
  readonly #dial: () => Duplex;

  constructor(dial: () => Duplex, options: AgentOptions) {
    // Else it looks for every request whether the host is an address: for TLS, which is not its to speak.
    const named = { ...options, servername: '' };
    super(named);
    this.#dial = dial;
  }

  override createConnection(): Duplex {
    return this.#dial();
  }
}

function openSocket(dial: Dial, env: Readonly<Record<string, string | undefined>>): Duplex {
  switch (dial.kind) {
    case 'socket':
      return connectNet({ path: dial.path });
    case 'ssh':
      return openSshSocket(dial, env);
    case 'tcp':
      return dial.tls === null
        ? connectNet({ host: dial.host, port: dial.port })
        : connectTls({ host: dial.host, port: dial.port, ...tlsOptions(dial.host, dial.tls) });
  }
}

function tlsOptions(host: string, { ca, cert, key, verify }: TlsMaterial): Record<string, unknown> {
  const isName = !/^[\d.]+$/.test(host) && !host.includes(':');
  return {
    ...(ca === null ? {} : { ca }),
    ...(cert === null || key === null ? {} : { cert, key }),
    ...(isName ? { servername: host } : {}),
    rejectUnauthorized: verify,
  };
}
