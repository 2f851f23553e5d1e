import { describe, expect, test } from 'vitest';
import type { EngineState, MatrixFrame } from '../contract/schemas.ts';
import { noticesBetween, type Notice } from './notices.ts';
import { container, ENGINE, frame } from './test-input.ts';

const UP: EngineState = { phase: 'connected', engine: ENGINE };
const HOLDING: MatrixFrame['guard'] = { phase: 'holding', denied: 4, held: 4, impossible: 0, error: null };
const FAILING: MatrixFrame['guard'] = { ...HOLDING, phase: 'failing', held: 1 };
const GUARDED = { posture: 'open' as const, guarded: ['network:back'], isolated: [], offline: [] };

const between = (before: MatrixFrame | null, after: MatrixFrame | null, engine: EngineState = UP): readonly Notice[] =>
  noticesBetween({ engine: UP, frame: before }, { engine, frame: after });

describe('blocks and rules', () => {
  test('a block that stops holding is told once', () => {
    const [held, lost] = [frame([], { guard: HOLDING }), frame([], { guard: FAILING })];
    expect(between(held, lost)).toEqual([{ kind: 'unheld', count: 3, error: null }]);
    const error = { code: 'HELPER_FAILED', message: 'The helper has ended.', hint: '' } as const;
    const why = frame([], { guard: { ...FAILING, error } });
    expect(between(held, why)).toEqual([{ kind: 'unheld', count: 3, error }]);
    expect(between(lost, lost)).toEqual([]);
    expect(between(lost, held)).toEqual([]);
  });

  test('every repair is told', () => {
    const after = (repaired?: number) =>
      frame([], { guard: repaired === undefined ? HOLDING : { ...HOLDING, repaired } });
    expect(between(after(), after(2))).toEqual([{ kind: 'repaired', count: 2 }]);
    expect(between(after(2), after(3))).toEqual([{ kind: 'repaired', count: 1 }]);
    expect(between(after(3), after(3))).toEqual([]);
  });
});

describe('newcomers', () => {
  const web = container('web', { networks: ['front', 'back'] });
  const before = frame([container('db')], { standing: GUARDED });
  test.each<[string, MatrixFrame, Notice[]]>([
    [
      'on a guarded network',
      frame([container('db'), web], { standing: GUARDED }),
      [{ kind: 'arrived', name: 'web', network: 'back' }],
    ],
    ['on others', frame([container('db'), container('web')], { standing: GUARDED }), []],
    [
      'of a guarded project',
      frame([container('web', { project: 'shop' })], { standing: { ...GUARDED, guarded: ['project:shop'] } }),
      [{ kind: 'arrived', name: 'web', network: 'front' }],
    ],
    [
      'without a network, though everything is guarded',
      frame([container('web', { networks: ['host'] })], { standing: { ...GUARDED, posture: 'guarded' } }),
      [],
    ],
    [
      'made anew under its name',
      frame([container('db', { id: 'other', networks: ['back'] })], { standing: GUARDED }),
      [],
    ],
  ])('%s', (_, after, expected) => {
    expect(between(before, after)).toEqual(expected);
  });
});

test('the first picture of an engine is no news, nor what is seen while it is away', () => {
  const after = frame([], { guard: FAILING });
  expect(between(null, after)).toEqual([]);
  expect(between(frame([]), after, { phase: 'connected', engine: { ...ENGINE, address: 'demo' } })).toEqual([]);
  const error = { code: 'ENGINE_UNREACHABLE' as const, message: '', hint: '' };
  expect(between(frame([]), after, { phase: 'reconnecting', engine: ENGINE, attempt: 1, error })).toEqual([]);
});
