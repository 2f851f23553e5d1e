import { BulkheadError } from '../../shared/errors.ts';

const HINTS: Readonly<Record<string, string>> = {
  ENOSPC: 'The disk is full. Make room and try again; the old file is untouched.',
  EDQUOT: 'Your disk quota is used up. Make room and try again; the old file is untouched.',
  EROFS: 'The folder is read-only. Choose another with BULKHEAD_CONFIG_DIR.',
  EACCES:
    'Your user may not do this there. Correct the permissions, or choose another folder with BULKHEAD_CONFIG_DIR.',
  EPERM: 'Your user may not do this there. Correct the permissions, or choose another folder with BULKHEAD_CONFIG_DIR.',
  ENOTDIR: 'A file stands where a folder should. Move it away, or choose another folder with BULKHEAD_CONFIG_DIR.',
  EISDIR: 'A folder stands where the file should. Move it away.',
};

/** The system's error code, e.g. `ENOSPC`; `''` for anything that is no system error. */
export function codeOf(thrown: unknown): string {
  return thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : '';
}

/** `STORAGE`, with what happened to which file and what to do next. */
export function storageError(what: 'read' | 'written', file: string, thrown: unknown): BulkheadError {
  const code = codeOf(thrown);
  const why = code !== '' ? code : thrown instanceof Error ? thrown.message : String(thrown);
  return new BulkheadError(
    {
      code: 'STORAGE',
      message: `${file} could not be ${what} (${why}).`,
      hint: HINTS[code] ?? 'Look at the disk and the folder, then try again.',
    },
    { cause: thrown },
  );
}
