/** Values for variables that a compose file uses and nobody set: made up from where they stand. */
import { isMap, isPair, isScalar, isSeq, parseAllDocuments, type Node } from 'yaml';

/** One use of a variable in a file: the keys that lead there, and the text it stands in. */
interface Use {
  readonly keys: readonly string[];
  readonly text: string;
}

/**
 * A value for the variable that lets the file be read: a port where a port must be, a path where a path must be, an
 * address or a subnet, a number, else a word.  `index` keeps the values of several variables apart.
 */
export function guessValue(name: string, files: readonly string[], index: number): string {
  const uses = files.flatMap((text) => usesOf(name, text));
  for (const use of uses) {
    const guess = fromUse(name, use, index);
    if (guess !== null) return guess;
  }
  return fromName(name, index);
}

/** Variables that Compose warned about: they are blank now. */
export function blankVariables(warnings: string): readonly string[] {
  return [
    ...new Set([...warnings.matchAll(/The \\?"([A-Za-z_]\w*)\\?" variable is not set/g)].map(([, name = '']) => name)),
  ];
}

/** The variable that Compose will not go on without, of the form `${NAME:?…}`. */
export function requiredVariable(error: string): string | null {
  return /required variable ([A-Za-z_]\w*) is missing a value/.exec(error)?.[1] ?? null;
}

function fromUse(name: string, { keys, text }: Use, index: number): string | null {
  const under = (key: string): boolean => keys.includes(key);
  const last = keys.at(-1) ?? '';
  if (last === 'ipv4_address' || last === 'gateway') return null;
  if (last === 'subnet' || last === 'ip_range') return subnet(index);
  if (['published', 'target', 'expose'].includes(last) || under('expose')) return port(index);
  if (last === 'host_ip') return '127.0.0.1';
  if (under('ports')) return isAddressPart(name, text) ? '127.0.0.1' : port(index);
  if (under('volumes') || under('device')) {
    const head = before(name, text);
    return head === '' || head.endsWith(':') ? `/srv/${name.toLowerCase()}` : head.endsWith('/') ? 'data' : null;
  }
  if (NUMBERS.has(last)) return '1';
  if (BOOLEANS.has(last)) return 'false';
  return null;
}

const NUMBERS = new Set([
  'replicas',
  'scale',
  'cpus',
  'mem_limit',
  'memory',
  'pids_limit',
  'shm_size',
  'retries',
  'cpu_shares',
  'mtu',
]);
const BOOLEANS = new Set([
  'external',
  'internal',
  'privileged',
  'read_only',
  'init',
  'tty',
  'enable_ipv6',
  'attachable',
]);

function fromName(name: string, index: number): string {
  if (/PORT/i.test(name)) return port(index);
  if (/SUBNET|CIDR/i.test(name)) return subnet(index);
  if (/(^|_)(IP|IPV4|ADDR|ADDRESS|BIND)$/i.test(name)) return '127.0.0.1';
  if (/(DIR|PATH|ROOT|FOLDER|LOCATION|VOLUME|DATA)$/i.test(name)) return `/srv/${name.toLowerCase()}`;
  return `v${String(index + 1)}`;
}

const port = (index: number): string => String(18_000 + index);
const subnet = (index: number): string => `10.199.${String(index % 256)}.0/24`;

/** In `IP:HOST:CONTAINER`, the first of three. */
function isAddressPart(name: string, text: string): boolean {
  const bare = text.replace(/\$\{[^}]*\}/g, (use) => (mentions(name, use) ? '@' : '1'));
  return bare.split(':').length === 3 && (bare.split(':')[0] ?? '').includes('@');
}

function before(name: string, text: string): string {
  return text.slice(0, Math.max(0, text.search(reference(name))));
}

function mentions(name: string, text: string): boolean {
  return reference(name).test(text);
}

function reference(name: string): RegExp {
  return new RegExp(`\\$(\\{${name}(?!\\w)|${name}(?!\\w))`);
}

/** Every scalar of a YAML text that mentions the variable.  A text that is no YAML has none. */
function usesOf(name: string, text: string): readonly Use[] {
  if (!mentions(name, text)) return [];
  const found: Use[] = [];
  const walk = (node: unknown, keys: readonly string[]): void => {
    if (isScalar(node)) {
      if (typeof node.value === 'string' && mentions(name, node.value)) found.push({ keys, text: node.value });
    } else if (isSeq(node)) for (const item of node.items) walk(item, keys);
    else if (isMap(node)) for (const pair of node.items) walk(pair, keys);
    else if (isPair(node)) walk(node.value, isScalar(node.key) ? [...keys, String(node.key.value)] : keys);
  };
  // Tags like !reset are Compose's business.
  for (const document of parseAllDocuments(text, { merge: true, logLevel: 'silent' })) {
    walk((document as { contents: Node | null }).contents, []);
  }
  return found;
}
