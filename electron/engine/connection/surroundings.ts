/** What finders may look at: the environment, the home folder and the file system, all given from outside. */
import { access, readdir, readFile, realpath } from 'node:fs/promises';
import { homedir } from 'node:os';
import { posix, win32 } from 'node:path';

export interface Files {
  /** Whether something is there, even if we may not use it: no permission is an answer, absence is not. */
  exists(path: string): Promise<boolean>;
  /** Names in a folder; empty when it is not there. */
  list(path: string): Promise<readonly string[]>;
  /** Text of a file; null when it cannot be read. */
  read(path: string): Promise<string | null>;
  /** The same string for two paths to the same thing (links followed); the path itself when that cannot be told. */
  identity(path: string): Promise<string>;
}

export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly homedir: string;
  readonly platform: NodeJS.Platform;
  readonly files: Files;
}

/** Joins paths the way of the given platform, so that tests of one run on the other. */
export function joinPath({ platform }: Pick<Surroundings, 'platform'>, ...parts: string[]): string {
  return platform === 'win32' ? win32.join(...parts) : posix.join(...parts);
}

const PIPES = '//./pipe/';

export const realFiles: Files = {
  exists: async (path) => {
    // Opening a pipe to see whether it is there would be taken for a client: list the pipes instead.
    if (path.startsWith(PIPES)) return (await realFiles.list(PIPES)).includes(path.slice(PIPES.length));
    try {
      await access(path);
      return true;
    } catch (thrown) {
      const code = (thrown as NodeJS.ErrnoException).code;
      return code === 'EACCES' || code === 'EPERM';
    }
  },
  list: (path) => readdir(path).catch(() => []),
  read: (path) => readFile(path, 'utf8').catch(() => null),
  identity: (path) => realpath(path).catch(() => path),
};

export function thisMachine(): Surroundings {
  return { env: process.env, homedir: homedir(), platform: process.platform, files: realFiles };
}
