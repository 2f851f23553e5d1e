/** The policy file: YAML that people write, comment and commit. Rules F1–F6 of SPEC.md. */
import {
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  Scalar,
  visit,
  type Document,
  type Node,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import { BulkheadError } from '../errors.ts';
import { formatPorts, parsePorts } from '../ports.ts';
import { EMPTY_POLICY, type Policy, type PolicyRule } from './model.ts';
import { formatSelector, parseSelector, plain } from './selector.ts';

const NEW_FILE = `# Bulkhead: who may talk to whom. Edit freely; comments and order are kept.
# A rule: - { from: shop/web, to: shop/db, ports: [tcp/5432], action: deny }   (without ports: everything)
# yaml-language-server: $schema=../policy.schema.json
# Names: project/service, container:NAME, project:NAME, network:NAME, label:KEY=VALUE, all, host, lan, internet.
version: 1
posture: open
rules: []
`;

/** Lists of names beside the rules, in the order in which they are written into a file that has none of them. */
const LISTS = ['guarded', 'isolated', 'offline'] as const;
type ListName = (typeof LISTS)[number];

/**
 * Reads the file's text; the selectors come out as `formatSelector` writes them.  An empty text is the empty policy.
 *
 * @throws BulkheadError `POLICY_FILE`; its message starts with `line:column`.
 */
export function parsePolicy(text: string): Policy {
  return read(open(text)).policy;
}

/**
 * The file's text after the policy became `policyAfter`: the rules that stay keep their lines, comments and order.
 *
 * @throws BulkheadError `POLICY_FILE` when the present text cannot be understood; it is not to be overwritten then.
 */
export function editPolicy(text: string, policyAfter: Policy): string {
  const written = text.trim() === '' ? NEW_FILE : text;
  const source = open(written);
  const { rules, policy: policyOfRead } = read(source);
  const { document } = source;
  const present = rules.map(({ rule, node }) => ({ key: ruleKey(rule), node }));
  const items = policyAfter.rules.map((rule) => {
    const at = present.findIndex(({ key }) => key === ruleKey(rule));
    return at < 0 ? ruleNode(document, rule) : (present.splice(at, 1)[0]?.node ?? ruleNode(document, rule));
  });
  if (policyAfter.posture !== policyOfRead.posture) document.set('posture', policyAfter.posture);
  for (const name of LISTS) editList(document, name, policyAfter[name]);
  const list = ruleList(document);
  // An empty list is written `[]`; its rules belong on lines of their own.
  if (list.items.length === 0) list.flow = false;
  list.items = items;
  if (items.length === 0) list.flow = true;
  keepPadding(document, written);
  return document.toString({ lineWidth: 0, doubleQuotedMinMultiLineLength: Number.MAX_SAFE_INTEGER });
}

/** `[tcp/80]` stays without spaces and `{ from: a }` with them, as they were written; new ones are written so. */
function keepPadding(document: Document, text: string): void {
  visit(document, {
    Collection: (_, node) => {
      if (!node.flow) return;
      const [start] = node.range ?? [];
      const isPadded = start === undefined ? isMap(node) : /\s/.test(text.charAt(start + 1));
      const write = node.toString.bind(node);
      // The library has one setting for the whole document.
      node.toString = (context, ...rest) =>
        write(context && { ...context, flowCollectionPadding: isPadded ? ' ' : '' }, ...rest);
    },
  });
}

interface Source {
  readonly document: Document.Parsed;
  readonly lines: LineCounter;
}

interface PlacedRule {
  readonly rule: PolicyRule;
  readonly node: YAMLMap;
}

function open(text: string): Source {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, strict: true, uniqueKeys: true, prettyErrors: false });
  const [error] = document.errors;
  if (error) throw fault(lines, error.pos[0], error.message.split('\n')[0] ?? 'This is no YAML.', 'Correct the line.');
  return { document, lines };
}

