import { afterEach, describe, expect, it } from 'vitest';
import type { JobDetail } from '../../shared/contract/jobs.ts';
import { BulkheadError } from '../../shared/errors.ts';
import { createJobs, forEachPart, type JobOptions, type Jobs } from './jobs.ts';

const open: Jobs[] = [];
afterEach(async () => {
  for (const jobs of open.splice(0)) await jobs.close();
});

function make(): Jobs {
  const jobs = createJobs({ tellMs: 0 });
  open.push(jobs);
  return jobs;
}

const named = (...names: readonly string[]) => names.map((name) => ({ id: name, name }));

/** Starts it and resolves with how it ended. */
function ended(jobs: Jobs, work: JobOptions['work'], about = named('a')): Promise<JobDetail> {
  const id = jobs.start({ kind: 'container-stop', about, work });
  return endOf(jobs, id);
}

function endOf(jobs: Jobs, id: string): Promise<JobDetail> {
  return new Promise((resolve) => {
    const stop = jobs.onDetail(id, (job) => {
      if (job.state === 'running') return;
      stop();
      resolve(job);
    });
  });
}

const untilAborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('ended')), { once: true }));

describe('a job', () => {
  it('is listed from its start, newest first, and tells how it ended', async () => {
    const jobs = make();
    const first = jobs.start({ kind: 'container-stop', about: named('a', 'b', 'c', 'd'), work: async () => undefined });
    const second = jobs.start({ kind: 'container-start', about: named('e'), work: async () => ({ image: 'i' }) });
    expect(jobs.list().map(({ id }) => id)).toEqual([second, first]);
    expect(jobs.list()[1]).toMatchObject({ state: 'running', about: ['a', 'b', 'c'], count: 4, endedAt: null });
    expect(await endOf(jobs, second)).toMatchObject({ state: 'done', result: { image: 'i' }, pending: [] });
  });

  it('that fails says why, and one that is cancelled that it was', async () => {
    const jobs = make();
    const failed = await ended(jobs, () =>
      Promise.reject(new BulkheadError({ code: 'NOT_FOUND', message: 'gone', hint: 'look' })),
    );
    expect(failed).toMatchObject({ state: 'failed', error: { code: 'NOT_FOUND', message: 'gone', hint: 'look' } });
    const id = jobs.start({ kind: 'container-stop', about: [], work: ({ signal }) => untilAborted(signal) });
    jobs.cancel(id);
    expect(await endOf(jobs, id)).toMatchObject({ state: 'cancelled', error: null });
  });

  it('keeps the end of a long output, and no endless line', async () => {
    const jobs = make();
    const { lines } = await ended(jobs, async ({ line }) => {
      for (let index = 0; index < 5000; index += 1) line(`line ${index}`);
      line('x'.repeat(100_000));
      await Promise.resolve();
    });
    expect([lines.length, lines[0], lines.at(-1)?.length]).toEqual([2000, 'line 3001', 2000]);
  });

  it('is forgotten when many others have ended since, and by tidying up; never while it runs', async () => {
    const jobs = make();
    const running = jobs.start({ kind: 'container-stop', about: [], work: ({ signal }) => untilAborted(signal) });
    for (let index = 0; index < 40; index += 1) await ended(jobs, async () => undefined);
    expect(jobs.list()).toHaveLength(31);
    jobs.tidy();
    expect(jobs.list().map(({ id }) => id)).toEqual([running]);
    expect(() => jobs.detail('nobody')).toThrow(BulkheadError);
  });

  it('is ended by closing, which waits for it', async () => {
    const jobs = make();
    let isOver = false;
    let onStart = (): void => undefined;
    const started = new Promise<void>((resolve) => (onStart = resolve));
    jobs.start({
      kind: 'container-stop',
      about: [],
      work: async ({ signal }) => {
        onStart();
        await untilAborted(signal).catch(() => undefined);
        isOver = true;
      },
    });
    await started;
    await jobs.close();
    expect(isOver).toBe(true);
  });
});

describe('the same for many', () => {
  const refused = new BulkheadError({ code: 'ENGINE_REFUSED', message: 'no', hint: 'wait' });

  it('goes on after a failure and tells of each', async () => {
    const jobs = make();
    const items = named('a', 'b', 'c');
    const work = ({ id }: { readonly id: string }) => (id === 'b' ? Promise.reject(refused) : Promise.resolve());
    const job = await ended(jobs, (report) => forEachPart(report, { items, limit: 1, work }), items);
    expect(job.parts.map(({ id, state }) => [id, state])).toEqual([
      ['a', 'done'],
      ['b', 'failed'],
      ['c', 'done'],
    ]);
    expect(job).toMatchObject({
      state: 'failed',
      done: 3,
      total: 3,
      error: { code: 'ENGINE_REFUSED', message: '1 of 3 failed. The first: no', hint: 'wait' },
    });
  });

  it('starts nothing more when it is cancelled, and knows what is still pending', async () => {
    const jobs = make();
    const items = named('a', 'b', 'c');
    const started: string[] = [];
    const id = jobs.start({
      kind: 'container-stop',
      about: items,
      work: (report) =>
        forEachPart(report, {
          items,
          limit: 1,
          work: async (item, signal) => {
            started.push(item.id);
            if (item.id === 'b') {
              expect(jobs.detail(id).pending).toEqual(['b', 'c']);
              jobs.cancel(id);
              signal.throwIfAborted();
            }
            await Promise.resolve();
          },
        }),
    });
    expect(await endOf(jobs, id)).toMatchObject({ state: 'cancelled' });
    expect(started).toEqual(['a', 'b']);
  });
});
