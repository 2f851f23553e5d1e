import { expect, test } from 'vitest';
import { findImage, imageName } from './names.ts';

const image = (digit: string, tags: string[]) => ({
  id: `sha256:${digit.repeat(64)}`,
  tags,
  digests: [],
  size: 0,
  createdAt: 0,
  users: [],
});
const IMAGES = [image('a', ['nginx:latest', 'web:1']), image('b', [])];

test.each([
  ['web:1', 0],
  ['nginx', 0],
  [`sha256:${'b'.repeat(64)}`, 1],
  ['bbbbbbbbbbbb', 1],
  ['bbb', -1],
  ['web', -1],
])('%s leads to its image', (ref, index) => {
  expect(findImage(IMAGES, ref)).toBe(IMAGES[index] ?? null);
});

test('an image without a name is called by its id', () => {
  expect(IMAGES.map(imageName)).toEqual(['nginx:latest', 'bbbbbbbbbbbb']);
});
