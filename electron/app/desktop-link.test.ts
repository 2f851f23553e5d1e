import { expect, test } from 'vitest';
import { createDesktopLink } from './desktop-link.ts';

test('what is asked while no page is there waits for one, and is done once', () => {
  const link = createDesktopLink();
  link.ask('palette');
  expect([link.take(), link.take()]).toEqual([{ action: 'palette' }, null]);
});

test('the page that came last is asked, and none that has gone', () => {
  const link = createDesktopLink();
  const heard: string[] = [];
  link.onAsk(({ action }) => heard.push(`first ${action}`));
  const stop = link.onAsk(({ action }) => heard.push(`second ${action}`));
  link.ask('undo');
  stop();
  link.ask('shortcuts');
  expect([heard, link.take()]).toEqual([['second undo', 'first shortcuts'], null]);
});
