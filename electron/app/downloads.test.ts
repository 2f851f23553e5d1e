import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { attachmentHeader, createDownloads, type Download } from './downloads.ts';

const file = (name: string): Download => ({ name, type: 'x', open: () => Promise.resolve(Readable.from([])) });

it('hands a file out once, at a path nobody can guess', () => {
  const downloads = createDownloads();
  const [one, two] = [downloads.offer(file('a')), downloads.offer(file('b'))];
  expect(one).toMatch(/^download\/[\w-]{32}$/);
  expect(downloads.take(two)?.name).toBe('b');
  expect(downloads.take(two)).toBeNull();
  expect(downloads.take('download/guess')).toBeNull();
  expect(downloads.take(one)?.name).toBe('a');
});

it('forgets what nobody fetches', () => {
  let now = 0;
  const downloads = createDownloads(() => now);
  const path = downloads.offer(file('a'));
  now = 61_000;
  expect(downloads.take(path)).toBeNull();
  const first = downloads.offer(file('first'));
  for (let index = 0; index < 200; index += 1) downloads.offer(file('x'));
  expect(downloads.take(first)).toBeNull();
});

it('names a file whatever its name holds', () => {
  expect(attachmentHeader(`a"b\r\n;日(1)'.tar`)).toBe(
    `attachment; filename="a_b_____1__.tar"; filename*=UTF-8''a%22b%0D%0A%3B%E6%97%A5%281%29%27.tar`,
  );
});
