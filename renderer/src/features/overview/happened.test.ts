import { describe, expect, it } from 'vitest';
import type { EngineEvent } from '../../../../shared/contract/engine.ts';
import { en } from '../../i18n/catalogue.ts';
import { happenedOf, withHappened } from './happened.ts';

const event = (given: Partial<EngineEvent>): EngineEvent => ({
  seq: 1,
  at: 5,
  type: 'container',
  action: 'start',
  detail: '',
  id: 'sha256:0123456789abcdef',
  name: 'web',
  attributes: {},
  ...given,
});

describe('an event', () => {
  it.each<[string, Partial<EngineEvent>, unknown]>([
    ['of a start', {}, { key: 'overview.happened.of.container.start', name: 'web', code: '' }],
    ['of an end', { action: 'die', attributes: { exitCode: '137' } }, { code: '137' }],
    [
      'of bad health',
      { action: 'health_status', detail: ' unhealthy' },
      { key: 'overview.happened.of.container.unhealthy' },
    ],
    ['without a name has its id', { type: 'image', action: 'delete', name: '' }, { name: '0123456789ab' }],
  ])('%s is told', (_, given, expected) => {
    expect(happenedOf(event(given))).toMatchObject(expected as object);
  });

  it.each<[string, Partial<EngineEvent>]>([
    ['good health', { action: 'health_status', detail: 'healthy' }],
    ['a command inside', { action: 'exec_start', detail: 'sh' }],
    ['what no type of ours is', { type: 'constructor' }],
    ['what no action of ours is', { action: 'toString' }],
  ])('of %s is not', (_, given) => {
    expect(happenedOf(event(given))).toBeNull();
  });
});

it('the newest come first, and only so many', () => {
  const news = [1, 2, 3].map((seq) => event({ seq }));
  const kept = withHappened(withHappened([], news, 3), [event({ seq: 4 }), event({ seq: 5, action: 'top' })], 3);
  expect(kept.map(({ seq }) => seq)).toEqual([4, 3, 2]);
});

it('each has its words', () => {
  const words: Readonly<Record<string, Readonly<Record<string, string>>>> = en.overview.happened.of;
  expect(Object.keys(words)).toEqual(['container', 'network', 'volume', 'image']);
});
