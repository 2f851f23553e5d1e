import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readGiven } from './given-file.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'bulkhead-given-'));
  writeFileSync(join(folder, 'policy.yaml'), 'version: 1\n');
});
afterAll(() => rmSync(folder, { recursive: true }));

test('a file that was named is read', async () => {
  expect(await readGiven(join(folder, 'policy.yaml'), '')).toBe('version: 1\n');
});

test.each([
  ['none', 'There is no such file'],
  ['.', 'This is a folder'],
])('%s is told in words, with what to name instead', async (name, why) => {
  const path = join(folder, name);
  await expect(readGiven(path, 'Name a file.')).rejects.toMatchObject({
    message: `${why}: ${path}.`,
    hint: 'Name a file.',
  });
});
