/** Runs one command: opens what it needs, prints the answer, closes everything, and tells the exit code. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BulkheadError, toErrorShape, type ErrorShape } from '../../shared/errors.ts';
import { configDirectory } from '../app/config-dir.ts';
import { openDriver } from '../app/open-driver.ts';
import { openSession, type Session } from '../app/session.ts';
import { packageDirectory } from '../lib/package-dir.ts';
import { createPolicyStore } from '../store/policy-store.ts';
import { EXIT, type Terminal } from './terminal.ts';
import { helpText, parseCommand, UsageError, type Command } from './arguments.ts';
import { clear, doctor, explainCell, showMatrix } from './commands.ts';
import { exportPicture } from './export.ts';
import { changePolicy, history } from './policy-commands.ts';
import { policyTask, runPolicyTask, storeForCheck } from './policy-file.ts';
import { verify } from './verify-command.ts';
import { serve } from './serve-command.ts';
import { visibleLines } from './text.ts';

/** @returns the exit code of DESIGN §6.  Never throws. */
export async function run(argv: readonly string[], terminal: Terminal): Promise<number> {
  try {
    const command = parseCommand(argv);
    if (command === 'help') {
      terminal.out(helpText());
      return EXIT.ok;
    }
    if (command === 'version') {
      terminal.out(`${version()}\n`);
      return EXIT.ok;
    }
    if (command.name === 'serve') return await serve(command, terminal, version());
    return await withSession(command, guarded(command, terminal));
  } catch (thrown) {
    if (terminal.signal.aborted) {
      terminal.err('Stopped.\n');
      return EXIT.cancelled;
    }
    const error = toErrorShape(thrown);
    terminal.err(visibleLines(`bulkhead: ${error.message}\n${error.hint === '' ? '' : `${error.hint}\n`}`));
    return exitCode(thrown, error);
  }
}

/** Names, labels and paths of an engine are hostile: what a person reads is cleaned here, at the one way out. */
function guarded({ name, operands, options }: Command, terminal: Terminal): Terminal {
  // What is exported is written for a reader of its own, which escapes names as that reader needs.
  const isData = options.json || options.csv || name === 'export' || (name === 'policy' && operands[0] === 'show');
  return {
    ...terminal,
    out: isData ? terminal.out : (text) => terminal.out(visibleLines(text)),
    err: (text) => terminal.err(visibleLines(text)),
  };
}

async function withSession(command: Command, terminal: Terminal): Promise<number> {
  // A file that cannot be understood is told before anything is asked of an engine.
  const task = command.name === 'policy' ? await policyTask(command) : null;
  const configDir = configDirectory(terminal.env);
  const driver = await openDriver(command.options.engine, { signal: terminal.signal, configDir });
  const kept = createPolicyStore({ configDir });
  let session: Session;
  try {
    const store = task?.kind === 'check' ? storeForCheck(kept, task) : kept;
    // Whoever is in trouble with the file must still be able to look and to clear.
    const toleratesFault = ['clear', 'doctor', 'history'].includes(command.name);
    session = await openSession({ driver, store, follow: false, who: 'cli', toleratesFault });
  } catch (thrown) {
    await driver.close();
    throw thrown;
  }
  try {
    switch (command.name) {
      case 'matrix':
        return await showMatrix(session, command, terminal);
      case 'explain':
        return await explainCell(session, command, terminal);
      case 'block':
      case 'allow':
      case 'isolate':
      case 'release':
      case 'guard':
      case 'unguard':
      case 'undo':
      case 'pause':
      case 'resume':
        return await changePolicy(session, command, terminal);
      case 'history':
        return await history(session, command, terminal);
      case 'export':
        return await exportPicture(session, command, terminal);
      case 'verify':
        return await verify(session, command, terminal);
      case 'policy':
        if (!task) throw new Error('a policy task is read first');
        return await runPolicyTask(session, kept, task, command, terminal);
      case 'doctor':
        return await doctor(session, command, terminal);
      case 'clear':
        return await clear(session, terminal);
      case 'serve':
        throw new Error('serve opens its own core');
    }
  } finally {
    await session.close();
  }
}

function exitCode(thrown: unknown, { code }: ErrorShape): number {
  if (thrown instanceof UsageError) return EXIT.usage;
  if (!(thrown instanceof BulkheadError)) return EXIT.mismatch;
  if (code === 'CANNOT_ENFORCE' || code === 'HELPER_FAILED') return EXIT.cannotEnforce;
  if (code.startsWith('ENGINE_') && code !== 'ENGINE_REFUSED' && code !== 'ENGINE_BUSY') return EXIT.unreachable;
  if (code === 'BAD_INPUT' || code === 'NOT_FOUND' || code === 'AMBIGUOUS') return EXIT.usage;
  return EXIT.mismatch;
}

/** Read from the package itself, so that it cannot differ from it. */
function version(): string {
  const manifest: unknown = JSON.parse(readFileSync(join(packageDirectory(), 'package.json'), 'utf8'));
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest ? String(manifest.version) : '';
}
