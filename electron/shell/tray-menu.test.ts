import { expect, test } from 'vitest';
import { labelOf } from './tray-menu.ts';

test.each([
  ['web & db', 'web && db'],
  ['a\nb\tc', 'a b c'],
  ['evil\u202Etxt.exe', 'evil txt.exe'],
  ['容器', '容器'],
  ['x'.repeat(200), `${'x'.repeat(95)}…`],
])('%j is shown as %j', (name, label) => {
  expect(labelOf(name)).toBe(label);
});
