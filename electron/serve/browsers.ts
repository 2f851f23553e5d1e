/** Which program can show the app: pure, so that it can be tested for platforms this is not. */
import { posix, win32 } from 'node:path';

export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whether a program may be run from this path. */
  readonly isProgram: (path: string) => boolean;
  readonly isRoot: boolean;
}

export interface Invocation {
  readonly program: string;
  readonly args: readonly string[];
}

const ON_LINUX = [
  'chromium',
  'chromium-browser',
  'google-chrome-stable',
  'google-chrome',
  'microsoft-edge-stable',
  'microsoft-edge',
  'brave-browser',
  'vivaldi-stable',
];
const ON_MAC = [
  'Google Chrome.app/Contents/MacOS/Google Chrome',
  'Chromium.app/Contents/MacOS/Chromium',
  'Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
  'Brave Browser.app/Contents/MacOS/Brave Browser',
];
const ON_WINDOWS = [
  'Google\\Chrome\\Application\\chrome.exe',
  'Microsoft\\Edge\\Application\\msedge.exe',
  'BraveSoftware\\Brave-Browser\\Application\\brave.exe',
];

/** Whether a window can be shown at all: on Linux that takes a display. */
export function hasDisplay({ platform, env }: Machine): boolean {
  return platform === 'win32' || platform === 'darwin' || Boolean(env['DISPLAY'] ?? env['WAYLAND_DISPLAY']);
}

/** A window without tabs or address bar, with a profile of its own; null when no Chromium-family browser is found. */
export function appWindow(machine: Machine, url: string, profile: string): Invocation | null {
  const program = candidates(machine).find((path) => machine.isProgram(path));
  if (program === undefined) return null;
  const args = [`--app=${url}`, `--user-data-dir=${profile}`, '--no-first-run', '--no-default-browser-check'];
  // Chromium refuses to run as root inside its own sandbox.
  return { program, args: machine.isRoot && machine.platform === 'linux' ? [...args, '--no-sandbox'] : args };
}

/** Whatever the desktop opens addresses with; null when there is nothing of the kind. */
export function defaultBrowser(machine: Machine, url: string): Invocation | null {
  if (machine.platform === 'darwin') return { program: '/usr/bin/open', args: [url] };
  if (machine.platform === 'win32') {
    // Not `cmd /c start`, to which an address with & would be several commands.
    const system = machine.env['SystemRoot'] ?? 'C:\\Windows';
    const program = win32.join(system, 'System32', 'rundll32.exe');
    return { program, args: ['url.dll,FileProtocolHandler', url] };
  }
  const program = onPath(machine, ['xdg-open']).find((path) => machine.isProgram(path));
  return program === undefined ? null : { program, args: [url] };
}

function candidates(machine: Machine): readonly string[] {
  const { platform, env } = machine;
  if (platform === 'darwin') {
    const folders = ['/Applications', ...(env['HOME'] ? [posix.join(env['HOME'], 'Applications')] : [])];
    return folders.flatMap((folder) => ON_MAC.map((name) => posix.join(folder, name)));
  }
  if (platform === 'win32') {
    const folders = [env['ProgramFiles'], env['ProgramFiles(x86)'], env['LOCALAPPDATA']];
    return folders.flatMap((folder) => (folder ? ON_WINDOWS.map((name) => win32.join(folder, name)) : []));
  }
  return onPath(machine, ON_LINUX);
}

function onPath({ env }: Machine, names: readonly string[]): readonly string[] {
  const folders = (env['PATH'] ?? '').split(':').filter((folder) => folder.startsWith('/'));
  return names.flatMap((name) => folders.map((folder) => posix.join(folder, name)));
}
