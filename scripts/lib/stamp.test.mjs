import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { fingerprint, readStamp, writeStamp } from './stamp.mjs';

let root;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'bulkhead-stamp-'));
  await mkdir(join(root, 'src', 'deep'), { recursive: true });
  await writeFile(join(root, 'src', 'a.ts'), 'a');
  await writeFile(join(root, 'src', 'deep', 'b.ts'), 'b');
  await writeFile(join(root, 'package.json'), '{}');
});
afterEach(() => rm(root, { recursive: true }));

const INPUTS = ['src', 'package.json', 'absent'];

test.each([
  ['a file changes', () => writeFile(join(root, 'src', 'deep', 'b.ts'), 'c'), true],
  ['a file comes', () => writeFile(join(root, 'src', 'new.ts'), ''), true],
  ['a file goes', () => rm(join(root, 'src', 'a.ts')), true],
  ['a file is renamed', () => rename(join(root, 'src', 'a.ts'), join(root, 'src', 'z.ts')), true],
  ['a file is named itself', () => writeFile(join(root, 'package.json'), '{ }'), true],
  ['an absent input comes', () => writeFile(join(root, 'absent'), ''), true],
  ['a test changes', () => writeFile(join(root, 'src', 'a.test.ts'), 'test'), false],
  ['a test on an engine changes', () => writeFile(join(root, 'src', 'a.engine.test.ts'), 'test'), false],
  ['something else changes', () => writeFile(join(root, 'README.md'), 'x'), false],
  ['a file is written anew with the same text', () => writeFile(join(root, 'src', 'a.ts'), 'a'), false],
])('when %s', async (_name, change, isStale) => {
  const before = await fingerprint(root, INPUTS);
  await change();
  expect((await fingerprint(root, INPUTS)) !== before).toBe(isStale);
});

test('a stamp is read as it was written, and as nothing before that', async () => {
  const file = join(root, 'out', '.stamp');
  expect(await readStamp(file)).toBe('');
  await writeStamp(file, 'abc');
  expect(await readStamp(file)).toBe('abc');
});
