import { expect, test } from 'vitest';
import { BulkheadError, readErrorShape, toErrorShape } from './errors.ts';

const SHAPE = { code: 'NOT_FOUND', message: 'There is no web.', hint: 'Look again.' } as const;

test('a shape that came over the wire is read, and nothing else of it', () => {
  expect(readErrorShape({ ...SHAPE, stack: 'at …' })).toEqual(SHAPE);
});

test.each<[string, unknown]>([
  ['nothing', undefined],
  ['null', null],
  ['a text', 'NOT_FOUND'],
  ['a code of nobody’s', { ...SHAPE, code: 'toString' }],
  ['no code', { message: '', hint: '' }],
  ['a message that is no text', { ...SHAPE, message: 1 }],
  ['no hint', { code: 'NOT_FOUND', message: '' }],
])('%s is none', (_, value) => {
  expect(readErrorShape(value)).toBeNull();
});

test('an expected failure keeps its words, anything else is a defect with its message', () => {
  expect(toErrorShape(new BulkheadError(SHAPE))).toEqual(SHAPE);
  expect(toErrorShape(new Error('x'))).toMatchObject({ code: 'INTERNAL', message: 'x' });
  expect(toErrorShape('thrown')).toMatchObject({ code: 'INTERNAL', message: 'thrown' });
});
