/** Shows an address: in an app window, else in the default browser, else by leaving it to the person who reads it. */
import { spawn, type ChildProcess } from 'node:child_process';
import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { appWindow, defaultBrowser, hasDisplay, type Invocation, type Machine } from './browsers.ts';

/**
 * @param err takes what a person should know, line by line
 * @returns once something was started, or nothing could be; the app window ends with this process
 */
export async function openBrowser(url: string, err: (text: string) => void): Promise<void> {
  const machine: Machine = {
    platform: process.platform,
    env: process.env,
    isProgram,
    isRoot: process.getuid?.() === 0,
  };
  if (!hasDisplay(machine)) {
    err('There is no display here: open the address above in a browser on this machine.\n');
    return;
  }
  if (await openWindow(machine, url)) return;
  const browser = defaultBrowser(machine, url);
  if (browser && (await started(run(browser)))) return;
  err('No browser was found: open the address above yourself.\n');
}

/** @returns whether an app window was started */
async function openWindow(machine: Machine, url: string): Promise<boolean> {
  // A profile of its own: no extension of the user's everyday browser sees the app.
  const profile = mkdtempSync(join(tmpdir(), 'bulkhead-window-'));
  const remove = (): void => {
    try {
      rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    } catch {
      // A browser that is still writing on its way out; the system's own cleaning of the folder takes the rest.
    }
  };
  const invocation = appWindow(machine, url, profile);
  if (!invocation) {
    remove();
    return false;
  }
  const child = run(invocation);
  const end = (): void => {
    kill(child);
    remove();
  };
  process.once('exit', end);
  child.once('exit', () => {
    process.off('exit', end);
    remove();
  });
  if (await started(child)) return true;
  process.off('exit', end);
  remove();
  return false;
}

/** With all its helpers and at once: one that ends in its own time writes its profile anew after it was removed. */
function kill(child: ChildProcess): void {
  try {
    if (process.platform === 'win32' || child.pid === undefined) child.kill();
    else process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It ended in this moment.
  }
}

function run({ program, args }: Invocation): ChildProcess {
  // A process group of its own, so that it can be ended with its helpers.
  const child = spawn(program, args, { stdio: 'ignore', detached: process.platform !== 'win32' });
  // The server keeps this process alive, not the window.
  child.unref();
  return child;
}

function started(child: ChildProcess): Promise<boolean> {
  return new Promise((resolve) => {
    child.once('spawn', () => resolve(true));
    child.once('error', () => resolve(false));
  });
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
