/** Plans and the history as plain text. */
import { isReplacement, type JournalEntryView, type RecordedChange } from '../../shared/contract/journal.ts';
import type { CellChange, Effect, Power } from '../../shared/methods/model.ts';
import type { Plan } from '../../shared/policy/model.ts';
import { assertNever } from '../../shared/topology/model.ts';
import { recordedOf } from '../app/changes.ts';
import { table } from './text.ts';

/** What would be done: the change, its steps, what stays open in spite of it, and what to know. */
export function planText(plan: Plan): string {
  const title = `${plan.action === 'apply' ? `apply ${plan.from}` : changeText(recordedOf(plan))}${plan.possible ? '' : ' cannot be done'}:`;
  const steps = plan.steps.map(({ text }, index) => `${index + 1}. ${text}`);
  const stop = plan.possible ? 'Stays open' : 'Cannot';
  const obstacles = plan.obstacles.map(({ severity, text }) => `${severity === 'stop' ? stop : 'Note'}: ${text}`);
  return [title, ...steps, ...obstacles, ...effectLines(plan.effect), ''].join('\n');
}

/** More lines than these of one kind are counted, not told. */
const MOST_TOLD = 12;

function effectLines(effect: Effect | undefined): readonly string[] {
  if (!effect) return [];
  const told = (title: string, lines: readonly string[]): readonly string[] => {
    if (lines.length === 0) return [];
    const rest = lines.length - MOST_TOLD;
    const more = rest > 0 ? [`  … and ${rest} more`] : [];
    return [title, ...lines.slice(0, MOST_TOLD).map((line) => `  ${line}`), ...more];
  };
  const cell = ({ from, to, before, after }: CellChange): string => `${from} → ${to}: ${before} → ${after}`;
  return [
    ...told('Closes:', effect.closes.map(cell)),
    ...told(
      'Stays open:',
      effect.stays.map(
        ({ from, to, kind, via, address, ports }) =>
          `${from} → ${to}: ${[kind, via, address, ...(ports ?? [])].filter((text) => text !== '').join(' ')}`,
      ),
    ),
    ...told('Also loses:', effect.breaks.map(cell)),
    ...told('Also gains:', effect.opens.map(cell)),
    ...told(
      'Names that are lost:',
      effect.names.map(({ from, to, names }) => `${from} does not know ${to} any more as ${names.join(', ')}`),
    ),
  ];
}

/** `Blocked shop/web → shop/db (tcp/5432).` */
export function doneText(plan: Plan): string {
  return `${DONE[plan.action]} ${plan.action === 'apply' ? plan.from : subject(recordedOf(plan))}.`;
}

const DONE: Readonly<Record<Plan['action'], string>> = {
  block: 'Blocked',
  allow: 'Allowed',
  isolate: 'Isolated',
  release: 'Released',
  guard: 'Guarded',
  unguard: 'Unguarded',
  undo: 'Undone:',
  apply: 'Applied',
  pause: 'Paused',
  resume: 'Resumed:',
  rerun: 'Run again:',
  clear: 'Removed',
};

/** `block shop/web → shop/db (tcp/5432)` */
export function changeText(change: RecordedChange): string {
  return `${change.action} ${subject(change)}`.trimEnd();
}

/** How, where it is not by the firewall. */
function methodText({ method }: Extract<RecordedChange, { action: 'block' | 'allow' }>): string {
  if (method === undefined) return '';
  return method === 'network' ? ' by separate networks' : ' by removing links';
}

const WITHOUT: Readonly<Record<Power, string>> = {
  'engine-socket': 'the engine’s socket',
  privileged: 'privileges',
  'host-processes': 'the machine’s processes',
  'host-network': 'the machine’s network',
  'net-admin': 'NET_ADMIN',
};

function subject(change: RecordedChange): string {
  switch (change.action) {
    case 'block':
    case 'allow':
      return `${change.from} → ${change.to}${change.ports ? ` (${change.ports.join(' ')})` : ''}${methodText(change)}`;
    case 'isolate':
    case 'release':
      return `${change.name}${change.only === 'internet' ? ' (internet only)' : ''}`;
    case 'guard':
    case 'unguard':
      return change.name;
    case 'undo':
      return change.entry;
    case 'pause':
      return change.minutes === undefined ? 'until it is resumed' : `for ${change.minutes} minutes`;
    case 'resume':
      return 'the policy is held again';
    case 'rerun':
      return `${change.name} without ${WITHOUT[change.without]}`;
    case 'replace':
      return `${change.name} with other settings`;
    case 'edit':
      return 'of the policy file';
    case 'clear':
      return 'everything';
    default:
      return assertNever(change);
  }
}

/** @param entries newest first. */
export function historyText(entries: readonly JournalEntryView[]): string {
  if (entries.length === 0) return 'Nothing was changed yet.\n';
  const rows = entries.map((entry) => [
    entry.id,
    new Date(entry.at).toISOString().replace('T', ' ').slice(0, 19),
    entry.who,
    changeText(entry.change),
    isReplacement(entry) && entry.state === 'interrupted' ? replacementText(entry) : stateText(entry),
  ]);
  return table([['id', 'time (UTC)', 'who', 'change', 'result'], ...rows]);
}

function stateText({ state, applied, result, error, undoneBy }: JournalEntryView): string {
  const undone = undoneBy === null ? '' : `; undone by ${undoneBy}`;
  switch (state) {
    case 'started':
      return 'under way';
    case 'done':
      return `${result ? probesText(result) : 'in force'}${undone}`;
    case 'failed':
      return `failed${applied === true ? ', saved' : ''}: ${error?.message ?? ''}${undone}`;
    case 'interrupted':
      return `interrupted, ${applied === null ? 'the file was changed since' : applied ? 'applied' : 'not applied'}${undone}`;
    default:
      return assertNever(state);
  }
}

/** Of one that was cut off: which of the two is there. */
function replacementText({ applied, undoneBy }: JournalEntryView): string {
  const undone = undoneBy === null ? '' : `; undone by ${undoneBy}`;
  if (applied === null) return `interrupted, the former container is not back${undone}`;
  return applied ? 'interrupted, the new container has its place' : 'interrupted, the former container is back';
}

function probesText({ agree, disagree, errors, unheld }: NonNullable<JournalEntryView['result']>): string {
  const odd = [
    ...(disagree > 0 ? [`${disagree} disagree`] : []),
    ...(errors > 0 ? [`${errors} could not be tried`] : []),
    ...(unheld > 0 ? [`${unheld} pairs not held`] : []),
  ];
  if (odd.length > 0) return ['does not hold', ...odd].join(', ');
  return agree > 0 ? `holds (probes: ${agree})` : 'in force, nothing to probe';
}
