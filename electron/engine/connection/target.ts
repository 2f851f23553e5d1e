/** From an address to a way to dial: contexts looked up, certificates read. */
import { BulkheadError } from '../../../shared/errors.ts';
import { formatAddress, parseAddress, type ParsedAddress } from './address.ts';
import { configFolder, readContext } from './docker-config.ts';
import { joinPath, type Surroundings } from './surroundings.ts';

export interface TlsMaterial {
  readonly ca: string | null;
  readonly cert: string | null;
  readonly key: string | null;
  readonly verify: boolean;
}

export type Dial =
  | { readonly kind: 'socket'; readonly path: string }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number; readonly tls: TlsMaterial | null }
  | Extract<ParsedAddress, { kind: 'ssh' }>;

export interface Target {
  /**
   * The one way this engine is written, so that one engine has one policy file however it was named: the address a
   * context stands for, or the context's own name where it adds certificates.
   */
  readonly address: string;
  readonly dial: Dial;
}

/**
 * @throws BulkheadError `BAD_INPUT` for no address at all, `NOT_FOUND` for an unknown context, `ENGINE_TLS` when the
 * certificates that were asked for are not there.
 */
export async function resolveTarget(text: string, around: Surroundings): Promise<Target> {
  const parsed = parseAddress(text);
  if (parsed.kind !== 'context') return { address: formatAddress(parsed), dial: await dialOf(parsed, envTls(around)) };
  const context = await readContext(around, parsed.name);
  if (!context) {
    throw new BulkheadError({
      code: 'NOT_FOUND',
      message: `There is no docker context "${parsed.name}".`,
      hint: 'List them with: docker context ls',
    });
  }
  const inner = parseAddress(context.host);
  if (inner.kind !== 'tcp') return { address: formatAddress(inner), dial: await dialOf(inner, async () => null) };
  const tls = await readTls(around, context.tlsFolder, !context.skipTlsVerify);
  const secure = inner.secure || tls.ca !== null || tls.cert !== null || context.skipTlsVerify;
  return {
    address: secure ? parsed.name : formatAddress(inner),
    dial: await dialOf(inner, () => Promise.resolve(secure ? tls : null)),
  };
}

async function dialOf(parsed: ParsedAddress, tlsOf: (secure: boolean) => Promise<TlsMaterial | null>): Promise<Dial> {
  switch (parsed.kind) {
    case 'socket':
    case 'ssh':
      return parsed;
    case 'tcp': {
      const tls = await tlsOf(parsed.secure);
      return { kind: 'tcp', host: parsed.host, port: parsed.port ?? (tls ? 2376 : 2375), tls };
    }
    case 'context':
    case 'demo':
      throw new BulkheadError({
        code: 'BAD_INPUT',
        message: `"${formatAddress(parsed)}" does not lead to an engine.`,
        hint: 'A docker context must hold a unix://, npipe://, tcp:// or ssh:// address.',
      });
  }
}

/** What `DOCKER_TLS`, `DOCKER_TLS_VERIFY` and `DOCKER_CERT_PATH` say, as the docker command line reads them. */
function envTls(around: Surroundings): (secure: boolean) => Promise<TlsMaterial | null> {
  return async (secure) => {
    const verify = Boolean(around.env['DOCKER_TLS_VERIFY']);
    if (!secure && !verify && !around.env['DOCKER_TLS']) return null;
    const asked = around.env['DOCKER_CERT_PATH'];
    const tls = await readTls(around, asked || configFolder(around), secure || verify);
    if (asked && tls.ca === null && tls.cert === null) {
      throw new BulkheadError({
        code: 'ENGINE_TLS',
        message: `There are no certificates in ${asked}.`,
        hint: 'DOCKER_CERT_PATH must name a readable folder with ca.pem, cert.pem and key.pem.',
      });
    }
    return tls;
  };
}

async function readTls(around: Surroundings, folder: string, verify: boolean): Promise<TlsMaterial> {
  const read = (name: string): Promise<string | null> => around.files.read(joinPath(around, folder, name));
  const [ca, cert, key] = await Promise.all([read('ca.pem'), read('cert.pem'), read('key.pem')]);
  return { ca, cert: key === null ? null : cert, key: cert === null ? null : key, verify };
}
