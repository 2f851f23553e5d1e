import { describe, expect, test } from 'vitest';
import type { JournalEntryView, RecordedChange } from '../../../../shared/contract/journal.ts';
import { createI18n } from '../../i18n/index.ts';
import { changeWords, differenceLines, resultWords } from './words.ts';

const { t } = await createI18n('en');
const RESULT = { agree: 2, disagree: 0, errors: 0, unheld: 0 };
const ENTRY: JournalEntryView = {
  id: 'e1',
  at: 0,
  who: 'app',
  change: { action: 'block', from: 'shop/web', to: '<b>$t(app.skip)</b>', ports: ['tcp/1', 'udp/2'] },
  difference: { names: [], sides: [] },
  state: 'done',
  applied: true,
  endedAt: 1,
  result: RESULT,
  error: null,
  wayBack: [],
  undoneBy: null,
  more: 0,
  undoable: true,
};

describe('a change in words', () => {
  test.each<[RecordedChange, string]>([
    [ENTRY.change, 'Block shop/web → <b>$t(app.skip)</b> (tcp/1, udp/2)'],
    [{ action: 'isolate', name: 'all' }, 'Isolate all'],
    [{ action: 'isolate', name: 'all', only: 'internet' }, 'Cut all from the internet'],
    [{ action: 'release', name: 'all', only: 'internet' }, 'Let all reach the internet again'],
    [{ action: 'guard', name: 'posture' }, 'Guard everything'],
    [{ action: 'unguard', name: 'network:n' }, 'Open network:n again'],
    [{ action: 'undo', entry: 'e1' }, 'Undo: Block shop/web → <b>$t(app.skip)</b> (tcp/1, udp/2)'],
    [{ action: 'undo', entry: 'gone' }, 'Undo: gone'],
    [{ action: 'edit' }, 'Policy file edited by hand'],
    [{ action: 'clear' }, 'Everything removed'],
  ])('%o', (change, expected) => {
    expect(changeWords(t, change, [ENTRY])).toBe(expected);
  });

  test('an undo of an undo of itself ends', () => {
    const loop: JournalEntryView = { ...ENTRY, id: 'u', change: { action: 'undo', entry: 'u' } };
    expect(changeWords(t, loop.change, [loop])).toBe('Undo: u');
  });
});

describe('what came of it', () => {
  test.each<[Partial<JournalEntryView>, string, string]>([
    [{}, 'ok', 'holds (2 probes)'],
    [{ result: { ...RESULT, agree: 0 } }, 'ok', 'in force, nothing to probe'],
    [{ result: { ...RESULT, disagree: 1 } }, 'bad', 'did not hold when it was probed'],
    [{ result: { ...RESULT, unheld: 1 } }, 'bad', 'did not hold when it was probed'],
    [{ result: null }, 'ok', 'in force'],
    [{ undoneBy: 'u' }, 'info', 'undone since'],
    [{ state: 'started', applied: null, result: null }, 'info', 'under way'],
    [{ state: 'failed', applied: true, result: null }, 'bad', 'saved, but failed to take effect'],
    [{ state: 'failed', applied: false, result: null }, 'bad', 'failed, nothing was changed'],
    [{ state: 'interrupted', applied: true, result: null }, 'warn', 'interrupted, but saved'],
    [{ state: 'interrupted', applied: false, result: null }, 'warn', 'interrupted before it was saved'],
    [{ state: 'interrupted', applied: null, result: null }, 'warn', 'interrupted; the file was changed since'],
  ])('%o', (given, tone, text) => {
    expect(resultWords(t, { ...ENTRY, ...given })).toEqual({ tone, text });
  });

  test('the lines that came and went', () => {
    const rule = { from: 'a', to: 'b', action: 'deny' as const };
    const difference: JournalEntryView['difference'] = {
      posture: { before: 'open', after: 'guarded' },
      names: [
        { list: 'isolated', name: 'all', before: null, after: 0 },
        { list: 'guarded', name: 'project:p', before: 0, after: null },
      ],
      sides: [
        { from: 'a', to: 'b', before: [{ at: 0, rule }], after: [{ at: 0, rule: { ...rule, ports: ['tcp/1'] } }] },
      ],
    };
    expect(differenceLines({ ...ENTRY, difference })).toEqual([
      '− posture: open',
      '+ posture: guarded',
      '+ isolated: all',
      '− guarded: project:p',
      '− a → b deny',
      '+ a → b deny tcp/1',
    ]);
  });
});
