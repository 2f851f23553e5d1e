/** A file that somebody named on the command line. */
import { readFile } from 'node:fs/promises';
import { UsageError } from './arguments.ts';

const WHY: Readonly<Record<string, string>> = {
  ENOENT: 'There is no such file',
  EISDIR: 'This is a folder',
  EACCES: 'Your user may not read this',
  EPERM: 'Your user may not read this',
};

/** @param hint what to name instead @throws UsageError where it cannot be read */
export async function readGiven(name: string, hint: string): Promise<string> {
  try {
    return await readFile(name === '-' ? '/dev/stdin' : name, 'utf8');
  } catch (thrown) {
    const { code = '', message = String(thrown) } = thrown as Partial<NodeJS.ErrnoException>;
    const why = WHY[code];
    throw new UsageError(why === undefined ? message : `${why}: ${name}.`, hint);
  }
}
