import { expect, test } from 'vitest';
import { hasDisplay, hasNotStarted } from './desktop.mjs';

test.each([
  ['misses a library', { code: 127, ms: 60_000 }, true],
  ['falls over at once', { signal: 'SIGTRAP', ms: 900 }, true],
  ['is aborted on a slow machine', { signal: 'SIGABRT', ms: 12_000 }, true],
  ['gives up at once', { code: 1, ms: 400 }, true],
  ['hands over to the instance that runs', { code: 0, ms: 400 }, false],
  ['is stopped at once', { signal: 'SIGTRAP', ms: 400, wasStopped: true }, false],
  ['is killed by somebody', { signal: 'SIGKILL', ms: 400 }, false],
  ['falls over after an hour', { signal: 'SIGSEGV', ms: 3_600_000 }, false],
  ['fails after an hour', { code: 1, ms: 3_600_000 }, false],
])('an Electron that %s', (_name, end, expected) => {
  expect(hasNotStarted({ code: null, signal: null, wasStopped: false, ...end })).toBe(expected);
});

test.each([
  ['linux', {}, false],
  ['linux', { DISPLAY: '' }, false],
  ['linux', { DISPLAY: ':0' }, true],
  ['linux', { WAYLAND_DISPLAY: 'wayland-0' }, true],
  ['darwin', {}, true],
  ['win32', {}, true],
])('on %s with %j it is known whether there is a display', (platform, env, expected) => {
  expect(hasDisplay({ env, platform })).toBe(expected);
});
