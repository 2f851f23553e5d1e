/** Files that go to the user's disk: what the system's dialog proposes, and a word where one did not arrive. */
import { access, constants, statfs } from 'node:fs/promises';
import { dirname, extname, join, sep } from 'node:path';
import type { Say } from '../../shared/actions/say.ts';
import type { DownloadItem } from './electron-apis.ts';

/** Electron tells that a file did not arrive, and not why. */
export type SaveTrouble = 'forbidden' | 'full' | 'cut';

export interface SavingOptions {
  readonly say: () => Say;
  readonly tell: (title: string, body: string) => void;
  /** For tests. */
  readonly look?: (path: string) => Promise<SaveTrouble>;
}

/** With less than this (bytes) left on a disk, it is full for whatever was to be saved there. */
const NEXT_TO_NOTHING = 1024 * 1024;

/** Call it before the system asks where to. */
export function followSaving(item: DownloadItem, { say, tell, look = troubleAt }: SavingOptions): void {
  const name = item.getFilename();
  const extension = extname(name).slice(1);
  item.setSaveDialogOptions({
    defaultPath: name,
    filters: [
      ...(extension === '' ? [] : [{ name: extension.toUpperCase(), extensions: [extension] }]),
      { name: say()('save.any'), extensions: ['*'] },
    ],
  });
  item.once('done', (_event, state) => {
    // Who thinks better of it in the dialog knows that.
    if (state === 'interrupted') void report();
  });
  const report = async (): Promise<void> => {
    const path = item.getSavePath();
    const why = await look(path);
    tell(say()('save.failed', { name }), say()(`save.why.${why}`, { folder: dirname(path) }));
  };
}

/** @param path of a file that did not arrive */
export async function troubleAt(path: string): Promise<SaveTrouble> {
  const folder = dirname(path);
  try {
    // A file of the folder's name is no folder.
    await access(join(folder, '.', sep), constants.W_OK);
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize < NEXT_TO_NOTHING ? 'full' : 'cut';
  } catch {
    return 'forbidden';
  }
}
