/**
 * A socket to an engine behind ssh: the standard streams of `ssh … docker system dial-stdio`, as the docker command
 * line does it.  The user's own ssh brings keys, agent, jump hosts and known hosts with it.
 */
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { Duplex } from 'node:stream';
import { BulkheadError } from '../../../shared/errors.ts';
import type { Dial } from './target.ts';

type SshDial = Extract<Dial, { kind: 'ssh' }>;

/** Arguments of `ssh`; exported for its test. */
export function sshArguments({ user, host, port, path }: SshDial): string[] {
  return [
    // Nobody could answer a question asked by a process without a terminal.
    ...['-o', 'BatchMode=yes', '-o', 'ConnectTimeout=15', '-T'],
    ...(user === '' ? [] : ['-l', user]),
    ...(port === null ? [] : ['-p', String(port)]),
    '--',
    host,
    // The far shell takes this apart: the path is quoted for it.
    ...(path === '' ? [] : ['env', `DOCKER_HOST='unix://${path.replaceAll("'", `'\\''`)}'`]),
    ...['docker', 'system', 'dial-stdio'],
  ];
}

export function openSshSocket(dial: SshDial, env: Readonly<Record<string, string | undefined>>): Duplex {
  const child = spawn('ssh', sshArguments(dial), { env: { ...env }, stdio: 'pipe', windowsHide: true });
  return new ProcessSocket(child, dial.host);
}

/** Standard streams of a process as one stream, with the few methods of a socket that node's http client calls. */
class ProcessSocket extends Duplex {
  readonly #child: ChildProcessWithoutNullStreams;
  #complaint = '';

  constructor(child: ChildProcessWithoutNullStreams, host: string) {
    super();
    this.#child = child;
    child.stdout.on('data', (chunk: Buffer) => {
      if (!this.push(chunk)) child.stdout.pause();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      this.#complaint = (this.#complaint + chunk.toString()).slice(-2000);
    });
    child.on('error', (error) => this.destroy(sshFault(host, error.message)));
    // A process that ended takes no more input; its end is told by `close`.
    child.stdin.on('error', () => undefined);
    child.on('close', (code) => {
      if (code === 0 || this.#complaint === '') this.push(null);
      else this.destroy(sshFault(host, lastLine(this.#complaint)));
    });
  }

  override _read(): void {
    this.#child.stdout.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    if (this.#child.stdin.write(chunk)) done();
    else this.#child.stdin.once('drain', () => done());
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#child.stdin.end(() => done());
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#child.kill();
    done(error);
  }

  setKeepAlive(): this {
    return this;
  }

  setNoDelay(): this {
    return this;
  }

  setTimeout(): this {
    return this;
  }

  ref(): this {
    this.#child.ref();
    return this;
  }

  unref(): this {
    this.#child.unref();
    return this;
  }
}

function sshFault(host: string, reason: string): BulkheadError {
  return new BulkheadError({
    code: /permission denied|host key/i.test(reason) ? 'ENGINE_PERMISSION' : 'ENGINE_UNREACHABLE',
    message: `ssh to ${host} failed: ${reason}`,
    hint: /host key/i.test(reason)
      ? `This machine does not know that one, or knows another under its name. Run ssh ${host} once, and compare the fingerprint.`
      : `Try by hand: ssh ${host} docker version. Bulkhead cannot type a password; use a key or ssh-agent.`,
  });
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1)?.trim() ?? '';
}
