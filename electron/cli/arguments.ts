/** Reads the command line of DESIGN §6 with Node's own parser; every mistake is a usage error that says what to type. */
import { parseArgs } from 'node:util';
import { LONGEST_PAUSE_MINUTES } from '../../shared/policy/pause.ts';
import { BulkheadError } from '../../shared/errors.ts';

export interface Command {
  readonly name: CommandName;
  readonly operands: readonly string[];
  readonly options: Options;
}

export interface Options {
  readonly engine?: string;
  readonly json: boolean;
  readonly csv: boolean;
  readonly project?: string;
  readonly from?: string;
  readonly to?: string;
  readonly method?: string;
  readonly ports: readonly string[];
  /** Of every engine; `engine` is absent then. */
  readonly all: boolean;
  readonly dryRun: boolean;
  readonly internetOnly: boolean;
  /** How long a pause lasts; absent: until it is resumed. */
  readonly minutes?: number;
  readonly port?: number;
  readonly open: boolean;
  readonly format?: string;
  readonly diff?: string;
  readonly output?: string;
  readonly network?: string;
  readonly filter?: string;
  /** What a picture is of, and how the diagram is shown. */
  readonly view?: string;
  readonly focus?: string;
  readonly folds: readonly string[];
  readonly layers: readonly string[];
  readonly theme?: string;
  readonly scale?: string;
  readonly paper?: string;
  readonly date?: string;
  readonly fonts: readonly string[];
}

interface Shape {
  readonly usage: string;
  readonly about: string;
  /** How many names it takes, at least and at most. */
  readonly operands: readonly [number, number];
  readonly options: readonly (keyof typeof FLAGS)[];
}

const FLAGS = {
  engine: { type: 'string' },
  json: { type: 'boolean' },
  csv: { type: 'boolean' },
  project: { type: 'string' },
  from: { type: 'string' },
  to: { type: 'string' },
  method: { type: 'string' },
  port: { type: 'string', multiple: true },
  all: { type: 'boolean' },
  'dry-run': { type: 'boolean' },
  'internet-only': { type: 'boolean' },
  'no-open': { type: 'boolean' },
  for: { type: 'string' },
  format: { type: 'string' },
  diff: { type: 'string' },
  output: { type: 'string', short: 'o' },
  network: { type: 'string' },
  filter: { type: 'string' },
  view: { type: 'string' },
  focus: { type: 'string' },
  fold: { type: 'string', multiple: true },
  layer: { type: 'string', multiple: true },
  theme: { type: 'string' },
  scale: { type: 'string' },
  paper: { type: 'string' },
  date: { type: 'string' },
  font: { type: 'string', multiple: true },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'v' },
} as const;

