/** The policy file: YAML that people write, comment and commit. Rules F1–F6 of SPEC.md. */
import {
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  Scalar,
  type Document,
  type Node,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import { BulkheadError } from '../errors.ts';
import { EMPTY_POLICY, type Policy, type PolicyRule } from './model.ts';
import { formatSelector, parseSelector, plain } from './selector.ts';

const NEW_FILE = `# Bulkhead: who may talk to whom. Edit freely; comments and order are kept.
# A rule: - { from: shop/web, to: shop/db, action: deny }   (project/service, or container:NAME)
version: 1
posture: open
rules: []
`;

/** Keys of DESIGN §7 that a later version will understand. */
const LATER: Readonly<Record<string, string>> = {
  guarded: 'Guarded networks and projects are not available yet: remove "guarded".',
  ports: 'Rules for single ports are not available yet: remove "ports" to speak of the whole pair.',
};

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
  const source = open(text.trim() === '' ? NEW_FILE : text);
  const { rules } = read(source);
  const { document } = source;
  const present = rules.map(({ rule, node }) => ({ key: ruleKey(rule), node }));
  const items = policyAfter.rules.map((rule) => {
    const at = present.findIndex(({ key }) => key === ruleKey(rule));
    return at < 0 ? ruleNode(document, rule) : (present.splice(at, 1)[0]?.node ?? ruleNode(document, rule));
  });
  const list = ruleList(document);
  // An empty list is written `[]`; its rules belong on lines of their own.
  if (list.items.length === 0) list.flow = false;
  list.items = items;
  if (items.length === 0) list.flow = true;
  return document.toString({ lineWidth: 0, doubleQuotedMinMultiLineLength: Number.MAX_SAFE_INTEGER });
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
  const fields = fieldsOf(root, lines, ['version', 'posture', 'rules'], 'The file');
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
  const posture = fields.get('posture');
  if (posture && valueOf(posture) !== 'open') {
    throw fault(
      lines,
      start(posture),
      'Only the posture "open" is available yet.',
      'Write "posture: open" and deny pairs by rules.',
    );
  }
  const list = fields.get('rules');
  if (!list || (isScalar(list) && list.value === null)) return { policy: EMPTY_POLICY, rules: [] };
  if (!isSeq(list)) throw fault(lines, start(list), '"rules" must be a list.', 'Start every rule with "- ".');
  const rules = (list as YAMLSeq<Node>).items.map((node) => ruleOf(node, lines));
  return { policy: { version: 1, posture: 'open', rules: rules.map(({ rule }) => rule) }, rules };
}

function ruleOf(node: Node, lines: LineCounter): PlacedRule {
  const fields = fieldsOf(node, lines, ['from', 'to', 'action'], 'A rule');
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
  const selector = (name: 'from' | 'to'): string => {
    const value = text(name);
    try {
      return formatSelector(parseSelector(value));
    } catch (thrown) {
      if (!(thrown instanceof BulkheadError)) throw thrown;
      throw fault(lines, start(fields.get(name) ?? node), thrown.message, thrown.hint);
    }
  };
  const action = text('action');
  if (action !== 'deny' && action !== 'allow') {
    throw fault(lines, start(fields.get('action') ?? node), `"${plain(action)}" is no action.`, 'Write deny or allow.');
  }
  return { rule: { from: selector('from'), to: selector('to'), action }, node: node as YAMLMap };
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
      const hint = LATER[name] ?? `Remove it, or correct it to one of ${known.join(', ')}.`;
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

function ruleKey({ from, to, action }: PolicyRule): string {
  return [formatSelector(parseSelector(from)), formatSelector(parseSelector(to)), action].join('\n');
}

function ruleNode(document: Document, rule: PolicyRule): YAMLMap {
  const node = document.createNode({}, { flow: true }) as YAMLMap;
  for (const name of ['from', 'to', 'action'] as const) node.set(name, textNode(rule[name]));
  return node;
}

/** Names with anything but ordinary characters are quoted with escapes, on one line. */
function textNode(text: string): Scalar<string> {
  const node = new Scalar(text);
  if (!/^[A-Za-z][\w.:/-]*\w$/.test(text)) node.type = Scalar.QUOTE_DOUBLE;
  return node;
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
