import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import type { JobDetail } from '../../shared/contract/jobs.ts';
import { BulkheadError } from '../../shared/errors.ts';
import type { FilesDomain, FileUpload } from '../engine/domains/files.ts';
import { startUpload } from './file-jobs.ts';
import { createJobs } from './jobs.ts';
import { createUploads } from './uploads.ts';

interface Way {
  readonly chunks?: readonly string[];
  /** Nothing more comes, and nothing says so. */
  readonly hangs?: boolean;
  readonly refuses?: boolean;
}

async function put({ chunks = [], hangs = false, refuses = false }: Way): Promise<{ job: JobDetail; did: string[] }> {
  const did: string[] = [];
  const target: FileUpload = {
    write: (bytes) => Promise.resolve(void did.push(Buffer.from(bytes).toString())),
    end: () => Promise.resolve(void did.push('end')),
    cancel: () => void did.push('cancel'),
  };
  const refusal = new BulkheadError({ code: 'NOT_FOUND', message: 'no such folder', hint: '' });
  const files: Pick<FilesDomain, 'upload'> = {
    upload: () => (refuses ? Promise.reject(refusal) : Promise.resolve(target)),
  };
  const [jobs, uploads] = [createJobs({ tellMs: 0 }), createUploads()];
  const upload = uploads.expect();
  const place = { container: 'web', path: '/data', name: 'file', size: chunks.join('').length };
  const id = startUpload(jobs, files as FilesDomain, place, upload);
  const ended = new Promise<JobDetail>((resolve) => {
    jobs.onDetail(id, (job) => {
      if (job.state !== 'running') resolve(job);
      else if (hangs && job.done > 0) jobs.cancel(id);
    });
  });
  const source = new Readable({ read: () => undefined });
  for (const chunk of chunks) source.push(Buffer.from(chunk));
  if (!hangs) source.push(null);
  expect(uploads.give(upload.path, source)).toBe(true);
  const job = await ended;
  expect(source.destroyed).toBe(true);
  return { job, did };
}

describe('a file on its way into a container', () => {
  test.each<[string, Way, string[], string]>([
    ['is there at the end', { chunks: ['ab', 'cd'] }, ['abcd', 'end'], 'done'],
    ['may be empty', {}, ['end'], 'done'],
    ['is given up when it is cancelled', { chunks: ['ab'], hangs: true }, ['ab', 'cancel'], 'cancelled'],
    ['goes nowhere where it is refused', { chunks: ['ab'], refuses: true }, [], 'failed'],
  ])('%s', async (_, way, expected, state) => {
    const { job, did } = await put(way);
    expect([did, job.state]).toEqual([expected, state]);
    if (state === 'done') expect(job.done).toBe((way.chunks ?? []).join('').length);
  });
});
