import { expect, test } from 'vitest';
import { readChoices } from './log-choices.ts';

const FIRST = { times: true, wrap: false, isRegex: false, onlyMatching: false, since: 'all' };

test('what was kept is read again', () => {
  const kept = { times: false, wrap: true, isRegex: true, onlyMatching: true, since: '1h' };
  expect(readChoices(JSON.parse(JSON.stringify(kept)))).toEqual(kept);
});

test.each<[string, unknown, object]>([
  ['nothing', null, {}],
  ['no object', 'wrap', {}],
  ['a list', [true], {}],
  ['a choice that is no longer one', { wrap: true, since: '2y' }, { wrap: true }],
  ['a value of another kind', { times: 'no', isRegex: true }, { isRegex: true }],
  ['more than we keep', { wrap: true, search: 'secret' }, { wrap: true }],
])('%s spoils nothing else', (_, stored, understood) => {
  expect(readChoices(stored)).toEqual({ ...FIRST, ...understood });
});
