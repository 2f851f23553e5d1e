/** Runs one command and tells the exit code. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { toErrorShape } from '../../shared/errors.ts';
import { packageDirectory } from '../lib/package-dir.ts';
import { exitCode } from './exit-code.ts';
import { EXIT, type Terminal } from './terminal.ts';
import { helpText, parseCommand, type Command } from './arguments.ts';
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
    // Each loads what it needs: the address of `serve` is told before anything of an engine is read.
    if (command.name === 'serve') {
      const { serve } = await import('./serve-command.ts');
      return await serve(command, terminal, version());
    }
    if (command.name === 'clear' && command.options.all) {
      const { clearAll } = await import('./clear-all.ts');
      return await clearAll(command, guarded(command, terminal));
    }
    const { runInSession } = await import('./session-command.ts');
    return await runInSession(command, guarded(command, terminal));
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

/** Read from the package itself, so that it cannot differ from it. */
function version(): string {
  const manifest: unknown = JSON.parse(readFileSync(join(packageDirectory(), 'package.json'), 'utf8'));
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest ? String(manifest.version) : '';
}
