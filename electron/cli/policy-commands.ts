/** Commands that change the policy: block, allow, isolate, release, guard, unguard, undo, clear; and the history of them. */
import { entryToUndo } from '../../shared/contract/journal.ts';
import type { Change, ProbeView } from '../../shared/contract/schemas.ts';
import { planView } from '../app/cells.ts';
import { holds } from '../app/create-core.ts';
import { historyView } from '../app/history.ts';
import type { Session, Tally, Watched } from '../app/session.ts';
import type { Plan } from '../../shared/policy/model.ts';
import { UsageError, type Command, type Options } from './arguments.ts';
import { doneText, historyText, planText } from './plan-text.ts';
import { probeJson, probeTable, untriedText, watched } from './probes.ts';
import { EXIT, type Terminal } from './terminal.ts';

/** @throws UsageError for a command that changes nothing. */
export async function changePolicy(session: Session, command: Command, terminal: Terminal): Promise<number> {
  const { options } = command;
  const change = await changeOf(session, command);
  const plan = await session.plan(change);
  if (options.dryRun) {
    terminal.out(options.json ? `${JSON.stringify({ version: 1, ...planView(plan) }, null, 2)}\n` : planText(plan));
    return plan.possible ? EXIT.ok : EXIT.cannotEnforce;
  }
  return await answerWith(plan, (watching) => session.apply(change, watching), options, terminal);
}

/** Carries a plan out, tells what came of it, and gives the exit code. */
export async function answerWith(
  plan: Plan,
  carryOut: (watching: Watched) => Promise<Tally>,
  options: Options,
  terminal: Terminal,
): Promise<number> {
  if (plan.possible) {
    for (const { severity, text } of plan.obstacles) {
      terminal.err(`${severity === 'stop' ? 'Stays open' : 'Note'}: ${text}\n`);
    }
  }
  const probes: ProbeView[] = [];
  const tally = await carryOut(watched(terminal, probes));
  if (options.json) {
    const answer = { version: 1, ...planView(plan), holds: holds(tally), probes: probes.map(probeJson), ...tally };
    terminal.out(`${JSON.stringify(answer, null, 2)}\n`);
  } else {
    terminal.out(`${doneText(plan)}\n`);
    if (probes.length > 0) terminal.out(probeTable(probes));
    terminal.out(probes.length === 0 && !tally.untried?.outside ? WAITING : untriedText(tally));
  }
  if (tally.unheld) terminal.err(`${tally.unheld} pairs are not held on the wire. Run the command again.\n`);
  if (!holds(tally)) return EXIT.mismatch;
  return plan.obstacles.some(({ severity }) => severity === 'stop') ? EXIT.cannotEnforce : EXIT.ok;
}

/** Everything of Bulkhead's away from the engine; what could not be given back is told. */
export async function clear(session: Session, { options }: Command, terminal: Terminal): Promise<number> {
  const change = { action: 'clear' } as const;
  const plan = await session.plan(change);
  const view = { version: 1, ...planView(plan) };
  if (options.dryRun) {
    terminal.out(options.json ? `${JSON.stringify(view, null, 2)}\n` : planText(plan));
    return EXIT.ok;
  }
  for (const { text } of plan.obstacles) terminal.err(`Note: ${text}\n`);
  await session.apply(change, watched(terminal, []));
  if (options.json) terminal.out(`${JSON.stringify(view, null, 2)}\n`);
  terminal.err('Every rule, table and helper of Bulkhead is removed from this engine.\n');
  return EXIT.ok;
}

const WAITING =
  'Nothing to probe now: it takes effect when both sides run, while Bulkhead runs (the app or "bulkhead serve").\n';

async function changeOf(session: Session, { name, operands, options }: Command): Promise<Change> {
  const [first = '', second = ''] = operands;
  switch (name) {
    case 'block':
    case 'allow':
      return {
        action: name,
        from: first,
        to: second,
        ...(options.ports.length > 0 ? { ports: [...options.ports] } : {}),
        ...methodOf(name, options.method),
      };
    case 'isolate':
    case 'release':
      return { action: name, name: first, ...(options.internetOnly ? { only: 'internet' } : {}) };
    case 'guard':
    case 'unguard':
      return { action: name, name: first };
    case 'pause':
      return { action: name, ...(options.minutes === undefined ? {} : { minutes: options.minutes }) };
    case 'resume':
      return { action: name };
    case 'undo':
      return { action: name, entry: entryToUndo(await session.journal(), operands[0]).id };
    default:
      throw new UsageError(`"bulkhead ${name}" changes no policy.`);
  }
}

function methodOf(name: 'block' | 'allow', method: string | undefined): { method?: 'network' | 'unlink' } {
  if (method === undefined || method === 'firewall') return {};
  if (method !== 'network' && method !== 'unlink') {
    throw new UsageError(`There is no method "${method}".`, 'Methods: firewall, network, unlink.');
  }
  if (name === 'block') return { method };
  throw new UsageError(
    'Separate networks and removed links are taken back by "bulkhead undo".',
    '"bulkhead history" lists the changes with their ids.',
  );
}

export async function history(session: Session, { options }: Command, terminal: Terminal): Promise<number> {
  const entries = await session.journal();
  const shown = historyView(entries, entries.length);
  terminal.out(options.json ? `${JSON.stringify({ version: 1, entries: shown }, null, 2)}\n` : historyText(shown));
  return EXIT.ok;
}