function read({ document, lines }: Source): { readonly policy: Policy; readonly rules: readonly PlacedRule[] } {
  const root = document.contents as Node | null;
  if (root === null || (isScalar(root) && root.value === null)) return { policy: EMPTY_POLICY, rules: [] };
  const fields = fieldsOf(root, lines, ['version', 'posture', ...LISTS, 'rules'], 'The file');
  const version = fields.get('version');
  if (!version) throw fault(lines, start(root), 'The version is missing.', 'Add a line "version: 1".');
  if (valueOf(version) !== 1) {
    throw fault(
      lines,
      start(version),
      'This version of the file is not known here.',
      'Write "version: 1", or use a newer Bulkhead.',
    );
  }
  const postureNode = fields.get('posture');
  const posture = postureNode ? valueOf(postureNode) : 'open';
  if (posture !== 'open' && posture !== 'guarded') {
    throw fault(
      lines,
      start(postureNode ?? root),
      'That is no posture.',
      'Write "posture: open" or "posture: guarded".',
    );
  }
  const names = (name: ListName): readonly string[] => namesOf(fields.get(name), name, lines);
  const head: Omit<Policy, 'rules'> = {
    version: 1,
    posture,
    guarded: names('guarded'),
    isolated: names('isolated'),
    offline: names('offline'),
  };
  const list = fields.get('rules');
  if (!list || (isScalar(list) && list.value === null)) return { policy: { ...head, rules: [] }, rules: [] };
  if (!isSeq(list)) throw fault(lines, start(list), '"rules" must be a list.', 'Start every rule with "- ".');
  const rules = (list as YAMLSeq<Node>).items.map((node) => ruleOf(node, lines));
  return { policy: { ...head, rules: rules.map(({ rule }) => rule) }, rules };
}

/** A list of selectors as `formatSelector` writes them, each once. */
function namesOf(node: Node | undefined, name: ListName, lines: LineCounter): readonly string[] {
  if (!node || (isScalar(node) && node.value === null)) return [];
  if (!isSeq(node)) throw fault(lines, start(node), `"${name}" must be a list.`, 'Write it as [network:front, …].');
  const items = (node as YAMLSeq<Node>).items.map((item) => {
    const value = valueOf(item);
    if (typeof value !== 'string') throw fault(lines, start(item), 'A name must be a text.', 'Put it in quotes.');
    const selector = selectorAt(value, item, lines);
    if (name !== 'guarded' || /^(?:network|project):/.test(selector)) return selector;
    throw fault(
      lines,
      start(item),
      `"${plain(value)}" cannot be guarded.`,
      'Write network:NAME or project:NAME; "posture: guarded" guards everything.',
    );
  });
  return [...new Set(items)];
}

function selectorAt(text: string, node: Node, lines: LineCounter): string {
  try {
    return formatSelector(parseSelector(text));
  } catch (thrown) {
    if (!(thrown instanceof BulkheadError)) throw thrown;
    throw fault(lines, start(node), thrown.message, thrown.hint);
  }
}

function ruleOf(node: Node, lines: LineCounter): PlacedRule {
  const fields = fieldsOf(node, lines, ['from', 'to', 'ports', 'action'], 'A rule');
  const text = (name: string): string => {
    const field = fields.get(name);
    if (!field) {
      throw fault(
        lines,
        start(node),
        `The rule has no "${name}".`,
        'A rule is { from: NAME, to: NAME, action: deny }.',
      );
    }
    const value = valueOf(field);
    if (typeof value === 'string') return value;
    throw fault(lines, start(field), `"${name}" must be a text.`, 'Put it in quotes if it looks like a number.');
  };
  const selector = (name: 'from' | 'to'): string => selectorAt(text(name), fields.get(name) ?? node, lines);
  const action = text('action');
  if (action !== 'deny' && action !== 'allow') {
    throw fault(lines, start(fields.get('action') ?? node), `"${plain(action)}" is no action.`, 'Write deny or allow.');
  }
  const ports = portsAt(fields.get('ports'), lines);
  return {
    rule: { from: selector('from'), to: selector('to'), action, ...(ports ? { ports } : {}) },
    node: node as YAMLMap,
  };
}

