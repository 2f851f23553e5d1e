import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { createUploads } from './uploads.ts';

const never = new AbortController().signal;

describe('uploads', () => {
  test('what is sent reaches whoever expects it, once', async () => {
    const uploads = createUploads();
    const expected = uploads.expect();
    const content = Readable.from(['x']);
    expect(uploads.give(expected.path, content)).toBe(true);
    expect(await expected.arrived(never)).toBe(content);
    expect(uploads.give(expected.path, content)).toBe(false);
  });

  test('nothing is taken where nothing is expected', () => {
    const uploads = createUploads();
    uploads.expect();
    expect(uploads.give('upload/guess', Readable.from([]))).toBe(false);
  });

  test('a job that is cancelled waits no longer', async () => {
    const uploads = createUploads();
    const expected = uploads.expect();
    const controller = new AbortController();
    const arrived = expected.arrived(controller.signal);
    controller.abort();
    await expect(arrived).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(uploads.give(expected.path, Readable.from([]))).toBe(false);
  });

  test('a file that does not come is waited for no longer than it was told', async () => {
    await expect(createUploads({ expectedMs: 1 }).expect().arrived(never)).rejects.toMatchObject({
      message: expect.stringContaining('did not come') as string,
    });
  });
});
