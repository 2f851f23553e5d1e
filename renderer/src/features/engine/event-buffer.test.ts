import { describe, expect, test } from 'vitest';
import type { EngineEvent } from '../../../../shared/contract/engine.ts';
import { namesOf, shownOf, textOfEvents, withEvents } from './event-buffer.ts';

const event = (seq: number, more: Partial<EngineEvent> = {}): EngineEvent => ({
  seq,
  at: Date.UTC(2026, 0, 2, 3, 4, 5, 6),
  type: 'container',
  action: 'start',
  detail: '',
  id: `id${seq}`,
  name: `c${seq}`,
  attributes: {},
  ...more,
});

describe('events that a page keeps', () => {
  test('are the newest, first', () => {
    const kept = withEvents([event(2), event(1)], [event(3), event(4)], 3);
    expect(kept.map(({ seq }) => seq)).toEqual([4, 3, 2]);
  });

  test.each([
    [{ type: '', action: '' }, [1, 2, 3]],
    [{ type: 'image', action: '' }, [2]],
    [{ type: 'container', action: 'die' }, [3]],
    [{ type: '', action: 'start' }, [1]],
  ])('are shown by %o', (filter, expected) => {
    const events = [event(1), event(2, { type: 'image', action: 'pull' }), event(3, { action: 'die' })];
    expect(shownOf(events, filter).map(({ seq }) => seq)).toEqual(expected);
  });

  test('tell which types there are', () => {
    expect(namesOf([event(1), event(2, { type: '' }), event(3, { type: 'b' })], ({ type }) => type)).toEqual([
      'b',
      'container',
    ]);
  });

  test('are copied as lines, oldest first', () => {
    const events = [
      event(2, { action: 'exec_start', detail: 'ls /', attributes: { name: 'c2', image: 'x' } }),
      event(1, { name: '' }),
    ];
    expect(textOfEvents(events)).toBe(
      '2026-01-02T03:04:05.006Z container start id1\n2026-01-02T03:04:05.006Z container exec_start: ls / c2 (image=x)',
    );
  });
});
