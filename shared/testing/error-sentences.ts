/**
 * Every sentence with which something can say that it went wrong, read from the sources with the TypeScript compiler.
 *
 * Errors are thrown in English, where they happen, in plain words.  Whoever translates them needs the list of those words, and a
 * test needs it too: it is what keeps a new error from being shown in English to a reader of another language.
 */
import ts from 'typescript';

export interface Sentence {
  /** In the words of the source, with a `{name}` for each part that is not known before it happens. */
  readonly template: string;
  /** `path:line` of (one of) the places that say it. */
  readonly where: string;
}

/** A message or a hint of which not one word is known. */
export interface Unreadable {
  /** `path: the expression`. */
  readonly what: string;
}

export interface ErrorSentences {
  readonly sentences: readonly Sentence[];
  readonly unreadable: readonly Unreadable[];
}

/** Alternatives that one expression may come to; more are taken for one place. */
const MOST = 24;
/** Named for what they are made of, not for how. */
const TRANSPARENT = /^(join|trim|slice|toString|toISOString|map|filter|toLowerCase|replace|replaceAll|at)$/;

/** An error has `message` and `hint`; a finding of the doctor `title` and `detail` besides; what could not be read, `why`. */
const WORDS = new Set(['message', 'hint', 'title', 'detail', 'why']);

/** @param files absolute paths of the sources; what they import is read along. @param root what `where` is relative to. */
export function errorSentences(files: readonly string[], root: string): ErrorSentences {
  const program = programOf(files);
  const wanted = new Set(files);
  const sources = program.getSourceFiles().filter(({ fileName }) => wanted.has(fileName));
  const read = createReader(program.getTypeChecker(), sources);
  const sentences = new Map<string, string>();
  const unreadable = new Set<string>();
  for (const source of sources) {
    const path = source.fileName.slice(root.length + 1);
    visit(source, (node) => {
      if (!ts.isObjectLiteralExpression(node) || !saysWhatWentWrong(node)) return;
      for (const property of node.properties) {
        if (!WORDS.has(property.name?.getText() ?? '')) continue;
        const { line } = source.getLineAndCharacterOfPosition(property.getStart());
        const { whole, parts } = read(property);
        for (const template of [...whole, ...parts]) {
          if (isPlace(template)) unreadable.add(`${path}: ${property.getText().replaceAll(/\s+/g, ' ')}`);
          else if (template !== '') sentences.set(template, sentences.get(template) ?? `${path}:${line + 1}`);
        }
      }
    });
  }
  return {
    sentences: [...sentences].map(([template, where]) => ({ template, where })),
    unreadable: [...unreadable].map((what) => ({ what })),
  };
}

/** Names alone are asked for, never types: nothing but the files themselves is read, which takes a third of the time. */
function programOf(files: readonly string[]): ts.Program {
  const options: ts.CompilerOptions = { noLib: true, types: [], allowImportingTsExtensions: true, noEmit: true };
  const host = ts.createCompilerHost(options);
  const wanted = new Set(files);
  host.resolveModuleNameLiterals = (literals, from) =>
    literals.map(({ text }) => {
      const resolvedFileName = beside(from, text);
      const isOurs = text.startsWith('.') && wanted.has(resolvedFileName);
      return { resolvedModule: isOurs ? { resolvedFileName, extension: ts.Extension.Ts } : undefined };
    });
  return ts.createProgram(files, options, host);
}

/** `path`, as it is written in the file `from`. */
function beside(from: string, path: string): string {
  const parts = from.split('/').slice(0, -1);
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.') parts.push(part);
  }
  return parts.join('/');
}

/** An `ErrorShape`, or the part of one that a table or a helper knows. */
function saysWhatWentWrong(node: ts.ObjectLiteralExpression): boolean {
  const names = node.properties.map(({ name }) => name?.getText());
  const has = (...all: readonly string[]): boolean => all.every((name) => names.includes(name));
  // A catalogue that could not be read, and a probe that could not be made.
  if (has('containerId', 'why') || has('measured', 'detail')) return true;
  return has('hint') || (ts.isNewExpression(node.parent) && has('message'));
}

