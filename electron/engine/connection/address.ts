/** Engine addresses: what `--engine`, `DOCKER_HOST` and contexts may say. */
import { BulkheadError } from '../../../shared/errors.ts';

/** An address taken apart.  `context` is the name of a docker context, to be looked up. */
export type ParsedAddress =
  | { readonly kind: 'demo' }
  | { readonly kind: 'socket'; readonly path: string }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number | null; readonly secure: boolean }
  | {
      readonly kind: 'ssh';
      readonly user: string;
      readonly host: string;
      readonly port: number | null;
      /** The socket over there; `''` for that machine's default engine. */
      readonly path: string;
    }
  | { readonly kind: 'context'; readonly name: string };

export const DEFAULT_SOCKET = '/var/run/docker.sock';
export const DEFAULT_PIPE = '//./pipe/docker_engine';

/** The name rule of `docker context create`. */
const CONTEXT_NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.+-]*$/;

/** @throws BulkheadError `BAD_INPUT` when it is none of the forms above. */
export function parseAddress(text: string): ParsedAddress {
  if (text === 'demo') return { kind: 'demo' };
  const [, scheme, rest = ''] = /^([a-z]+):\/\/(.*)$/s.exec(text) ?? [];
  if (scheme === undefined) {
    if (text.startsWith('/')) return { kind: 'socket', path: text };
    if (CONTEXT_NAME.test(text)) return { kind: 'context', name: text };
    throw badAddress(text);
  }
  switch (scheme) {
    case 'unix':
      return { kind: 'socket', path: rest || DEFAULT_SOCKET };
    case 'npipe':
      return { kind: 'socket', path: rest || DEFAULT_PIPE };
    case 'tcp':
    case 'http':
    case 'https': {
      const { hostname, port } = parseUrl(text, `http://${rest}`);
      return { kind: 'tcp', host: bare(hostname), port, secure: scheme === 'https' };
    }
    case 'ssh': {
      const { hostname, port, username, pathname } = parseUrl(text, `http://${rest}`);
      return { kind: 'ssh', user: username, host: bare(hostname), port, path: pathname === '/' ? '' : pathname };
    }
    default:
      throw badAddress(text);
  }
}

/** `DOCKER_HOST` may also be `host:port`, which means tcp. */
export function parseDockerHost(text: string): ParsedAddress {
  return parseAddress(text.includes('://') ? text : `tcp://${text}`);
}

/** Writes an address the one way we write it. */
export function formatAddress(address: ParsedAddress): string {
  switch (address.kind) {
    case 'demo':
      return 'demo';
    case 'context':
      return address.name;
    case 'socket':
      return address.path.startsWith('//./') ? `npipe://${address.path}` : `unix://${address.path}`;
    case 'tcp':
      return `${address.secure ? 'https' : 'tcp'}://${hostPort(address.host, address.port)}`;
    case 'ssh':
      return `ssh://${address.user ? `${address.user}@` : ''}${hostPort(address.host, address.port)}${address.path}`;
  }
}

function hostPort(host: string, port: number | null): string {
  const name = host.includes(':') ? `[${host}]` : host;
  return port === null ? name : `${name}:${port}`;
}

interface UrlParts {
  readonly hostname: string;
  readonly port: number | null;
  readonly username: string;
  readonly pathname: string;
}

function parseUrl(text: string, url: string): UrlParts {
  if (!URL.canParse(url)) throw badAddress(text);
  const { hostname, port, username, pathname } = new URL(url);
  // A URL parser leaves out http's own port 80; nobody means another one by it.
  const explicit80 = /:0*80(\/|$)/.test(url.slice('http://'.length)) ? 80 : null;
  // A name that starts like an option would be one to ssh.
  if (hostname === '' || hostname.startsWith('-') || username.startsWith('-')) throw badAddress(text);
  return {
    hostname,
    port: port === '' ? explicit80 : Number(port),
    username: decodeURIComponent(username),
    pathname: decodeURIComponent(pathname),
  };
}

function bare(hostname: string): string {
  return hostname.replace(/^\[|\]$/g, '');
}

function badAddress(text: string): BulkheadError {
  return new BulkheadError({
    code: 'BAD_INPUT',
    message: `"${text}" is no engine address.`,
    hint: 'Use the name of a docker context, unix://PATH, npipe://PIPE, tcp://HOST:PORT, ssh://USER@HOST, or demo.',
  });
}
