/** What can be told of a compose file without Compose. */
import { parse } from 'yaml';

/** Paths that it extends or includes, with the defaults of variables in them.  A text that is no YAML has none. */
export function otherFiles(text: string): readonly string[] {
  const file = objectOf(read(text));
  const extended = Object.values(objectOf(file['services'])).map(
    (service) => objectOf(objectOf(service)['extends'])['file'],
  );
  const included = listOf(file['include']).flatMap((one) =>
    typeof one === 'string' ? one : listOf(objectOf(one)['path']),
  );
  const paths = [...extended, ...included].filter((path) => typeof path === 'string');
  return paths.map((path) => path.replace(/\$\{\w+:?-([^}]*)\}/g, '$1'));
}

/** Whether services stand at the top of the file, as before Compose knew networks. */
export function isVersionOne(text: string): boolean {
  const file = objectOf(read(text));
  if ('services' in file || 'include' in file) return false;
  return Object.values(file).some((one) => 'image' in objectOf(one) || 'build' in objectOf(one));
}

function read(text: string): unknown {
  try {
    return parse(text, { merge: true, logLevel: 'silent' });
  } catch {
    return null;
  }
}

function objectOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : value === undefined ? [] : [value];
}