function visit(node: ts.Node, see: (node: ts.Node) => void): void {
  see(node);
  node.forEachChild((child) => visit(child, see));
}

/** Nothing but a place. */
function isPlace(template: string): boolean {
  return /^\{\w+\}$/.test(template);
}

/** All that a property may say, and the sentences that may stand at a place inside of it. */
type Read = (property: ts.ObjectLiteralElementLike) => {
  readonly whole: readonly string[];
  readonly parts: readonly string[];
};

function createReader(checker: ts.TypeChecker, sources: readonly ts.SourceFile[]): Read {
  const { calls, handedOn } = usesIn(checker, sources);
  const open = new Set<ts.Node>();
  let inside: string[] = [];

  /** What an expression may say; a place of its own name where that is not known. */
  function say(node: ts.Node): readonly string[] {
    if (open.has(node)) return [];
    open.add(node);
    const said = [...new Set(alternatives(node))];
    open.delete(node);
    return said.length > MOST ? [`{${placeOf(node)}}`] : said;
  }

  function alternatives(node: ts.Node): readonly string[] {
    if (ts.isStringLiteralLike(node)) return [node.text];
    if (ts.isTemplateExpression(node)) return ofTemplate(node);
    if (ts.isConditionalExpression(node)) return [...say(node.whenTrue), ...say(node.whenFalse)];
    if (ts.isParenthesizedExpression(node) || ts.isAsExpression(node) || ts.isNonNullExpression(node)) {
      return say(node.expression);
    }
    if (ts.isSatisfiesExpression(node)) return say(node.expression);
    if (ts.isBinaryExpression(node)) return ofBinary(node);
    if (isNothing(node)) return [];
    if (ts.isIdentifier(node)) return ofSymbol(node, checker.getSymbolAtLocation(node));
    if (ts.isElementAccessExpression(node)) return ofTable(node.expression, null) ?? [`{${placeOf(node)}}`];
    if (ts.isPropertyAccessExpression(node)) {
      return ofTable(node.expression, node.name.text) ?? [`{${placeOf(node)}}`];
    }
    if (ts.isCallExpression(node)) return ofCall(node);
    return [`{${placeOf(node)}}`];
  }

  /** A part is spelled out where all it may be is known; else it is a place. */
  function ofTemplate(node: ts.TemplateExpression): readonly string[] {
    let said: readonly string[] = [node.head.text];
    for (const { expression, literal } of node.templateSpans) {
      const parts = say(expression);
      const isKnown = parts.length > 0 && !parts.some(isPlace);
      if (!isKnown) inside.push(...parts.filter((part) => !isPlace(part) && /\w \w/.test(part)));
      const spelled = isKnown ? parts : [`{${placeOf(expression)}}`];
      said = said.flatMap((before) => spelled.map((part) => `${before}${part}${literal.text}`));
    }
    return said.map(numbered);
  }

  function ofBinary({ left, right, operatorToken }: ts.BinaryExpression): readonly string[] {
    switch (operatorToken.kind) {
      case ts.SyntaxKind.QuestionQuestionToken:
      case ts.SyntaxKind.BarBarToken:
        return [...say(left), ...say(right)];
      case ts.SyntaxKind.PlusToken:
        return say(left).flatMap((before) => say(right).map((after) => `${before}${after}`));
      default:
        return [`{${placeOf(right)}}`];
    }
  }

  function ofSymbol(node: ts.Node, symbol: ts.Symbol | undefined): readonly string[] {
    const place = [`{${placeOf(node)}}`];
    const declaration = symbol && declarationOf(checker, symbol);
    if (!declaration) return place;
    if (ts.isParameter(declaration)) return ofParameter(declaration) ?? place;
    if (!ts.isVariableDeclaration(declaration) || !declaration.initializer) return place;
    const isFixed = (ts.getCombinedNodeFlags(declaration) & ts.NodeFlags.Const) !== 0;
    // What begins so may have become something else.
    return isFixed ? say(declaration.initializer) : [...say(declaration.initializer), ...place];
  }

  /** Whatever the function is given where it is called. */
  function ofParameter(parameter: ts.ParameterDeclaration): readonly string[] | null {
    const owner = parameter.parent;
    const at = owner.parameters.indexOf(parameter);
    const given = (calls.get(owner) ?? []).map(({ arguments: args }) => args?.[at] ?? parameter.initializer);
    const known = given.filter((argument) => argument !== undefined);
    if (known.length === 0) return null;
    // Handed on as a value, it is also called where nobody sees with what.
    const unseen = handedOn.has(owner) ? [`{${placeOf(parameter.name)}}`] : [];
    return [...known.flatMap((argument) => say(argument)), ...unseen];
  }

  /** A value of a table that is written in the source: that of a key, or any. */
  function ofTable(of: ts.Expression, key: string | null): readonly string[] | null {
    if (!ts.isIdentifier(of)) return null;
    const symbol = checker.getSymbolAtLocation(of);
    const declaration = symbol && declarationOf(checker, symbol);
    if (!declaration || !ts.isVariableDeclaration(declaration) || !declaration.initializer) return null;
    const table = bare(declaration.initializer);
    if (!ts.isObjectLiteralExpression(table)) return null;
    const chosen = table.properties.filter(
      (property): property is ts.PropertyAssignment =>
        ts.isPropertyAssignment(property) && (key === null || property.name.getText() === key),
    );
    return chosen.length === 0 ? null : chosen.flatMap(({ initializer }) => say(initializer));
  }

  /** All that a function of ours may return. */
  function ofCall(node: ts.CallExpression): readonly string[] {
    const place = [`{${placeOf(node)}}`];
    if (!ts.isIdentifier(node.expression)) return place;
    const symbol = checker.getSymbolAtLocation(node.expression);
    const declaration = symbol && declarationOf(checker, symbol);
    const body = declaration && bodyOf(declaration);
    if (!body) return place;
    const said = ts.isBlock(body) ? returnsOf(body).flatMap((value) => say(value)) : say(body);
    return said.length === 0 ? place : said;
  }

  return (property) => {
    inside = [];
    const whole = ts.isPropertyAssignment(property)
      ? say(property.initializer)
      : ts.isShorthandPropertyAssignment(property)
        ? ofSymbol(property.name, checker.getShorthandAssignmentValueSymbol(property))
        : [];
    return { whole, parts: inside };
  };
}

