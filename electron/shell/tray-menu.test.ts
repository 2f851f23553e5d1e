import { expect, test } from 'vitest';
import { labelOf, trayMenu } from './tray-menu.ts';

test.each([
  ['web & db', 'web && db'],
  ['a\nb\tc', 'a b c'],
  ['evil\u202Etxt.exe', 'evil txt.exe'],
  ['容器', '容器'],
  ['x'.repeat(200), `${'x'.repeat(95)}…`],
])('%j is shown as %j', (name, label) => {
  expect(labelOf(name)).toBe(label);
});

test('every text of a menu is cleaned, however deep it is', () => {
  const evil = 'a\n&\u202Eb';
  const item = { kind: 'item', text: evil, enabled: true, deed: { kind: 'shell', what: 'open' } } as const;
  const menu = trayMenu(
    [
      { kind: 'text', text: evil },
      { kind: 'menu', text: evil, items: [item, { kind: 'separator' }, { ...item, checked: true }] },
    ],
    () => undefined,
  );
  const labels = [...menu, ...(menu[1]?.submenu ?? [])].flatMap(({ label }) => label ?? []);
  expect(labels).toEqual(Array.from({ length: 4 }, () => 'a && b'));
});
