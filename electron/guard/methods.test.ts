/** What is kept of a step, and when: before the engine hears of it, so that nobody who is killed in between loses it. */
import { describe, expect, it } from 'vitest';
import type { UndoStep } from '../../shared/contract/journal.ts';
import { BulkheadError } from '../../shared/errors.ts';
import type { MethodStep, RerunStep } from '../../shared/methods/model.ts';
import type { RebuildActions } from '../engine/driver.ts';
import { runMethod, undoMethod } from './methods.ts';

const FORMER = { config: {}, host: { Privileged: true }, items: [] };
const WAY = {
  kind: 'restore',
  container: 'web',
  id: 'id-web',
  aside: 'web-before-1',
  interim: 'web-after-1',
  made: '',
  ran: true,
} as const;

/** Writes down, in their order, what the engine is asked and what is kept. */
function world({ failAt = '' } = {}) {
  const log: string[] = [];
  const kept: UndoStep[] = [];
  const ask = <T>(what: string, answer: T): Promise<T> => {
    log.push(what);
    if (what !== failAt) return Promise.resolve(answer);
    return Promise.reject(new BulkheadError({ code: 'ENGINE_REFUSED', message: 'No.', hint: '' }));
  };
  const rebuild: RebuildActions = {
    createNetworkLike: (_like, name) => ask(`make ${name}`, `id-${name}`),
    createNetwork: (name) => ask(`make ${name}`, `id-${name}`),
    connect: (network, container) => ask(`connect ${container} ${network}`, undefined),
    disconnect: async (network, container, former) => {
      await former?.({ Aliases: ['store'] });
      return ask(`disconnect ${container} ${network}`, { Aliases: ['store'] });
    },
    removeNetwork: (network) => ask(`remove ${network}`, undefined),
    obstacleToRecreate: () => Promise.resolve(null),
    recreate: async (container, _edit, keeping) => {
      const removed = [{ network: '', text: 'db:store' }];
      await keeping?.former?.(removed);
      await keeping?.giveWay?.(WAY);
      return ask(`recreate ${container}`, { id: 'id-2', removed });
    },
    recreateWithout: async (container, _edit, keeping) => {
      await keeping?.former?.(FORMER);
      await keeping?.giveWay?.(WAY);
      return ask(`recreate ${container}`, FORMER);
    },
    giveBack: async (container, _former, keeping) => {
      await keeping?.giveWay?.(WAY);
      await ask(`give back ${container}`, undefined);
    },
  };
  const keep = async (back: UndoStep): Promise<void> => {
    await ask(`keep ${back.kind}`, undefined);
    kept.unshift(back);
  };
  return { log, kept, rebuild, run: { rebuild, keep, nameOf: (id: string) => id } };
}

const APART: readonly MethodStep[] = [
  { kind: 'network-create', draft: { key: 'draft', name: 'apart', like: 'front' } },
  { kind: 'network-connect', network: 'draft', container: 'db', aliases: [] },
  { kind: 'network-disconnect', network: 'front', container: 'db', aliases: [] },
];

describe('what leads back', () => {
  it.each<[string, readonly (MethodStep | RerunStep)[], readonly string[]]>([
    [
      'of networks',
      APART,
      [
        'keep remove-network',
        'make apart',
        'keep remove-network',
        'keep disconnect',
        'connect db id-apart',
        'keep connect',
        'disconnect db front',
      ],
    ],
    [
      'of a link',
      [{ kind: 'unlink', container: 'web', targets: ['db'] }],
      ['keep relink', 'keep restore', 'recreate web'],
    ],
    [
      'of a power',
      [
        {
          kind: 'rerun',
          container: 'web',
          without: 'privileged',
          what: '--privileged',
          network: '',
          publish: [],
        },
      ],
      ['keep as-was', 'keep restore', 'recreate web'],
    ],
  ])('%s is kept before it is needed', async (_name, steps, expected) => {
    const { log, run } = world();
    await runMethod(steps, run);
    expect(log).toEqual(expected);
  });

  it('names a network that is not made yet, and then has its id', async () => {
    const { kept, run } = world();
    await runMethod(APART.slice(0, 1), run);
    expect(kept).toEqual([
      { kind: 'remove-network', network: 'id-apart' },
      { kind: 'remove-network', network: 'apart', token: expect.stringMatching(/^[0-9a-f]{16}$/) as string },
    ]);
  });

  it('lets nothing be done that could not be kept, and takes back what was', async () => {
    const { log, run } = world({ failAt: 'keep connect' });
    await expect(runMethod(APART, run)).rejects.toMatchObject({ code: 'ENGINE_REFUSED' });
    expect(log).not.toContain('disconnect db front');
    expect(log.slice(-2)).toEqual(['disconnect db id-apart', 'remove id-apart']);
  });

  it('takes a network back of which only its token could be kept', async () => {
    const { log, run } = world();
    let words = 0;
    const once = async (back: UndoStep): Promise<void> => {
      words += 1;
      if (words > 1) throw new BulkheadError({ code: 'STORAGE', message: 'Full.', hint: '' });
      await run.keep(back);
    };
    await expect(runMethod(APART, { ...run, keep: once })).rejects.toMatchObject({ code: 'STORAGE' });
    expect(log).toEqual(['keep remove-network', 'make apart', 'remove id-apart']);
  });

  it('stays kept where a step failed, and so does why', async () => {
    const { kept, rebuild, run } = world({ failAt: 'disconnect db front' });
    const gone = new BulkheadError({ code: 'ENGINE_UNREACHABLE', message: 'Gone.', hint: '' });
    const dying = { ...rebuild, removeNetwork: () => Promise.reject(gone) };
    await expect(runMethod(APART, { ...run, rebuild: dying })).rejects.toMatchObject({ code: 'ENGINE_REFUSED' });
    expect(kept.map(({ kind }) => kind)).toEqual(['connect', 'disconnect', 'remove-network', 'remove-network']);
  });

  it('is kept of who makes way on the way back, too', async () => {
    const { kept, run } = world();
    await undoMethod([{ kind: 'as-was', container: 'web', what: '--privileged', former: FORMER }], run);
    expect(kept).toEqual([WAY]);
  });
});