interface Uses {
  readonly calls: ReadonlyMap<ts.Node, readonly (ts.CallExpression | ts.NewExpression)[]>;
  /** Functions that are a value somewhere: a property, an argument. */
  readonly handedOn: ReadonlySet<ts.Node>;
}

/** Who calls (or constructs) each function. */
function usesIn(checker: ts.TypeChecker, sources: readonly ts.SourceFile[]): Uses {
  const calls = new Map<ts.Node, (ts.CallExpression | ts.NewExpression)[]>();
  const handedOn = new Set<ts.Node>();
  const functionAt = (symbol: ts.Symbol | undefined): ts.Node | undefined => {
    const declaration = symbol && declarationOf(checker, symbol);
    return declaration && functionOf(declaration);
  };
  const handOn = (value: ts.Node): void => {
    if (!ts.isIdentifier(value)) return;
    const handed = functionAt(checker.getSymbolAtLocation(value));
    if (handed) handedOn.add(handed);
  };
  for (const source of sources) {
    visit(source, (node) => {
      if (ts.isShorthandPropertyAssignment(node)) {
        const handed = functionAt(checker.getShorthandAssignmentValueSymbol(node));
        if (handed) handedOn.add(handed);
      }
      if (ts.isPropertyAssignment(node)) handOn(node.initializer);
      if (!ts.isCallExpression(node) && !ts.isNewExpression(node)) return;
      node.arguments?.forEach(handOn);
      if (!ts.isIdentifier(node.expression)) return;
      const called = functionAt(checker.getSymbolAtLocation(node.expression));
      if (called) calls.set(called, [...(calls.get(called) ?? []), node]);
    });
  }
  return { calls, handedOn };
}