export const COMMANDS = {
  matrix: {
    usage: '[--json|--csv] [--project P]',
    about: 'the matrix',
    operands: [0, 0],
    options: ['json', 'csv', 'project'],
  },
  explain: {
    usage: 'FROM TO [--json]',
    about: 'every channel and rule behind one cell',
    operands: [2, 2],
    options: ['json'],
  },
  block: {
    usage: 'FROM TO [--port tcp/5432 …] [--method firewall|network|unlink] [--dry-run] [--json]',
    about: 'stop FROM from reaching TO, on the wire, and verify it',
    operands: [2, 2],
    options: ['port', 'method', 'dry-run', 'json'],
  },
  allow: {
    usage: 'FROM TO [--port tcp/5432 …] [--dry-run] [--json]',
    about: 'take that block away, or make an exception to a wider one, and verify it',
    operands: [2, 2],
    options: ['port', 'method', 'dry-run', 'json'],
  },
  isolate: {
    usage: 'NAME [--internet-only] [--dry-run] [--json]',
    about: 'let nothing in or out of NAME, above every rule',
    operands: [1, 1],
    options: ['internet-only', 'dry-run', 'json'],
  },
  release: {
    usage: 'NAME [--internet-only] [--dry-run] [--json]',
    about: 'end that isolation',
    operands: [1, 1],
    options: ['internet-only', 'dry-run', 'json'],
  },
  guard: {
    usage: 'NAME [--dry-run] [--json]',
    about: 'let nothing in or out of network:NAME, project:NAME or posture (everything) that no rule allows',
    operands: [1, 1],
    options: ['dry-run', 'json'],
  },
  unguard: {
    usage: 'NAME [--dry-run] [--json]',
    about: 'let in and out again what no rule denies',
    operands: [1, 1],
    options: ['dry-run', 'json'],
  },
  history: {
    usage: '[--json]',
    about: 'what was changed, when, by whom, and what came of it; newest first',
    operands: [0, 0],
    options: ['json'],
  },
  undo: {
    usage: '[ID] [--dry-run] [--json]',
    about: 'take back one change of the history, the newest unless told',
    operands: [0, 1],
    options: ['dry-run', 'json'],
  },
  pause: {
    usage: '[--for MINUTES] [--dry-run] [--json]',
    about: 'let the guard stand aside for so long, or until "bulkhead resume"; the policy stays as it is',
    operands: [0, 0],
    options: ['for', 'dry-run', 'json'],
  },
  resume: {
    usage: '[--dry-run] [--json]',
    about: 'end that pause, and verify that the policy is held again',
    operands: [0, 0],
    options: ['dry-run', 'json'],
  },
  verify: {
    usage: '[--from A] [--to B] [--json]',
    about: 'probe the wire and compare it with the prediction',
    operands: [0, 0],
    options: ['from', 'to', 'json'],
  },
  export: {
    usage:
      '--format FORMAT [--view diagram|matrix] [--diff OLD.json] [-o FILE] [--project P] [--network N] [--filter TEXT]',
    about: 'a picture or file of who can talk to whom, or what changed since an export as JSON',
    operands: [0, 0],
    options: [
      'format',
      'diff',
      'output',
      'project',
      'network',
      'filter',
      'view',
      'focus',
      'fold',
      'layer',
      'theme',
      'scale',
      'paper',
      'date',
      'font',
    ],
  },
  policy: {
    usage: 'show | apply FILE [--dry-run] | check FILE  [--json]',
    about: 'the policy file: print it, make a file the policy, or see whether the engine is as a file says',
    operands: [1, 2],
    options: ['dry-run', 'json'],
  },
  doctor: {
    usage: '[--json]',
    about: 'the engine, what can and cannot be enforced, and why',
    operands: [0, 0],
    options: ['json'],
  },
  clear: {
    usage: '[--all] [--dry-run] [--json]',
    about: 'remove every rule, table and helper that Bulkhead made, from one engine or from all it knows',
    operands: [0, 0],
    options: ['all', 'dry-run', 'json'],
  },
  serve: {
    usage: '[--port N] [--no-open]',
    about: 'the app in a browser',
    operands: [0, 0],
    options: ['port', 'no-open'],
  },
} as const satisfies Record<string, Shape>;

export type CommandName = keyof typeof COMMANDS;

export class UsageError extends BulkheadError {
  constructor(message: string, hint = 'See "bulkhead --help".') {
    super({ code: 'BAD_INPUT', message, hint });
  }
}

/** @returns the command, or `help`/`version` when that was asked. @throws UsageError */
export function parseCommand(argv: readonly string[]): Command | 'help' | 'version' {
  const { values, positionals } = parse(argv);
  if (values.help) return 'help';
  if (values.version) return 'version';
  const [name, ...operands] = positionals;
  if (name === undefined) return 'help';
  if (!isCommand(name)) throw new UsageError(`There is no command "${name}".`);
  const shape: Shape = COMMANDS[name];
  const allowed = new Set<string>([...shape.options, 'engine']);
  const odd = Object.keys(values).find((option) => !allowed.has(option));
  if (odd !== undefined) throw new UsageError(`"bulkhead ${name}" takes no --${odd}.`, usageOf(name));
  const [least, most] = shape.operands;
  if (operands.length < least || operands.length > most) {
    throw new UsageError(`"bulkhead ${name}" takes ${amount(least, most)}, not ${operands.length}.`, usageOf(name));
  }
  if (values.json && values.csv) throw new UsageError('Choose one of --json and --csv.', usageOf(name));
  if (values.all && values.engine !== undefined) {
    throw new UsageError('Choose one of --all and --engine.', usageOf(name));
  }
  return {
    name,
    operands,
    options: {
      ...(values.engine === undefined ? {} : { engine: values.engine }),
      ...(values.project === undefined ? {} : { project: values.project }),
      ...(values.from === undefined ? {} : { from: values.from }),
      ...(values.to === undefined ? {} : { to: values.to }),
      ...(values.method === undefined ? {} : { method: values.method }),
      ...(values.for === undefined ? {} : { minutes: minutesOf(values.for) }),
      ...(name === 'serve' && values.port ? { port: tcpPort(values.port) } : {}),
      ...texts(values, [
        'format',
        'diff',
        'output',
        'network',
        'filter',
        'view',
        'focus',
        'theme',
        'scale',
        'paper',
        'date',
      ]),
      fonts: values.font ?? [],
      folds: values.fold ?? [],
      layers: values.layer ?? [],
      ports: name === 'serve' ? [] : (values.port ?? []),
      json: values.json ?? false,
      csv: values.csv ?? false,
      all: values.all ?? false,
      dryRun: values['dry-run'] ?? false,
      internetOnly: values['internet-only'] ?? false,
      open: !(values['no-open'] ?? false),
    },
  };
}

