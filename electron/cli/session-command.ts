/** Commands that ask an engine: opens the session they work on, has one answer, and closes everything. */
import { configDirectory } from '../app/config-dir.ts';
import { openDriver } from '../app/open-driver.ts';
import { openSession, type Session } from '../app/session.ts';
import { createPolicyStore } from '../store/policy-store.ts';
import type { Command } from './arguments.ts';
import { doctor, explainCell, showMatrix } from './commands.ts';
import { exportPicture, prepareExport } from './export.ts';
import { changePolicy, clear, history } from './policy-commands.ts';
import { policyTask, runPolicyTask, storeForCheck } from './policy-file.ts';
import type { Terminal } from './terminal.ts';
import { verify } from './verify-command.ts';

/** @throws what keeps it from being answered; everything is closed then too */
export async function runInSession(command: Command, terminal: Terminal): Promise<number> {
  // A file that cannot be understood is told before anything is asked of an engine.
  const task = command.name === 'policy' ? await policyTask(command) : null;
  if (command.name === 'export') prepareExport(command);
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
        return await clear(session, command, terminal);
      case 'serve':
        throw new Error('serve opens its own core');
    }
  } finally {
    await session.close();
  }
}
