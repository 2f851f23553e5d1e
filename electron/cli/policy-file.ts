/** `bulkhead policy`: the policy as a file that people keep, apply, and check in continuous integration. */
import { disagreements, type Disagreement } from '../../shared/exports/disagreement.ts';
import { differenceOf, editPolicy, isNoDifference, parsePolicy, type Difference } from '../../shared/policy/index.ts';
import { EMPTY_POLICY, type Policy, type PolicyRule } from '../../shared/policy/model.ts';
import { formatPorts } from '../../shared/ports.ts';
import { planView } from '../app/cells.ts';
import type { PolicyFile, Session } from '../app/session.ts';
import { locating, type PolicyStore } from '../store/policy-store.ts';
import { UsageError, type Command } from './arguments.ts';
import { readGiven } from './given-file.ts';
import { planText } from './plan-text.ts';
import { answerWith } from './policy-commands.ts';
import { EXIT, type Terminal } from './terminal.ts';

export type PolicyTask =
  | { readonly kind: 'show' }
  | { readonly kind: 'apply'; readonly file: PolicyFile }
  /** `kept`: what this machine keeps for the engine; `null` where it keeps nothing. */
  | { readonly kind: 'check'; readonly file: PolicyFile; readonly wanted: Policy };

/** What to do, with the file read and understood. @throws UsageError, BulkheadError `POLICY_FILE`, `STORAGE` */
export async function policyTask({ operands }: Command): Promise<PolicyTask> {
  const [what, name] = operands;
  if (what === 'show') {
    if (name === undefined) return { kind: 'show' };
    throw new UsageError('"bulkhead policy show" takes no file.');
  }
  if (what !== 'apply' && what !== 'check') throw new UsageError(`There is no "policy ${what ?? ''}".`, USAGE);
  if (name === undefined) throw new UsageError(`"bulkhead policy ${what}" takes a file.`, USAGE);
  const text = await readGiven(name, 'Name a policy file, or - for standard input.');
  const file = { name, text };
  const wanted = locating(name, () => parsePolicy(text));
  return what === 'apply' ? { kind: what, file } : { kind: what, file, wanted };
}

const USAGE = 'Usage: bulkhead policy show | apply FILE [--dry-run] | check FILE';

/**
 * The store that a check looks through.  Where this machine keeps no policy for the engine, as in continuous integration,
 * the file stands in for it, so that the engine's own tables are compared with what the file asks for.
 */
export function storeForCheck(store: PolicyStore, { wanted }: { readonly wanted: Policy }): PolicyStore {
  return {
    ...store,
    read: async (engineKey) => ((await store.text(engineKey)) === null ? wanted : await store.read(engineKey)),
  };
}

export async function runPolicyTask(
  session: Session,
  store: PolicyStore,
  task: PolicyTask,
  command: Command,
  terminal: Terminal,
): Promise<number> {
  switch (task.kind) {
    case 'show':
      return await show(session, store, command, terminal);
    case 'apply':
      return await applyFile(session, task.file, command, terminal);
    case 'check':
      return await check(session, store, task, command, terminal);
  }
}

async function show(session: Session, store: PolicyStore, { options }: Command, terminal: Terminal): Promise<number> {
  const engine = session.driver.address;
  if (options.json) {
    terminal.out(`${JSON.stringify({ path: store.path(engine), ...session.policy() }, null, 2)}\n`);
  } else {
    terminal.out((await store.text(engine)) ?? editPolicy('', EMPTY_POLICY));
    terminal.err(`${store.path(engine)}\n`);
  }
  return EXIT.ok;
}

async function applyFile(session: Session, file: PolicyFile, command: Command, terminal: Terminal): Promise<number> {
  const { options } = command;
  const plan = session.planFile(file);
  if (options.dryRun) {
    terminal.out(options.json ? `${JSON.stringify({ version: 1, ...planView(plan) }, null, 2)}\n` : planText(plan));
    return EXIT.ok;
  }
  if (!options.json) terminal.err(planText(plan));
  return await answerWith(plan, (watched) => session.applyFile(file, watched), options, terminal);
}

async function check(
  session: Session,
  store: PolicyStore,
  { file, wanted }: Extract<PolicyTask, { kind: 'check' }>,
  { options }: Command,
  terminal: Terminal,
): Promise<number> {
  const engine = session.driver.address;
  await session.observe();
  const keeps = (await store.text(engine)) !== null;
  if (!keeps) terminal.err('This machine keeps no policy for that engine: only what passes is compared.\n');
  const { error } = session.guardState();
  if (error) terminal.err(`${error.message}\n`);
  const topology = session.topology();
  const rules = differenceOf(keeps ? session.policy() : wanted, wanted);
  const pairs = disagreements(topology, wanted, session.denials());
  const agrees = isNoDifference(rules) && pairs.length === 0 && error === null;
  const names = new Map(topology.endpoints.map(({ id, name }) => [id, name]));
  const nameOf = (id: string): string => names.get(id) ?? id;
  if (options.json) {
    const told = pairs.map(({ ports, from, to, ...rest }) => ({
      from: nameOf(from),
      to: nameOf(to),
      ...rest,
      ...portsOf(ports),
    }));
    terminal.out(`${JSON.stringify({ version: 1, agrees, rules, pairs: told }, null, 2)}\n`);
  } else {
    const lines = [...ruleLines(rules), ...pairs.map((pair) => pairLine(pair, nameOf))];
    if (lines.length > 0) terminal.out([`--- ${engine}`, `+++ ${file.name}`, ...lines, ''].join('\n'));
    else if (agrees) terminal.err('The engine is as the file says.\n');
  }
  return agrees ? EXIT.ok : EXIT.mismatch;
}

function portsOf(ports: Disagreement['ports']): { readonly ports?: readonly string[] } {
  const listed = formatPorts(ports);
  return listed ? { ports: listed } : {};
}

/** As in a patch: `-` only the engine has, `+` only the file. */
function ruleLines({ posture, names, sides }: Difference): readonly string[] {
  return [
    ...(posture ? [`- posture: ${posture.before}`, `+ posture: ${posture.after}`] : []),
    ...names.map(({ list, name, after }) => `${after === null ? '-' : '+'} ${list}: ${name}`),
    ...sides.flatMap(({ before, after }) => {
      const [was, is] = [before.map(({ rule }) => ruleText(rule)), after.map(({ rule }) => ruleText(rule))];
      return [
        ...was.filter((text) => !is.includes(text)).map((text) => `- ${text}`),
        ...is.filter((text) => !was.includes(text)).map((text) => `+ ${text}`),
      ];
    }),
  ];
}

function ruleText({ from, to, ports, action }: PolicyRule): string {
  return `${action} ${from} → ${to}${ports ? ` (${ports.join(' ')})` : ''}`;
}

function pairLine({ from, to, is, ports, rule }: Disagreement, nameOf: (id: string) => string): string {
  const some = formatPorts(ports);
  const pair = `! ${nameOf(from)} → ${nameOf(to)}${some ? ` (${some.join(' ')})` : ''}`;
  if (is === 'shut') return `${pair}: does not pass, and the file does not deny it`;
  return `${pair}: passes, and the file denies it${rule === '' ? '' : ` (${rule})`}`;
}
