/** A shell in a container: found, opened, and hung up. */
import { setTimeout } from 'node:timers/promises';
import { BulkheadError } from '../../../../shared/errors.ts';
import { connectionFault, RefusalError } from '../../connection/faults.ts';
import type { TerminalLine, TerminalSize } from '../../domains/terminal.ts';
import { objectOf, textOf } from '../../inventory/json.ts';
import { pathOf, type Api } from '../ask.ts';
import { outputOf, written } from './output.ts';

/** Best first.  The last ones are where images without a distribution keep theirs. */
const SHELLS = ['bash', 'zsh', 'ash', 'sh', '/busybox/sh', '/bin/busybox sh'];

/** Says the shell's process id, then becomes the shell: how else would one know whom to hang up? */
const OPEN = 'printf "%s\\n" "$$"; exec "$@"';
/** The group in the foreground first, as the kernel does when a terminal goes; its id is in `stat` after the name. */
const HANG_UP = 'read -r l < "/proc/$1/stat" && p=$1 && set -- ${l##*) } && kill -HUP "-$6"; kill -HUP "${p:-$1}"';

/** So often it is tried, and so long it is waited for what came of it (ms). */
const HANG_UPS = 10;
const HANG_UP_MS = 2000;

/** @throws BulkheadError in the engine's words when it does not run; `NOT_FOUND` when there is no shell in it */
export async function findShell(api: Api, id: string, signal?: AbortSignal): Promise<readonly string[]> {
  for (const shell of SHELLS) {
    const command = shell.split(' ');
    try {
      await begin(api, id, [...command, '-c', ':'], signal);
      return command;
    } catch (thrown) {
      // A container that is not running, or gone, has no shell either: say that.
      if (!(thrown instanceof RefusalError) || !isAbsent(thrown)) throw thrown;
    }
  }
  throw new BulkheadError({
    code: 'NOT_FOUND',
    message: 'There is no shell in this container.',
    hint: 'Images like this one hold their program and nothing else. Its files, its logs and its main process can still be looked at.',
  });
}

function isAbsent({ message }: RefusalError): boolean {
  return /executable file not found|no such file or directory|not a directory|permission denied|exec format error/i.test(
    message,
  );
}

/** Runs something without looking at it; rejects where it cannot even be started. */
async function begin(api: Api, id: string, command: readonly string[], signal?: AbortSignal): Promise<void> {
  const { request } = api();
  const made = objectOf(
    await request(pathOf('containers', id, 'exec'), { method: 'POST', body: { Cmd: command }, signal }),
  );
  await request(pathOf('exec', textOf(made['Id']), 'start'), { method: 'POST', body: { Detach: true }, signal });
}

export async function openShell(
  api: Api,
  options: {
    readonly id: string;
    readonly shell: readonly string[];
    readonly size: TerminalSize;
    readonly signal?: AbortSignal | undefined;
  },
): Promise<TerminalLine> {
  const { id, shell, size, signal } = options;
  const { request, docker, address } = api();
  const made = objectOf(
    await request(pathOf('containers', id, 'exec'), {
      method: 'POST',
      signal,
      body: {
        Cmd: [...shell, '-c', OPEN, ...shell.slice(0, 1), ...shell],
        AttachStdin: true,
        AttachStdout: true,
        AttachStderr: true,
        Tty: true,
        Env: ['TERM=xterm-256color'],
        ConsoleSize: [size.rows, size.cols],
      },
    }),
  );
  const exec = textOf(made['Id']);
  const stream = await docker
    .getExec(exec)
    .start({ hijack: true, stdin: true, Tty: true })
    .catch((thrown: unknown) => {
      throw connectionFault(address, thrown);
    });
  const resize: TerminalLine['resize'] = async ({ cols, rows }) => {
    await request(pathOf('exec', exec, 'resize'), { method: 'POST', query: { w: cols, h: rows } });
  };
  // Engines before 25 take no size at the start.
  await resize(size).catch(() => undefined);
  let pid = '';
  let isOver = false;
  async function* output(): AsyncGenerator<string, void, void> {
    let head: string | null = '';
    for await (const text of outputOf(stream, { address, isFramed: false })) {
      if (head === null) {
        yield text;
        continue;
      }
      head += text;
      const end = head.indexOf('\n');
      if (end === -1) continue;
      pid = /^\d+/.exec(head)?.[0] ?? '';
      // Where it said something else first (an error, say), that is worth seeing.
      const rest = pid === '' ? head : head.slice(end + 1);
      head = null;
      if (rest !== '') yield rest;
    }
    isOver = true;
    if (head !== null && head !== '') yield head;
  }
  const isRunning = async (): Promise<boolean> =>
    objectOf(await request(pathOf('exec', exec, 'json')))['Running'] === true;
  /** An engine leaves what was started in this way running when its connection ends (measured: 28.5). */
  const hangUp = async (): Promise<void> => {
    for (let tries = 0; tries < HANG_UPS && (tries === 0 || (await isRunning())); tries += 1) {
      // A busy engine may not even begin it; whether it did shows in what still runs.
      await begin(api, id, [...shell, '-c', HANG_UP, 'sh', pid]).catch(() => undefined);
      await setTimeout(HANG_UP_MS, undefined, { ref: false });
    }
  };
  return {
    program: shell.at(-1)?.split('/').at(-1) ?? '',
    isTerminal: true,
    takesInput: true,
    output: output(),
    write: (text) => written(stream, text),
    resize,
    exitCode: async () => {
      const { Running, ExitCode } = objectOf(await request(pathOf('exec', exec, 'json')));
      return Running !== true && typeof ExitCode === 'number' ? ExitCode : null;
    },
    close: () => {
      stream.destroy();
      // Where the container or the engine is gone, so is the shell.
      if (!isOver && pid !== '') hangUp().catch(() => undefined);
    },
  };
}
