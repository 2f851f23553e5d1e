import { describe, expect, test } from 'vitest';
import { EMPTY_SPEC } from '../../shared/containers/run-spec.ts';
import type { JobDetail } from '../../shared/contract/jobs.ts';
import { BulkheadError } from '../../shared/errors.ts';
import type { ContainersDomain } from '../engine/domains/containers.ts';
import type { ImagesDomain } from '../engine/domains/images.ts';
import { startRun } from './container-jobs.ts';
import { createJobs } from './jobs.ts';

/** An engine that has some images, and a registry that has some others. */
async function run(
  image: string,
  { here = [], there = [], hangs = false }: { here?: string[]; there?: string[]; hangs?: boolean },
): Promise<{ job: JobDetail; did: string[] }> {
  const did: string[] = [];
  const fail = (code: 'NOT_FOUND' | 'ENGINE_REFUSED', message: string) =>
    new BulkheadError({ code, message, hint: '' });
  const images: Pick<ImagesDomain, 'detail' | 'pull'> = {
    detail: (ref) =>
      here.includes(ref)
        ? Promise.resolve({} as Awaited<ReturnType<ImagesDomain['detail']>>)
        : Promise.reject(fail('NOT_FOUND', `No such image: ${ref}`)),
    pull: async ({ name, tag }, { report, signal }) => {
      did.push(`pull ${name}:${tag}`);
      report.part('layer', { state: 'running', done: 1, total: 2 });
      if (hangs)
        await new Promise((_, reject) => signal?.addEventListener('abort', () => reject(new Error('aborted'))));
      if (!there.includes(`${name}:${tag}`)) throw fail('ENGINE_REFUSED', 'pull access denied');
    },
  };
  const containers: Pick<ContainersDomain, 'create' | 'start' | 'specOf'> = {
    create: (spec) => Promise.resolve(did.push(`create ${spec.image}`)).then(() => 'new'),
    start: () => Promise.resolve(did.push('start')).then(() => undefined),
    specOf: () => Promise.resolve({ ...EMPTY_SPEC, image: 'own:1' }),
  };
  const manage = { images: images as ImagesDomain, containers: containers as ContainersDomain };
  const jobs = createJobs({ tellMs: 0 });
  const like = image === 'own:1' ? { like: 'old' } : {};
  const replace = () => Promise.reject(new Error('nothing is replaced'));
  const id = startRun(jobs, { manage, replace }, { spec: { ...EMPTY_SPEC, image }, start: true, ...like });
  const job = await new Promise<JobDetail>((resolve) => {
    jobs.onDetail(id, (now) => {
      if (now.state !== 'running') resolve(now);
      else if (hangs && now.parts.length > 0) jobs.cancel(id);
    });
  });
  return { job, did };
}

describe('running an image', () => {
  test.each([
    ['that is there', 'a:1', { here: ['a:1'] }, ['create a:1', 'start'], 'done'],
    ['that is missing: it is pulled first', 'a:1', { there: ['a:1'] }, ['pull a:1', 'create a:1', 'start'], 'done'],
    ['without a tag: the latest', 'a', { there: ['a:latest'] }, ['pull a:latest', 'create a', 'start'], 'done'],
    ['that nobody has: nothing is made', 'a:1', {}, ['pull a:1'], 'failed'],
    ['that is pulled no more when it is cancelled', 'a:1', { hangs: true }, ['pull a:1'], 'cancelled'],
    ['that is no name: the engine says so', 'A B', {}, ['create A B', 'start'], 'done'],
    ['of a container that is duplicated: it has it already', 'own:1', {}, ['create own:1', 'start'], 'done'],
  ])('%s', async (_, image, engine, expected, state) => {
    const { job, did } = await run(image, engine);
    expect([did, job.state]).toEqual([expected, state]);
  });

  test('the pull is told in the job', async () => {
    const { job } = await run('a:1', { there: ['a:1'] });
    expect(job.lines).toEqual(['Unable to find image a:1 locally']);
    expect(job.parts.map(({ id }) => id)).toEqual(['layer']);
  });

  test('one that is made anew hears that its job is cancelled', async () => {
    const containers: Pick<ContainersDomain, 'specOf'> = {
      specOf: () => Promise.resolve({ ...EMPTY_SPEC, image: 'own:1' }),
    };
    const replace = (_ref: string, _spec: unknown, signal?: AbortSignal): Promise<string> =>
      new Promise((resolve, reject) => {
        signal?.addEventListener('abort', () => reject(new Error('aborted')));
        jobs.cancel(id);
        // By now it would have been told.
        resolve('new');
      });
    const manage = { images: {} as ImagesDomain, containers: containers as ContainersDomain };
    const jobs = createJobs({ tellMs: 0 });
    const request = { spec: { ...EMPTY_SPEC, image: 'own:1' }, start: true, like: 'old', replace: true };
    const id = startRun(jobs, { manage, replace }, request);
    const state = await new Promise<string>((resolve) => {
      jobs.onDetail(id, (now) => now.state !== 'running' && resolve(now.state));
    });
    expect(state).toBe('cancelled');
  });
});
