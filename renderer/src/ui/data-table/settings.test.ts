import { expect, test } from 'vitest';
import { readSettings } from './settings.ts';

const INITIAL = { hidden: ['id'], sort: null, folded: [] };

test.each([
  ['nothing', null, INITIAL],
  ['no JSON', '{', INITIAL],
  ['something else', '7', INITIAL],
  ['parts of another shape', '{"hidden":[1],"sort":{"column":3},"folded":"x"}', INITIAL],
  [
    'all of it',
    '{"hidden":[],"sort":{"column":"name","descending":true},"folded":["shop"]}',
    { hidden: [], sort: { column: 'name', descending: true }, folded: ['shop'] },
  ],
])('what was stored is believed as far as it can be: %s', (_, text, expected) => {
  expect(readSettings(text, INITIAL)).toEqual(expected);
});