/** `null`: the rule speaks of everything. */
function portsAt(node: Node | undefined, lines: LineCounter): readonly string[] | null {
  if (!node) return null;
  const items = isSeq(node) ? (node as YAMLSeq<Node>).items : [node];
  const texts = items.map((item) => {
    const value = valueOf(item);
    if (typeof value === 'string') return value;
    throw fault(lines, start(item), 'A port must be a text such as tcp/5432.', 'Write ports: [tcp/5432, udp/53].');
  });
  try {
    return formatPorts(parsePorts(texts));
  } catch (thrown) {
    if (!(thrown instanceof BulkheadError)) throw thrown;
    throw fault(lines, start(node), thrown.message, thrown.hint);
  }
}

/** The fields of a mapping, each of a known name. */
function fieldsOf(node: Node, lines: LineCounter, known: readonly string[], what: string): ReadonlyMap<string, Node> {
  if (!isMap<Node, Node>(node)) {
    throw fault(
      lines,
      start(node),
      `${what} must be made of "name: value".`,
      'See the first lines of a new policy file.',
    );
  }
  const fields = new Map<string, Node>();
  for (const { key, value } of node.items) {
    const name = String(valueOf(key));
    if (!known.includes(name)) {
      const hint = `Remove it, or correct it to one of ${known.join(', ')}.`;
      throw fault(lines, start(key), `"${plain(name)}" is not a key Bulkhead knows here.`, hint);
    }
    if (value) fields.set(name, value);
  }
  return fields;
}

/** A plain value; anchors and aliases are nothing a policy needs and are never followed. */
function valueOf(node: Node): unknown {
  return isScalar(node) ? node.value : undefined;
}

function start(node: Node): number {
  return node.range?.[0] ?? 0;
}

function fault(lines: LineCounter, offset: number, message: string, hint: string): BulkheadError {
  const { line, col } = lines.linePos(offset);
  return new BulkheadError({ code: 'POLICY_FILE', message: `${line || 1}:${col || 1} ${message}`, hint });
}

function ruleKey({ from, to, action, ports }: PolicyRule): string {
  return [formatSelector(parseSelector(from)), formatSelector(parseSelector(to)), action, ports?.join(' ')].join('\n');
}

function ruleNode(document: Document, rule: PolicyRule): YAMLMap {
  const node = document.createNode({}, { flow: true }) as YAMLMap;
  for (const name of ['from', 'to'] as const) node.set(name, textNode(rule[name]));
  if (rule.ports) node.set('ports', document.createNode(rule.ports, { flow: true }));
  node.set('action', textNode(rule.action));
  return node;
}

/** Names with anything but ordinary characters are quoted with escapes, on one line. */
function textNode(text: string): Scalar<string> {
  const node = new Scalar(text);
  if (!/^[A-Za-z][\w.:/-]*\w$/.test(text)) node.type = Scalar.QUOTE_DOUBLE;
  return node;
}

/** Names that stay keep their lines and comments; a list that is emptied stays as `[]`, one that never was is not made. */
function editList(document: Document, name: ListName, wanted: readonly string[]): void {
  const present = isMap(document.contents) ? document.get(name, true) : undefined;
  if (!isSeq(present)) {
    if (wanted.length === 0) return;
    if (!isMap(document.contents)) document.contents = document.createNode({ version: 1, posture: 'open' });
    document.set(name, document.createNode(wanted.map(textNode), { flow: true }));
    return;
  }
  const items = (present as YAMLSeq<Node>).items;
  const known = items.map((node) => ({ node, text: formatSelector(parseSelector(String(valueOf(node)))) }));
  (present as YAMLSeq<Node>).items = wanted.map(
    (text) => known.find((one) => one.text === text)?.node ?? textNode(text),
  );
  if (wanted.length === 0) present.flow = true;
}

/** The document's list of rules, made where it is missing. */
function ruleList(document: Document): YAMLSeq<YAMLMap> {
  if (!isMap(document.contents)) document.contents = document.createNode({ version: 1, posture: 'open' });
  const present = document.get('rules', true);
  if (isSeq(present)) return present as YAMLSeq<YAMLMap>;
  const made = document.createNode([]) as YAMLSeq<YAMLMap>;
  document.set('rules', made);
  return made;
}
