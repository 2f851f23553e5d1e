import { describe, expect, test } from 'vitest';
import { appWindow, defaultBrowser, hasDisplay, type Machine } from './browsers.ts';

const URL = 'http://127.0.0.1:1/x/?token=t&u=1';

function machine(platform: NodeJS.Platform, programs: readonly string[], extra: Partial<Machine> = {}): Machine {
  const env = { PATH: '/usr/local/bin:relative:/usr/bin', HOME: '/Users/me', ProgramFiles: 'C:\\Program Files' };
  return { platform, env, isProgram: (path) => programs.includes(path), isRoot: false, ...extra };
}

describe('an app window', () => {
  test.each([
    ['linux', ['/usr/bin/google-chrome', '/usr/bin/chromium'], '/usr/bin/chromium'],
    ['linux', ['/usr/local/bin/google-chrome'], '/usr/local/bin/google-chrome'],
    ['linux', ['relative/chromium', '/usr/bin/firefox'], null],
    [
      'darwin',
      ['/Users/me/Applications/Chromium.app/Contents/MacOS/Chromium'],
      '/Users/me/Applications/Chromium.app/Contents/MacOS/Chromium',
    ],
    [
      'win32',
      ['C:\\Program Files\\Microsoft\\Edge\\Application\\msedge.exe'],
      'C:\\Program Files\\Microsoft\\Edge\\Application\\msedge.exe',
    ],
  ] as const)('on %s with %j is shown by %s', (platform, programs, expected) => {
    expect(appWindow(machine(platform, programs), URL, '/profile')?.program ?? null).toBe(expected);
  });

  test('has its own profile, and leaves the sandbox out for root only', () => {
    const args = [`--app=${URL}`, '--user-data-dir=/profile', '--no-first-run', '--no-default-browser-check'];
    const linux = machine('linux', ['/usr/bin/chromium']);
    expect(appWindow(linux, URL, '/profile')?.args).toEqual(args);
    expect(appWindow({ ...linux, isRoot: true }, URL, '/profile')?.args).toEqual([...args, '--no-sandbox']);
  });
});

test.each([
  ['linux', ['/usr/bin/xdg-open'], { program: '/usr/bin/xdg-open', args: [URL] }],
  ['linux', [], null],
  ['darwin', [], { program: '/usr/bin/open', args: [URL] }],
  ['win32', [], { program: 'C:\\Windows\\System32\\rundll32.exe', args: ['url.dll,FileProtocolHandler', URL] }],
] as const)('the default browser on %s with %j', (platform, programs, expected) => {
  expect(defaultBrowser(machine(platform, programs), URL)).toEqual(expected);
});

test('a Linux machine without X or Wayland has no display', () => {
  expect(hasDisplay(machine('linux', []))).toBe(false);
  expect(hasDisplay(machine('linux', [], { env: { DISPLAY: ':0' } }))).toBe(true);
  expect(hasDisplay(machine('linux', [], { env: { WAYLAND_DISPLAY: 'wayland-0' } }))).toBe(true);
  expect(hasDisplay(machine('darwin', []))).toBe(true);
});
