/** A made-up history: one entry of every kind and every end. */
import type { JournalEntryView } from '../../shared/contract/journal.ts';
import type { Change } from '../../shared/contract/schemas.ts';

const NOW = Date.UTC(2026, 4, 12, 9, 30);
const RESULT = { agree: 6, disagree: 0, errors: 0, unheld: 0 };

const base = {
  difference: { names: [], sides: [] },
  state: 'done',
  applied: true,
  result: RESULT,
  error: null,
  undoneBy: null,
  more: 0,
  undoable: true,
} as const satisfies Partial<JournalEntryView>;

function entry(
  minutes: number,
  id: string,
  given: Pick<JournalEntryView, 'who' | 'change'> & Partial<JournalEntryView>,
) {
  const at = NOW - minutes * 60_000;
  return { ...structuredClone(base), id, at, endedAt: at + 140, ...given } as JournalEntryView;
}

export function madeUpHistory(): JournalEntryView[] {
  return [
    entry(2, 'f0a1c01b22', { who: 'app', change: { action: 'isolate', name: 'shop/web', only: 'internet' } }),
    entry(9, '1b2c3d4e5f', {
      who: 'file',
      change: { action: 'edit' },
      result: null,
      more: 31,
      difference: {
        posture: { before: 'open', after: 'guarded' },
        names: [{ list: 'guarded', name: 'network:front', before: null, after: 0 }],
        sides: [
          {
            from: 'shop/api',
            to: 'shop/db',
            before: [],
            after: [{ at: 0, rule: { from: 'shop/api', to: 'shop/db', action: 'allow', ports: ['tcp/5432'] } }],
          },
        ],
      },
    }),
    entry(31, '2c3d4e5f60', { who: 'cli', change: { action: 'undo', entry: '3d4e5f6071' } }),
    entry(40, '3d4e5f6071', {
      who: 'app',
      change: { action: 'block', from: 'shop/web', to: 'shop/db', ports: ['tcp/5432', 'tcp/6379'] },
      result: { ...RESULT, disagree: 1, unheld: 1 },
      undoneBy: '2c3d4e5f60',
      undoable: false,
    }),
    entry(55, '4e5f607182', {
      who: 'app',
      change: { action: 'guard', name: 'network:front' },
      state: 'interrupted',
      result: null,
      applied: false,
      undoable: false,
    }),
    entry(80, '5f60718293', {
      who: 'cli',
      change: { action: 'block', from: 'container:<script>alert(1)</script>', to: 'internet' },
      state: 'failed',
      result: null,
      error: { code: 'HELPER_FAILED', message: 'The helper could not be started.', hint: 'See bulkhead doctor.' },
    }),
    entry(3000, '6071829304', { who: 'cli', change: { action: 'clear' }, result: null }),
  ];
}

/** What applying adds to the history. */
export function added(history: readonly JournalEntryView[], change: Change): JournalEntryView[] {
  const id = `aa${history.length.toString(16).padStart(8, '0')}`;
  const undone = change.action === 'undo' ? change.entry : null;
  return [
    entry(0, id, { who: 'app', change }),
    ...history.map((one) => (one.id === undone ? { ...one, undoneBy: id, undoable: false } : one)),
  ];
}
