/** Changes of the journal in words. */
import type { TFunction } from 'i18next';
import { changeWords as wordsOf } from '../../../../shared/actions/change-words.ts';
import type { JournalEntryView, RecordedChange } from '../../../../shared/contract/journal.ts';

/** `Block shop/web → shop/db (tcp/5432)`; an undo says which change it took back, where that is still known. */
export function changeWords(t: TFunction, change: RecordedChange, entries: readonly JournalEntryView[]): string {
  return wordsOf((key, params) => t(key, params ?? {}), change, entries);
}

export type ResultTone = 'ok' | 'info' | 'warn' | 'bad';

/** What came of it, and how good that is. */
export function resultWords(
  t: TFunction,
  { change, state, applied, result, undoneBy }: JournalEntryView,
): { readonly tone: ResultTone; readonly text: string } {
  if (state === 'started') return { tone: 'info', text: t('history.result.started') };
  if (undoneBy !== null) return { tone: 'info', text: t('history.result.undone') };
  if (state === 'interrupted') {
    const key = applied === null ? 'unknown' : applied ? 'applied' : 'not-applied';
    const of = change.action === 'replace' ? ('replaced' as const) : ('interrupted' as const);
    return { tone: 'warn', text: t(`history.result.${of}.${key}`) };
  }
  if (state === 'failed') return { tone: 'bad', text: t(applied ? 'history.result.saved' : 'history.result.failed') };
  if (change.action === 'replace') return { tone: 'ok', text: t('history.result.replaced.done') };
  if (!result) return { tone: 'ok', text: t('history.result.in-force') };
  const { agree, disagree, errors, unheld } = result;
  if (disagree + errors + unheld > 0) return { tone: 'bad', text: t('history.result.fails') };
  return agree > 0
    ? { tone: 'ok', text: t('history.result.holds', { count: agree }) }
    : { tone: 'ok', text: t('history.result.untested') };
}

/** What of the policy it changed, one line each: `+ shop/web → shop/db deny tcp/5432`. */
export function differenceLines({ difference }: JournalEntryView): readonly string[] {
  if (!difference) return [];
  const rule = (sign: string, { rule: one }: (typeof difference.sides)[number]['before'][number]): string =>
    `${sign} ${one.from} → ${one.to} ${[one.action, ...(one.ports ?? [])].join(' ')}`;
  return [
    ...(difference.posture
      ? [`− posture: ${difference.posture.before}`, `+ posture: ${difference.posture.after}`]
      : []),
    ...difference.names.map(({ list, name, after }) => `${after === null ? '−' : '+'} ${list}: ${name}`),
    ...difference.sides.flatMap(({ before, after }) => [
      ...before.map((one) => rule('−', one)),
      ...after.map((one) => rule('+', one)),
    ]),
  ];
}
