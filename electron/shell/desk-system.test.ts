/** What the desk has from the system: settings, updates, start at login and native menus. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { EventEmitter } from 'node:events';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { frame } from '../../shared/actions/test-input.ts';
import { createCore } from '../app/create-core.ts';
import type { DeskOptions } from './desk.ts';
import { deskRig, labels, recording } from './desk-rig.ts';
import { itemOf } from './stand-in.ts';
import type { Updater } from './updates.ts';

const { desk, ends, folder } = deskRig({ beforeEach, afterEach });

describe('settings', () => {
  test('are those of the one file: the tray changes them there, and shows what is changed there', async () => {
    const core = createCore({ version: '0', configDir: folder(), engine: 'demo' });
    ends.push(() => core.close());
    await vi.waitFor(() => expect(core.settings.view()).not.toBeNull(), 10_000);
    const { tray, click } = desk(core);
    const ticked = (label: string) => itemOf(tray.items, label).checked;
    expect([ticked('Keep running when the window is closed'), ticked('Start at login')]).toEqual([true, false]);
    click('Keep running when the window is closed');
    const inFile = (): unknown => JSON.parse(readFileSync(join(folder(), 'settings.json'), 'utf8'));
    await vi.waitFor(() => expect(inFile()).toEqual({ desktop: { closeToTray: false } }), 10_000);
    await vi.waitFor(() => expect(ticked('Keep running when the window is closed')).toBe(false), 10_000);
    await core.settings.import('{ "desktop": { "startAtLogin": true } }');
    const entry = join(folder(), 'autostart', 'bulkhead.desktop');
    await vi.waitFor(() => expect(existsSync(entry)).toBe(true), 10_000);
    expect([ticked('Keep running when the window is closed'), ticked('Start at login')]).toEqual([true, true]);
    await core.settings.set({ desktop: { startAtLogin: false } });
    await vi.waitFor(() => expect(existsSync(entry)).toBe(false), 10_000);
    expect(existsSync(join(folder(), 'desktop.json'))).toBe(false);
  });

  test('the page opens the folder they are in, and no other, only while there is a desktop', async () => {
    const { core } = recording();
    expect(core.desktop.canOpenFolder()).toBe(false);
    await expect(core.desktop.openFolder()).rejects.toMatchObject({ code: 'BAD_INPUT' });
    const { folders, opened } = desk(core);
    expect(core.desktop.canOpenFolder()).toBe(true);
    await core.desktop.openFolder();
    expect(folders).toEqual(['/config']);
    opened.close();
    expect(core.desktop.canOpenFolder()).toBe(false);
  });
});

describe('updates', () => {
  const source = (updater: Updater): DeskOptions['updates'] => ({
    feed: { kind: 'ready', installs: true },
    load: () => Promise.resolve(updater),
  });
  function updater() {
    const made = Object.assign(new EventEmitter(), {
      autoDownload: true,
      autoInstallOnAppQuit: false,
      allowDowngrade: false,
      allowPrerelease: false,
      logger: null,
      checks: 0,
      downloads: 0,
      checkForUpdates: () => {
        made.checks += 1;
        made.emit('update-available', { version: '2.0.0' });
        return Promise.resolve();
      },
      downloadUpdate: () => {
        made.downloads += 1;
        made.emit('update-downloaded', { version: '2.0.0' });
        return Promise.resolve();
      },
    });
    return made;
  }

  test('wait for the settings, then ask before anything is loaded', async () => {
    const { core, set } = recording();
    const made = updater();
    const { questions, user, notices } = desk(core, { updates: source(made) });
    user.presses = 0;
    expect(made.checks).toBe(0);
    set.setSettings({});
    await vi.waitFor(() => expect(notices.map(({ title }) => title)).toEqual(['Bulkhead 2.0.0 is loaded']));
    expect([questions[0]?.message, made.checks, made.downloads]).toEqual(['Load Bulkhead 2.0.0?', 1, 1]);
  });

  test('are not looked for where they are switched off', async () => {
    const { core, set } = recording();
    const made = updater();
    const { questions } = desk(core, { updates: source(made) });
    set.setSettings({ desktop: { updates: false } });
    await new Promise((resolve) => setImmediate(resolve));
    expect([made.checks, questions]).toEqual([0, []]);
  });
});

describe('start at login', () => {
  test('that the system refuses is told with its reason, and is off again', async () => {
    const { core, set } = recording();
    const { click, notices, tray } = desk(core);
    writeFileSync(join(folder(), 'autostart'), 'no folder');
    set.setSettings({});
    click('Start at login');
    await vi.waitFor(() => expect(notices.map(({ title }) => title)).toEqual(['Start at login: it could not be done']));
    expect(itemOf(tray.items, 'Start at login').checked).toBe(false);
    expect(core.settings.view()?.settings.desktop.startAtLogin).toBe(false);
  });

  test('is a file of the desktop’s on Linux, and goes again', () => {
    const { click } = desk(recording().core);
    const file = join(folder(), 'autostart', 'bulkhead.desktop');
    click('Start at login');
    expect(readFileSync(file, 'utf8')).toContain('Exec="/opt/Bulk head/bulkhead" --hidden\n');
    click('Start at login');
    expect(existsSync(file)).toBe(false);
  });

  test.each(['darwin', 'win32'] as const)('is in the list of the system on %s', (platform) => {
    const { click, logins } = desk(recording().core, { platform });
    click('Start at login');
    expect(logins).toEqual([{ openAtLogin: true, path: '/opt/Bulk head/bulkhead', args: ['--hidden'] }]);
  });
});

describe('native menus', () => {
  test('lead to places at once, and leave changes to the page, which shows them first', () => {
    const { core, set } = recording();
    const { menus, shown } = desk(core);
    set.setFrame(frame([]));
    const menu = menus.at(-1) ?? [];
    itemOf(menu, 'Go', 'Go to networks').click?.();
    expect(labels(itemOf(menu, 'Manage').submenu)).toEqual(
      expect.arrayContaining(['Run a container', 'Pull an image', 'Clean up volumes']),
    );
    itemOf(menu, 'Policy', 'Isolate everything').click?.();
    expect([shown, set.desktop.take()]).toEqual([['#/networks', undefined], { action: 'isolate-all' }]);
    expect(itemOf(menu, 'Policy', 'Release everything').enabled).toBe(false);
  });

  test('are those of each platform', () => {
    const [linux, mac] = (['linux', 'darwin'] as const).map((platform) => {
      const { menus } = desk(recording().core, { platform });
      return menus.at(-1) ?? [];
    });
    expect([labels(linux), labels(mac)]).toEqual([
      ['File', 'Edit', 'Go', 'Manage', 'Policy', 'View', 'Window', 'Help'],
      ['Bulkhead', 'File', 'Edit', 'Go', 'Manage', 'Policy', 'View', 'Window', 'Help'],
    ]);
    expect(labels(itemOf(mac ?? [], 'Bulkhead').submenu)).toContain('Quit Bulkhead');
    expect(labels(itemOf(linux ?? [], 'File').submenu).at(-1)).toBe('Quit Bulkhead');
    expect(labels(itemOf(mac ?? [], 'File').submenu)).not.toContain('Quit Bulkhead');
  });

  test('show the keys that the page listens to, without taking them from it', () => {
    const { menus } = desk(recording().core);
    expect(itemOf(menus.at(-1) ?? [], 'Help', 'Find anything')).toMatchObject({
      accelerator: 'CmdOrCtrl+K',
      registerAccelerator: false,
    });
    expect(itemOf(menus.at(-1) ?? [], 'Go', 'Go to the matrix')).toMatchObject({ accelerator: 'CmdOrCtrl+2' });
  });
});
