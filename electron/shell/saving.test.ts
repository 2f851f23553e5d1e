import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import type { Language } from '../../shared/contract/desktop.ts';
import { followSaving, troubleAt, type SaveTrouble } from './saving.ts';
import { StandInDownload } from './stand-in.ts';
import { sayIn } from './texts.ts';

interface Given {
  readonly name?: string;
  readonly why?: SaveTrouble;
  readonly language?: Language;
}

function saving({ name = 'web.svg', why = 'cut', language = 'en' }: Given = {}) {
  const item = new StandInDownload({ url: 'app://bulkhead/download/1', name, path: join('/home/ann', name) });
  const told: string[][] = [];
  const looked: string[] = [];
  followSaving(item, {
    say: () => sayIn(language),
    tell: (...words) => void told.push(words),
    look: (path) => {
      looked.push(path);
      return Promise.resolve(why);
    },
  });
  return { item, told, looked };
}

test.each([
  ['web.svg', [{ name: 'SVG', extensions: ['svg'] }]],
  ['shop policy.k8s.yaml', [{ name: 'YAML', extensions: ['yaml'] }]],
  ['hosts', []],
  ['.env', []],
])('the dialog proposes %s by its name, and its kind before all others', (name, kinds) => {
  expect(saving({ name }).item.proposed).toEqual({
    defaultPath: name,
    filters: [...kinds, { name: 'All files', extensions: ['*'] }],
  });
});

test.each<[SaveTrouble, string]>([
  ['forbidden', 'Nothing can be written to /home/ann, or it is not there any more. Save it again to another folder.'],
  ['full', 'The disk that /home/ann is on is full. Make room, or save it again to another disk.'],
  ['cut', 'It was cut off on its way to /home/ann: what is there is not whole. Save it again.'],
])('a file that did not arrive is told with the reason: %s', async (why, text) => {
  const { item, told, looked } = saving({ why });
  item.end('interrupted');
  await vi.waitFor(() => expect(told).toEqual([['web.svg was not saved', text]]));
  expect(looked).toEqual(['/home/ann/web.svg']);
});

test('it is told in the person’s language', async () => {
  const { item, told } = saving({ why: 'full', language: 'zh-CN' });
  item.end('interrupted');
  await vi.waitFor(() => expect(told.map(([title]) => title)).toEqual(['web.svg 未能保存']));
});

test.each(['completed', 'cancelled'] as const)(
  'of one that was %s nothing is told, and nothing looked for',
  async (state) => {
    const { item, told, looked } = saving();
    item.end(state);
    await new Promise((resolve) => setImmediate(resolve));
    expect([told, looked]).toEqual([[], []]);
  },
);

test('why is looked for where it was to be', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'bulkhead-saving-'));
  try {
    writeFileSync(join(folder, 'no-folder'), '');
    expect(await troubleAt(join(folder, 'web.svg'))).toBe('cut');
    expect(await troubleAt(join(folder, 'gone', 'web.svg'))).toBe('forbidden');
    expect(await troubleAt(join(folder, 'no-folder', 'web.svg'))).toBe('forbidden');
  } finally {
    rmSync(folder, { recursive: true });
  }
});

/** A file system of this kind never has room: what it tells stands for a full disk. */
test.runIf(process.platform === 'linux')('a disk without room is told from a file that was cut off', async () => {
  const statfs = await import('node:fs/promises').then((fs) => fs.statfs('/proc'));
  expect(statfs.bavail * statfs.bsize).toBe(0);
  const { access, constants } = await import('node:fs/promises');
  const mayWrite = await access('/proc', constants.W_OK).then(
    () => true,
    () => false,
  );
  expect(await troubleAt('/proc/web.svg')).toBe(mayWrite ? 'full' : 'forbidden');
});
