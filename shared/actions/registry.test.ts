import { describe, expect, test } from 'vitest';
import { en } from '../../renderer/src/i18n/catalogue.ts';
import { SCREENS } from '../../renderer/src/lib/route.ts';
import { ACTION_IDS, ACTIONS, actionOf, type ActionContext, type ActionId } from './registry.ts';

const CONTEXT: ActionContext = {
  phase: 'connected',
  isDemo: false,
  standing: { posture: 'open', guarded: [], isolated: [], offline: [] },
  limits: [],
  isPaused: false,
  hasUndo: true,
};

describe('the registry', () => {
  test('has each id once, each with a title', () => {
    expect(ACTIONS.map(({ id }) => id).toSorted()).toEqual([...ACTION_IDS].toSorted());
    expect(Object.keys(en.action).toSorted()).toEqual([...ACTION_IDS].toSorted());
  });

  test('leads to every screen', () => {
    const screens = ACTIONS.map(({ deed }) => deed(CONTEXT)).flatMap((deed) =>
      deed?.kind === 'go' ? [deed.screen] : [],
    );
    expect(SCREENS.filter((screen) => !screens.includes(screen))).toEqual([]);
  });

  test('uses no key twice, and none that begins another', () => {
    const all = ACTIONS.flatMap(({ keys, accelerator }) => [keys, accelerator].filter((one) => one !== undefined));
    expect(new Set(all).size).toBe(all.length);
    for (const one of all) expect(all.filter((other) => other.startsWith(`${one} `))).toEqual([]);
  });
});

describe('what makes sense when', () => {
  const possible = (given: Partial<ActionContext>): ActionId[] =>
    ACTION_IDS.filter((id) => actionOf(id).deed({ ...CONTEXT, ...given }) !== null);
  const POLICY: readonly ActionId[] = ['isolate-all', 'offline-all', 'release-all', 'guard-all', 'unguard-all', 'undo'];
  const policy = (given: Partial<ActionContext>): ActionId[] => possible(given).filter((id) => POLICY.includes(id));

  test.each<[string, Partial<ActionContext>, ActionId[]]>([
    ['nothing is shut', {}, ['isolate-all', 'offline-all', 'guard-all', 'undo']],
    [
      'everything is guarded and cut off',
      { standing: { posture: 'guarded', guarded: [], isolated: [], offline: ['all'] } },
      ['isolate-all', 'release-all', 'unguard-all', 'undo'],
    ],
    ['there is no picture yet', { standing: null }, ['undo']],
    ['nothing was changed', { hasUndo: false }, ['isolate-all', 'offline-all', 'guard-all']],
    ['the engine is away', { phase: 'reconnecting' }, []],
    ['the engine takes no rules', { limits: [{ what: 'firewall', code: 'no-tables' }] }, ['guard-all', 'undo']],
    [
      'it guards no bridges',
      { limits: [{ what: 'guard', code: 'no-bridge-tables' }] },
      ['isolate-all', 'offline-all', 'undo'],
    ],
  ])('when %s', (_, given, expected) => {
    expect(policy(given)).toEqual(expected);
  });

  test.each<[string, Partial<ActionContext>, ActionId[]]>([
    ['is at work', {}, ['pause-5', 'pause-30', 'pause-open']],
    ['is paused', { isPaused: true }, ['resume']],
    ['is not known yet', { standing: null }, []],
    ['can hold nothing', { limits: [{ what: 'firewall', code: 'no-tables' }] }, []],
    ['is away with its engine', { phase: 'reconnecting', isPaused: true }, []],
  ])('when the guard %s', (_, given, expected) => {
    expect(possible(given).filter((id) => id.startsWith('pause-') || id === 'resume')).toEqual(expected);
  });

  test('what the lists make and clear away is asked for where they are, while the engine is there', () => {
    const asked = (given: Partial<ActionContext>) =>
      ACTIONS.flatMap(({ group, deed }) => {
        const done = group === 'manage' ? deed({ ...CONTEXT, ...given }) : null;
        return done?.kind === 'go' && done.query?.['do'] !== undefined ? [`${done.screen} ${done.query['do']}`] : [];
      });
    expect(asked({})).toEqual([
      'compose open',
      ...['pull', 'build', 'load', 'prune'].map((kind) => `images ${kind}`),
      ...['create', 'prune'].map((kind) => `networks ${kind}`),
      ...['create', 'prune'].map((kind) => `volumes ${kind}`),
    ]);
    expect(asked({ phase: 'reconnecting' })).toEqual([]);
  });

  test('an engine is looked for whenever the core is there, the demo where it is not open', () => {
    const engine = (given: Partial<ActionContext>) => possible(given).filter((id) => id === 'retry' || id === 'demo');
    expect([engine({ phase: 'failed' }), engine({ isDemo: true }), engine({ phase: 'lost' })]).toEqual([
      ['retry', 'demo'],
      ['retry'],
      [],
    ]);
  });
});
