/** Tray, badge and notifications, over a core on the demo engine and over one whose values are set. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { container, ENGINE, frame } from '../../shared/actions/test-input.ts';
import type { Core } from '../app/core.ts';
import { createCore } from '../app/create-core.ts';
import { deskRig, labels, recording } from './desk-rig.ts';

const { desk, ends, folder } = deskRig({ beforeEach, afterEach });

describe('on the demo engine', () => {
  test('a container is isolated from the tray, the journal says so, and it is taken back there', async () => {
    const core = createCore({ version: '0', configDir: folder(), engine: 'demo' });
    ends.push(() => core.close());
    const { tray, click, notices } = desk(core);
    await vi.waitFor(() => expect(labels(tray.items)).toContain('Containers'), 10_000);
    expect(tray.toolTip).toContain('Nothing is isolated');
    click('Containers', 'shop-db-1', 'Isolate');
    await vi.waitFor(() => expect(tray.toolTip).toContain('1 container is isolated'), 10_000);
    await vi.waitFor(() => expect(notices.map(({ title }) => title)).toEqual(['shop-db-1: done']), 10_000);
    expect(tray.image).toBe('/icons/tray-shut.png');
    expect((await core.journal.list()).map(({ who, change }) => [who, change])).toEqual([
      ['tray', { action: 'isolate', name: 'shop/db' }],
    ]);
    await vi.waitFor(() => click('Recent changes', 'Undo: Isolate shop/db'), 10_000);
    await vi.waitFor(() => expect(tray.toolTip).toContain('Nothing is isolated'), 10_000);
    await vi.waitFor(() => expect(notices).toHaveLength(2), 10_000);
    expect((await core.journal.list()).map(({ who }) => who)).toEqual(['tray', 'tray']);
  });

  test('everything is isolated and released after a question that defaults to no', async () => {
    const core = createCore({ version: '0', configDir: folder(), engine: 'demo' });
    ends.push(() => core.close());
    const { tray, click, questions, user, notices } = desk(core);
    await vi.waitFor(() => expect(labels(tray.items)).toContain('Containers'), 10_000);
    click('Isolate everything…');
    await vi.waitFor(() => expect(questions).toHaveLength(1));
    expect(questions[0]).toMatchObject({
      message: 'Isolate everything?',
      detail: expect.stringMatching(/This changes \d+ pairs\./),
      buttons: ['Isolate everything', 'Cancel'],
      defaultId: 1,
      cancelId: 1,
    });
    expect(await core.journal.list()).toEqual([]);
    user.presses = 0;
    click('Isolate everything…');
    await vi.waitFor(() => expect(notices).toHaveLength(1), 60_000);
    await vi.waitFor(() => click('Release everything…'), 10_000);
    await vi.waitFor(
      () => expect(notices.map(({ title }) => title).slice(-1)).toEqual(['Release everything: done']),
      60_000,
    );
    expect((await core.journal.list()).map(({ change }) => change)).toEqual([
      { action: 'release', name: 'all' },
      { action: 'isolate', name: 'all' },
    ]);
  }, 120_000);

  test('what a question tells is in the person’s language too', async () => {
    const core = createCore({ version: '0', configDir: folder(), engine: 'demo' });
    ends.push(() => core.close());
    const { tray, click, questions } = desk(core, { languages: ['zh-CN'] });
    await vi.waitFor(() => expect(labels(tray.items)).toContain('容器'), 10_000);
    click('暂停守护', '暂停守护 5 分钟…');
    await vi.waitFor(() => expect(questions).toHaveLength(1));
    expect(questions[0]?.detail).toContain('那不是防火墙');
    expect(questions[0]?.detail.replaceAll('Bulkhead', '')).not.toMatch(/[A-Za-z]{2,}/);
  });

  test('the guard is paused after a question that says what is open, and resumed at the click', async () => {
    const core = createCore({ version: '0', configDir: folder(), engine: 'demo' });
    ends.push(() => core.close());
    const { tray, click, questions, user, notices } = desk(core);
    await vi.waitFor(() => expect(labels(tray.items)).toContain('Containers'), 10_000);
    click('Containers', 'shop-db-1', 'Isolate');
    await vi.waitFor(() => expect(notices.map(({ title }) => title)).toEqual(['shop-db-1: done']), 10_000);
    const policy = readdirSync(join(folder(), 'policies')).filter((name) => name.endsWith('.yaml'));
    const text = readFileSync(join(folder(), 'policies', policy[0] ?? ''), 'utf8');
    click('Pause the guard', 'Pause the guard for 30 minutes…');
    await vi.waitFor(() => expect(questions).toHaveLength(1));
    expect(questions[0]).toMatchObject({
      message: 'Pause the guard?',
      detail: expect.stringMatching(/Open for that time, whatever your policy says \(ordered pairs: \d+\): /),
      defaultId: 1,
    });
    expect(tray.toolTip).not.toContain('PAUSED');
    user.presses = 0;
    click('Pause the guard', 'Pause the guard for 30 minutes…');
    await vi.waitFor(() => expect(tray.toolTip).toMatch(/PAUSED: everything is open until .*\d/), 10_000);
    expect(tray.image).toBe('/icons/tray-alert.png');
    expect(readFileSync(join(folder(), 'policies', policy[0] ?? ''), 'utf8')).toBe(text);
    await vi.waitFor(() => expect(notices).toHaveLength(2), 10_000);
    click('Resume the guard');
    await vi.waitFor(() => expect(tray.toolTip).not.toContain('PAUSED'), 10_000);
    await vi.waitFor(() => expect(notices).toHaveLength(3), 10_000);
    expect(questions).toHaveLength(2);
    expect((await core.journal.list()).map(({ who, change }) => [who, change])).toEqual([
      ['tray', { action: 'resume' }],
      ['tray', { action: 'pause', minutes: 30 }],
      ['tray', { action: 'isolate', name: 'shop/db' }],
    ]);
  }, 60_000);
});

describe('what was chosen', () => {
  test('and fails is told with its reason; what does not hold, as that', async () => {
    const { core, set, outcomes } = recording();
    const { click, notices } = desk(core);
    set.setFrame(frame([container('web')]));
    outcomes.push(
      () => Promise.reject(new Error('no room')),
      () => Promise.resolve(false),
    );
    click('Containers', 'web', 'Isolate');
    await vi.waitFor(() => expect(notices).toHaveLength(1));
    click('Containers', 'web', 'Cut from the internet');
    await vi.waitFor(() => expect(notices).toHaveLength(2));
    expect(notices.map(({ title, body }) => [title, body.split('\n')[0]])).toEqual([
      ['web: it could not be done', 'no room'],
      ['web: it did not hold when it was probed', ''],
    ]);
  });

  test('to release everything frees every name, one after the other, as the tray', async () => {
    const { core, set, applied } = recording();
    const { click, user } = desk(core);
    const standing = { posture: 'open' as const, guarded: [], isolated: ['shop/db'], offline: ['all'] };
    set.setFrame(frame([], { standing }));
    user.presses = 0;
    click('Release everything…');
    await vi.waitFor(() => expect(applied).toHaveLength(2));
    expect(applied).toEqual([
      [{ action: 'release', name: 'shop/db' }, 'tray'],
      [{ action: 'release', name: 'all' }, 'tray'],
    ]);
  });

  test.each([
    ['Open Bulkhead', undefined],
    ['Export diagram…', '#/matrix?view=diagram&export='],
  ])('%s shows the window', (label, hash) => {
    const { click, shown } = desk(recording().core);
    click(label);
    expect(shown).toEqual([hash]);
  });

  test('to quit quits', () => {
    const { click, log } = desk(recording().core);
    click('Quit Bulkhead');
    expect(log).toContain('quit');
  });
});

describe('the state', () => {
  const failing = { phase: 'failing' as const, denied: 3, held: 1, impossible: 0, error: null };

  test('is in icon, tooltip and badge, also when no window is open', () => {
    const { core, set } = recording();
    const { tray, badges } = desk(core);
    set.setFrame(frame([], { guard: failing }));
    expect([tray.image, tray.toolTip.split('\n').at(-1), badges.at(-1)]).toEqual([
      '/icons/tray-alert.png',
      '2 blocks are not in force',
      2,
    ]);
    set.setState({ phase: 'connecting', address: '' });
    expect([tray.image, badges.at(-1)]).toEqual(['/icons/tray-away.png', 0]);
  });

  test('is over the button of the taskbar on Windows, of a window that is opened later too', () => {
    const { core, set } = recording();
    const { overlays, opened } = desk(core, { platform: 'win32' });
    set.setFrame(frame([], { guard: failing }));
    const alert = {
      image: '/icons/tray-alert.png',
      words: expect.stringContaining('2 blocks are not in force') as string,
    };
    expect(overlays.at(-1)).toEqual(alert);
    const before = overlays.length;
    opened.windowOpened();
    expect(overlays.slice(before)).toEqual([alert]);
    set.setState({ phase: 'connecting', address: '' });
    expect(overlays.at(-1)?.image).toBeNull();
    expect(desk(core, { platform: 'linux' }).overlays).toEqual([]);
  });

  test('that stays the same is drawn once', () => {
    const { core, set } = recording();
    const { badges, menus } = desk(core);
    set.setFrame(frame([container('web')]));
    const drawn = [badges.length, menus.length];
    set.setFrame(frame([container('web')], { revision: 2 }));
    expect([badges.length, menus.length]).toEqual(drawn);
  });

  test('takes the colour of the menu bar on macOS, where a click opens the menu', () => {
    const { tray, shown } = desk(recording().core, { platform: 'darwin' });
    tray.emit('click');
    expect([tray.image, shown]).toEqual(['/icons/tray-calmTemplate.png', []]);
  });

  test('has a picture for every mood, on every system', () => {
    const icons = join(import.meta.dirname, '..', '..', 'resources', 'icons');
    const names = ['calm', 'shut', 'alert', 'away'].flatMap((mood) => [`tray-${mood}`, `tray-${mood}Template`]);
    const missing = names
      .flatMap((name) => [`${name}.png`, `${name}@2x.png`])
      .filter((one) => !existsSync(join(icons, one)));
    expect(missing).toEqual([]);
  });
});

describe('notifications', () => {
  test('tell of blocks that fail, of repairs and of newcomers, and lead to them', () => {
    const { core, set } = recording();
    const { notices, shown } = desk(core);
    const standing = { posture: 'open' as const, guarded: ['network:front'], isolated: [], offline: [] };
    const holding = { phase: 'holding' as const, denied: 3, held: 3, impossible: 0, error: null };
    set.setFrame(frame([], { standing, guard: holding }));
    expect(notices).toEqual([]);
    set.setFrame(frame([container('new')], { standing, guard: { ...holding, repaired: 1 } }));
    set.setFrame(
      frame([container('new')], { standing, guard: { ...holding, repaired: 1, phase: 'failing', held: 1 } }),
    );
    expect(notices.map(({ title, body }) => `${title}: ${body}`)).toEqual([
      'Rules were put back: Other software removed 1 rule table of Bulkhead. It is in force again.',
      'new joined a guarded network: On front only what your rules allow may pass.',
      '2 blocks are not in force: Open Bulkhead to see which, and why.',
    ]);
    for (const { onClick } of notices) onClick();
    expect(shown).toEqual(['#/matrix', '#/networks', '#/matrix']);
  });
});

describe('notifications after an engine was away', () => {
  test('tell what came about meanwhile: the last picture of it is what the next is compared with', () => {
    const { core, set } = recording();
    const now = { isListed: true };
    const { notices } = desk({
      ...core,
      matrix: { ...core.matrix, frame: () => (now.isListed ? set.matrix.frame() : null) },
    });
    const standing = { posture: 'open' as const, guarded: ['network:front'], isolated: [], offline: [] };
    set.setFrame(frame([], { standing }));
    now.isListed = false;
    const error = { code: 'ENGINE_UNREACHABLE' as const, message: 'gone', hint: '' };
    set.setState({ phase: 'reconnecting', engine: ENGINE, error, attempt: 1 });
    set.setState({ phase: 'connected', engine: ENGINE });
    now.isListed = true;
    set.setFrame(frame([container('new')], { standing }));
    expect(notices.map(({ title }) => title)).toEqual(['new joined a guarded network']);
  });
});

describe('a desk that was closed', () => {
  test('listens to nothing any more, and cuts short what it began', async () => {
    const { core, set } = recording();
    const begun: AbortSignal[] = [];
    const apply: Core['policy']['apply'] = (_change, { signal }) => {
      begun.push(signal);
      return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    };
    const { opened, click, menus } = desk({ ...core, policy: { ...core.policy, apply } });
    set.setFrame(frame([container('web')]));
    click('Containers', 'web', 'Isolate');
    await vi.waitFor(() => expect(begun.length).toBe(1));
    opened.close();
    expect([begun[0]?.aborted, set.alive()]).toEqual([true, 0]);
    const drawn = menus.length;
    set.desktop.speak('zh-CN');
    set.setSettings({ desktop: { startAtLogin: true } });
    expect(menus.length).toBe(drawn);
    expect(existsSync(join(folder(), 'autostart'))).toBe(false);
  });
});

describe('which notifications are shown', () => {
  const standing = { posture: 'open' as const, guarded: ['network:front'], isolated: [], offline: [] };
  const holding = { phase: 'holding' as const, denied: 3, held: 3, impossible: 0, error: null };
  const KINDS = [
    ['blockFailed', '2 blocks are not in force'],
    ['driftRepaired', 'Rules were put back'],
    ['newContainer', 'new joined a guarded network'],
  ] as const;

  test.each(KINDS)('%s alone is silent where it is switched off', (kind, title) => {
    const { core, set } = recording();
    const { notices } = desk(core);
    set.setSettings({ notifications: { [kind]: false } });
    set.setFrame(frame([], { standing, guard: holding }));
    const bad = { ...holding, repaired: 1, phase: 'failing' as const, held: 1 };
    set.setFrame(frame([container('new')], { standing, guard: bad }));
    const others = KINDS.map(([, one]) => one).filter((one) => one !== title);
    expect(notices.map((notice) => notice.title).toSorted()).toEqual([...others].toSorted());
    // And tells again what happens after it is switched on.
    set.setFrame(frame([], { standing, guard: { ...holding, repaired: 1 } }));
    set.setSettings({ notifications: { [kind]: true } });
    set.setFrame(frame([container('new')], { standing, guard: { ...bad, repaired: 2 } }));
    expect(notices.slice(2).map((notice) => notice.title)).toContain(title);
  });
});

describe('languages', () => {
  test('are the system’s until the page says which it speaks', () => {
    const { core, set } = recording();
    const { tray, menus } = desk(core, { languages: ['fr-FR', 'zh-Hans-CN', 'en'] });
    expect([labels(tray.items).at(-1), menus.at(-1)?.[0]?.label]).toEqual(['退出 Bulkhead', '文件']);
    set.desktop.speak('en');
    expect([labels(tray.items).at(-1), menus.at(-1)?.[0]?.label]).toEqual(['Quit Bulkhead', 'File']);
  });
});
