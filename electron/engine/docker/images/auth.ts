/** The user's credentials as the engine takes them. */
import { homedir } from 'node:os';
import { toErrorShape } from '../../../../shared/errors.ts';
import { realFiles, type Surroundings } from '../../connection/surroundings.ts';
import { allCredentials, credentialsFor, headerOf } from '../../registry/credentials.ts';

/** Asked each time: the user may log in while we run. */
export type Around = () => Surroundings;

export const thisMachine: Around = () => ({
  env: process.env,
  homedir: homedir(),
  platform: process.platform,
  files: realFiles,
});

interface AuthOptions {
  readonly signal?: AbortSignal | undefined;
  /** Where it is said that credentials could not be had.  As for the docker command line, that is no reason not to try. */
  readonly line?: ((text: string) => void) | undefined;
}

export async function authHeader(
  around: Around,
  registry: string,
  { signal, line }: AuthOptions,
): Promise<Record<string, string>> {
  try {
    // The engine wants the header for a push even from a stranger.
    return { 'x-registry-auth': headerOf((await credentialsFor(registry, { around: around(), signal })) ?? {}) };
  } catch (thrown) {
    signal?.throwIfAborted();
    line?.(toErrorShape(thrown).message);
    return { 'x-registry-auth': headerOf({}) };
  }
}

export async function buildHeader(around: Around, { signal, line }: AuthOptions): Promise<Record<string, string>> {
  try {
    return { 'x-registry-config': headerOf(await allCredentials({ around: around(), signal })) };
  } catch (thrown) {
    signal?.throwIfAborted();
    line?.(toErrorShape(thrown).message);
    return {};
  }
}