/** Options that are texts and were given. */
function texts<Name extends string>(
  values: Readonly<Partial<Record<Name, string>>>,
  names: readonly Name[],
): Partial<Record<Name, string>> {
  const given: Partial<Record<Name, string>> = {};
  for (const name of names) if (values[name] !== undefined) given[name] = values[name];
  return given;
}

function amount(least: number, most: number): string {
  const names = most === 1 ? 'name' : 'names';
  return least === most ? `${most} ${names}` : `at most ${most} ${names}`;
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options: FLAGS, allowPositionals: true, strict: true });
  } catch (thrown) {
    throw new UsageError(thrown instanceof Error ? thrown.message.split('. ')[0] + '.' : String(thrown));
  }
}

function isCommand(name: string): name is CommandName {
  return Object.hasOwn(COMMANDS, name);
}

function tcpPort(texts: readonly string[]): number {
  const text = texts.at(-1) ?? '';
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65535)
    throw new UsageError(`"${text}" is no port: give a number from 0 to 65535.`);
  return port;
}

/** `30` or `30m`. */
function minutesOf(text: string): number {
  const minutes = Number(/^(\d{1,5})m?$/.exec(text)?.[1] ?? Number.NaN);
  if (minutes >= 1 && minutes <= LONGEST_PAUSE_MINUTES) return minutes;
  throw new UsageError(`"${text}" is no time: give minutes from 1 to ${LONGEST_PAUSE_MINUTES}.`);
}

function usageOf(name: CommandName): string {
  return `Usage: bulkhead ${name} ${COMMANDS[name].usage}`.trimEnd();
}

/** The text of `bulkhead --help`. */
export function helpText(): string {
  const lines = Object.entries(COMMANDS).map(
    ([name, { usage, about }]) => `  ${`${name} ${usage}`.padEnd(52)} ${about}`,
  );
  return [
    'bulkhead: see who can talk to whom among your containers, and stop it.',
    '',
    'Usage: bulkhead COMMAND [--engine ENGINE]',
    '',
    ...lines,
    '',
    'FORMAT: svg, png, pdf, mermaid, dot, drawio, json, csv, k8s, compose; also told by the ending of FILE. --theme light|dark|auto,',
    '--scale auto|1|2|3|4 (png), --paper a4|a3 and --date 2026-03-01|none (pdf), --font FILE for scripts that ours do not have.',
    'The diagram shows less with --layer network|name|data|control …, --fold project:NAME|network:NAME …, --focus NAME (whom it gets to).',
    'FROM, TO, NAME: a container name or id, project/service, project:NAME, network:NAME, label:KEY=VALUE, all,',
    'host, lan, internet. Ports: tcp/5432, udp/5000-5100, tcp, udp, icmp.',
    'ENGINE: a docker context, unix://…, npipe://…, tcp://…, ssh://…, or demo.',
    'Exit codes: 0 done or holds, 1 mismatch, 2 usage, 3 engine unreachable, 4 cannot be enforced.',
    '',
  ].join('\n');
}
