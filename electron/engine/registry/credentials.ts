/**
 * The user's own docker credentials (`~/.docker/config.json`), as the docker command line finds them: a helper for that
 * registry, else the helper for all, else what the file itself holds.
 *
 * Secrets go from here into one header of one request.  They are in no error, no log and no job.
 */
import { BulkheadError } from '../../../shared/errors.ts';
import { configFolder } from '../connection/docker-config.ts';
import { joinPath, type Surroundings } from '../connection/surroundings.ts';
import { objectOf, textMapOf, textOf, type JsonObject } from '../inventory/json.ts';
import { askHelper, type AskHelper } from './credential-helper.ts';

export interface Credentials {
  readonly username?: string;
  readonly password?: string;
  readonly identitytoken?: string;
  readonly serveraddress: string;
}

/** Under which the command line keeps those for Docker Hub. */
const HUB = 'https://index.docker.io/v1/';
const HELPER_NAME = /^[\w.-]+$/;

export interface CredentialsOptions {
  readonly around: Surroundings;
  readonly signal?: AbortSignal | undefined;
  /** For tests. */
  readonly ask?: AskHelper;
}

/**
 * @param registry as in `ImageReference`
 * @returns null where the user has none for it: the registry is then asked as a stranger
 * @throws BulkheadError `STORAGE` where a helper is named and does not answer
 */
export async function credentialsFor(registry: string, options: CredentialsOptions): Promise<Credentials | null> {
  const key = keyOf(registry);
  const config = await readConfig(options.around);
  const helper = helperFor(config, key);
  if (helper !== '') {
    const found = await fromHelper(helper, key, options);
    if (found) return found;
  }
  const auths = objectOf(config['auths']);
  const direct = fromFile(auths[key], key);
  if (direct) return direct;
  // Older command lines wrote `https://host/v1/` for a plain host.
  const [, same] = Object.entries(auths).find(([name]) => hostOf(name) === hostOf(key)) ?? [];
  return fromFile(same, key);
}

/** For a build, whose base images may come from anywhere: all there are, by registry. */
export async function allCredentials(options: CredentialsOptions): Promise<Readonly<Record<string, Credentials>>> {
  const config = await readConfig(options.around);
  const names = new Set([...Object.keys(objectOf(config['auths'])), ...Object.keys(objectOf(config['credHelpers']))]);
  const all: Record<string, Credentials> = {};
  for (const name of names) {
    const helper = helperFor(config, name);
    const found =
      (helper === '' ? null : await fromHelper(helper, name, options)) ??
      fromFile(objectOf(config['auths'])[name], name);
    if (found) all[name] = found;
  }
  return all;
}

/** `X-Registry-Auth` and its like. */
export function headerOf(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64').replaceAll('+', '-').replaceAll('/', '_');
}

function keyOf(registry: string): string {
  return registry === 'docker.io' ? HUB : registry;
}

async function readConfig(around: Surroundings): Promise<JsonObject> {
  const text = await around.files.read(joinPath(around, configFolder(around), 'config.json'));
  if (text === null) return {};
  try {
    return objectOf(JSON.parse(text));
  } catch {
    throw new BulkheadError({
      code: 'STORAGE',
      message: 'The configuration of docker (config.json) cannot be understood.',
      hint: 'Correct it, or log in again with docker login.',
    });
  }
}

function helperFor(config: JsonObject, key: string): string {
  const name = textMapOf(config['credHelpers'])[key] || textOf(config['credsStore']);
  // It becomes part of a program's name.
  return HELPER_NAME.test(name) ? name : '';
}

async function fromHelper(
  helper: string,
  key: string,
  { around, signal, ask = askHelper }: CredentialsOptions,
): Promise<Credentials | null> {
  const answer = await ask({ helper, registry: key, env: around.env, signal });
  if (answer === null || answer.secret === '') return null;
  // What a helper keeps under this name is no password.
  if (answer.username === '<token>') return { identitytoken: answer.secret, serveraddress: key };
  return { username: answer.username, password: answer.secret, serveraddress: key };
}

function fromFile(entry: unknown, key: string): Credentials | null {
  const auth = objectOf(entry);
  const token = textOf(auth['identitytoken']);
  if (token !== '') return { identitytoken: token, serveraddress: key };
  const pair = Buffer.from(textOf(auth['auth']), 'base64').toString('utf8');
  const colon = pair.indexOf(':');
  if (colon > 0) {
    // The command line pads some with zero bytes.
    const password = pair.slice(colon + 1).replace(/\0+$/, '');
    return { username: pair.slice(0, colon), password, serveraddress: key };
  }
  const [username, password] = [textOf(auth['username']), textOf(auth['password'])];
  return username === '' ? null : { username, password, serveraddress: key };
}

function hostOf(name: string): string {
  return name.replace(/^https?:\/\//, '').split('/', 1)[0] ?? '';
}
