/** How docker's own programs are told to use the engine that Bulkhead is connected to. */
import { formatAddress } from './address.ts';
import { configFolder } from './docker-config.ts';
import type { Surroundings } from './surroundings.ts';
import type { Target } from './target.ts';

/** What chooses an engine: of the user's own none may be left, or it would be another one. */
const CHOOSERS = ['DOCKER_HOST', 'DOCKER_CONTEXT', 'DOCKER_TLS', 'DOCKER_TLS_VERIFY', 'DOCKER_CERT_PATH'] as const;

/** The environment for a program of docker's: the user's own, with the way to this engine in place of any other. */
export function programEnvironment({ dial, address }: Target, around: Surroundings): Record<string, string> {
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(around.env)) if (value !== undefined) env[name] = value;
  const asked = env['DOCKER_CERT_PATH'];
  for (const name of CHOOSERS) delete env[name];
  switch (dial.kind) {
    case 'socket':
    case 'ssh':
      return { ...env, DOCKER_HOST: formatAddress(dial) };
    case 'tcp':
      // A context's certificates are where docker's programs find them by its name.
      if (!address.includes('://')) return { ...env, DOCKER_CONTEXT: address };
      return {
        ...env,
        DOCKER_HOST: formatAddress({ kind: 'tcp', host: dial.host, port: dial.port, secure: false }),
        ...(dial.tls
          ? {
              [dial.tls.verify ? 'DOCKER_TLS_VERIFY' : 'DOCKER_TLS']: '1',
              DOCKER_CERT_PATH: asked || configFolder(around),
            }
          : {}),
      };
  }
}
