/** Names of images as people write them, taken apart as the docker command line does. */

export interface ImageReference {
  /** `docker.io`, `127.0.0.1:5000`. */
  readonly registry: string;
  /** Without the registry; official images have `library/` before them. */
  readonly path: string;
  /** `latest` where neither tag nor digest is given; `''` with a digest alone. */
  readonly tag: string;
  /** `sha256:…`, `''` when there is none. */
  readonly digest: string;
  /** As the engine calls it: without `docker.io/` and `library/`, without tag. */
  readonly name: string;
}

const DEFAULT_REGISTRY = 'docker.io';
const COMPONENT = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';
const PATH = new RegExp(`^${COMPONENT}(?:/${COMPONENT})*$`);
const REGISTRY = /^(?:[a-zA-Z0-9](?:[a-zA-Z0-9.-]*[a-zA-Z0-9])?|\[[0-9a-fA-F:]+\])(?::\d{1,5})?$/;
const TAG = /^\w[\w.-]{0,127}$/;
const DIGEST = /^[a-z0-9]+(?:[.+_-][a-z0-9]+)*:[0-9a-fA-F]{32,}$/;

/** @returns null for what no engine would take for a name */
export function parseReference(text: string): ImageReference | null {
  const [rest = '', digest = '', ...more] = text.trim().split('@');
  if (more.length > 0 || (text.includes('@') && !DIGEST.test(digest))) return null;
  const slash = rest.indexOf('/');
  const first = slash < 0 ? '' : rest.slice(0, slash);
  // Only what cannot be part of a path is a machine's name.
  const hasRegistry = first === 'localhost' || /[.:[]/.test(first) || first !== first.toLowerCase();
  const registry = hasRegistry ? first.replace(/^index\.docker\.io$/, DEFAULT_REGISTRY) : DEFAULT_REGISTRY;
  const named = hasRegistry ? rest.slice(slash + 1) : rest;
  const colon = named.indexOf(':', named.lastIndexOf('/') + 1);
  const given = colon < 0 ? named : named.slice(0, colon);
  const tag = colon < 0 ? (digest === '' ? 'latest' : '') : named.slice(colon + 1);
  if (!PATH.test(given) || !REGISTRY.test(registry) || (tag !== '' && !TAG.test(tag))) return null;
  if (colon >= 0 && tag === '') return null;
  const isHub = registry === DEFAULT_REGISTRY;
  const path = isHub && !given.includes('/') ? `library/${given}` : given;
  return { registry, path, tag, digest, name: isHub ? path.replace(/^library\//, '') : `${registry}/${path}` };
}
