import { expect, test } from 'vitest';
import { electronProgram, isWorthFetching } from './electron.mjs';

test.each([
  ['linux', {}, /node_modules\/electron\/dist\/electron$/],
  ['linux', { ELECTRON_OVERRIDE_DIST_PATH: '/opt/electron' }, /^\/opt\/electron\/electron$/],
  ['darwin', {}, /dist\/Electron\.app\/Contents\/MacOS\/Electron$/],
  ['win32', {}, /dist\/electron\.exe$/],
])('on %s with %j its program is %s', (platform, env, expected) => {
  expect(electronProgram({ env, platform, exists: () => true })).toMatch(expected);
  expect(electronProgram({ env, platform, exists: () => false })).toBeNull();
});

test('what an installer that was interrupted left behind is not taken for its program', () => {
  const exists = (path) => !path.endsWith('path.txt');
  expect(electronProgram({ env: {}, platform: 'linux', exists })).toBeNull();
  const env = { ELECTRON_OVERRIDE_DIST_PATH: '/opt/electron' };
  expect(electronProgram({ env, platform: 'linux', exists })).toBe('/opt/electron/electron');
});

test.each([
  ['a desktop', 'linux', { DISPLAY: ':0' }, true],
  ['a Wayland desktop', 'linux', { WAYLAND_DISPLAY: 'wayland-0' }, true],
  ['a Mac', 'darwin', {}, true],
  ['a headless server', 'linux', {}, false],
  ['a CI machine', 'darwin', { CI: 'true' }, false],
  ['a machine with its own Electron', 'linux', { DISPLAY: ':0', ELECTRON_OVERRIDE_DIST_PATH: '/opt' }, false],
  ['a machine told not to', 'linux', { DISPLAY: ':0', ELECTRON_SKIP_BINARY_DOWNLOAD: '1' }, false],
])('on %s it is known whether to fetch it', (_name, platform, env, expected) => {
  expect(isWorthFetching({ env, platform })).toBe(expected);
});