function declarationOf(checker: ts.TypeChecker, symbol: ts.Symbol): ts.Declaration | undefined {
  const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  return target.valueDeclaration;
}

function functionOf(declaration: ts.Declaration): ts.SignatureDeclaration | undefined {
  if (ts.isFunctionDeclaration(declaration)) return declaration;
  if (ts.isClassDeclaration(declaration)) return declaration.members.find(ts.isConstructorDeclaration);
  if (!ts.isVariableDeclaration(declaration) || !declaration.initializer) return undefined;
  const value = bare(declaration.initializer);
  return ts.isArrowFunction(value) || ts.isFunctionExpression(value) ? value : undefined;
}

function bodyOf(declaration: ts.Declaration): ts.Block | ts.Expression | undefined {
  const called = functionOf(declaration);
  if (!called || ts.isConstructorDeclaration(called)) return undefined;
  return ts.isFunctionDeclaration(called) || ts.isFunctionExpression(called) || ts.isArrowFunction(called)
    ? called.body
    : undefined;
}

function returnsOf(body: ts.Block): readonly ts.Expression[] {
  const values: ts.Expression[] = [];
  const look = (node: ts.Node): void => {
    if (ts.isFunctionLike(node)) return;
    if (ts.isReturnStatement(node) && node.expression) values.push(node.expression);
    node.forEachChild(look);
  };
  body.forEachChild(look);
  return values;
}

function bare(node: ts.Expression): ts.Expression {
  return ts.isAsExpression(node) || ts.isSatisfiesExpression(node) || ts.isParenthesizedExpression(node)
    ? bare(node.expression)
    : node;
}

function isNothing(node: ts.Node): boolean {
  return node.kind === ts.SyntaxKind.NullKeyword || (ts.isIdentifier(node) && node.text === 'undefined');
}

/** The second place of a name is told from the first. */
function numbered(template: string): string {
  const seen = new Map<string, number>();
  return template.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const times = (seen.get(name) ?? 0) + 1;
    seen.set(name, times);
    return `{${name}${times > 1 ? times : ''}}`;
  });
}

/** The last word of it: `network.name` is `name`, `names.join(', ')` is `names`. */
function placeOf(node: ts.Node): string {
  if (ts.isIdentifier(node)) return node.text;
  if (ts.isPropertyAccessExpression(node)) {
    return node.name.text === 'length' ? placeOf(node.expression) : node.name.text;
  }
  if (ts.isCallExpression(node)) {
    const { expression, arguments: args } = node;
    if (ts.isPropertyAccessExpression(expression) && TRANSPARENT.test(expression.name.text)) {
      return placeOf(expression.expression);
    }
    const isPlain = /^(String|JSON\.stringify|toErrorShape)$/.test(expression.getText());
    return isPlain && args[0] ? placeOf(args[0]) : placeOf(expression);
  }
  if (ts.isBinaryExpression(node)) return placeOf(node.left);
  if (ts.isNewExpression(node) && node.arguments?.[0]) return placeOf(node.arguments[0]);
  if (ts.isArrayLiteralExpression(node) && node.elements[0]) return placeOf(node.elements[0]);
  if (ts.isSpreadElement(node)) return placeOf(node.expression);
  if (ts.isElementAccessExpression(node) || ts.isNonNullExpression(node) || ts.isParenthesizedExpression(node)) {
    return placeOf(node.expression);
  }
  if (ts.isConditionalExpression(node)) return placeOf(node.whenTrue);
  return 'it';
}
