/** Docker's own configuration: its folder, the current context, and what each context says (`docker context`). */
import { createHash } from 'node:crypto';
import { joinPath, type Surroundings } from './surroundings.ts';

/** A context as the docker command line stored it. */
export interface DockerContext {
  readonly name: string;
  /** The engine's address, e.g. `unix:///run/user/1000/docker.sock`. */
  readonly host: string;
  readonly skipTlsVerify: boolean;
  /** Folder that may hold `ca.pem`, `cert.pem`, `key.pem`. */
  readonly tlsFolder: string;
}

export function configFolder(around: Surroundings): string {
  return around.env['DOCKER_CONFIG'] || joinPath(around, around.homedir, '.docker');
}

/** The name of the context in force; null for the built-in `default`, which says nothing about the engine's place. */
export async function currentContextName(around: Surroundings): Promise<string | null> {
  const name = around.env['DOCKER_CONTEXT'] || (await configuredContext(around));
  return name === '' || name === 'default' ? null : name;
}

async function configuredContext(around: Surroundings): Promise<string> {
  const text = await around.files.read(joinPath(around, configFolder(around), 'config.json'));
  const name = field(parse(text), 'currentContext');
  return typeof name === 'string' ? name : '';
}

/** The context of that name; null when there is none, or its file makes no sense. */
export async function readContext(around: Surroundings, name: string): Promise<DockerContext | null> {
  // The docker command line names a context's folder by the digest of the context's name.
  const folder = createHash('sha256').update(name).digest('hex');
  const root = joinPath(around, configFolder(around), 'contexts');
  const text = await around.files.read(joinPath(around, root, 'meta', folder, 'meta.json'));
  const endpoint = field(field(parse(text), 'Endpoints'), 'docker');
  const host = field(endpoint, 'Host');
  if (typeof host !== 'string' || host === '') return null;
  return {
    name,
    host,
    skipTlsVerify: field(endpoint, 'SkipTLSVerify') === true,
    tlsFolder: joinPath(around, root, 'tls', folder, 'docker'),
  };
}

function parse(text: string | null): unknown {
  try {
    return text === null ? null : JSON.parse(text);
  } catch {
    return null;
  }
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

/** What `docker context ls` tells of one, the built-in `default` left out. */
export interface ListedContext {
  readonly name: string;
  readonly description: string;
  readonly current: boolean;
}

export async function listContexts(around: Surroundings): Promise<readonly ListedContext[]> {
  const root = joinPath(around, configFolder(around), 'contexts', 'meta');
  const current = await currentContextName(around);
  const folders = await around.files.list(root);
  const contexts = await Promise.all(
    folders.map(async (folder) => {
      const meta = parse(await around.files.read(joinPath(around, root, folder, 'meta.json')));
      const name = field(meta, 'Name');
      const description = field(field(meta, 'Metadata'), 'Description');
      if (typeof name !== 'string') return null;
      return { name, description: typeof description === 'string' ? description : '', current: name === current };
    }),
  );
  return contexts.filter((one) => one !== null).toSorted((a, b) => (a.name < b.name ? -1 : 1));
}
