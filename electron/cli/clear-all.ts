/** `bulkhead clear --all`: Bulkhead off every engine it ever changed; what an uninstaller runs. */
import { configDirectory } from '../app/config-dir.ts';
import { clearEverywhere, type Left } from '../app/leave.ts';
import { planView } from '../app/cells.ts';
import type { Command } from './arguments.ts';
import { exitCode } from './exit-code.ts';
import { EXIT, type Terminal } from './terminal.ts';

/** @returns 0 where nothing is left on any of them; else what the first failure is. */
export async function clearAll({ options }: Command, terminal: Terminal): Promise<number> {
  const { dryRun, json } = options;
  const done = await clearEverywhere({
    configDir: configDirectory(terminal.env),
    dryRun,
    signal: terminal.signal,
    onLeft: (left) => {
      if (!json) terminal.out(`${leftText(left, dryRun)}\n`);
      for (const { text } of left.outcome === 'cleared' ? left.plan.obstacles : []) terminal.err(`Note: ${text}\n`);
    },
  });
  if (json) terminal.out(`${JSON.stringify({ version: 1, engines: done.map(leftView) }, null, 2)}\n`);
  else if (done.length === 0) terminal.err('Nothing of Bulkhead is left on any engine that it knows.\n');
  const failure = done.find(({ outcome }) => outcome === 'failed');
  return failure?.outcome === 'failed' ? exitCode(failure.thrown, failure.error) : EXIT.ok;
}

function leftText(left: Left, dryRun: boolean): string {
  switch (left.outcome) {
    case 'cleared':
      return `${left.address}: ${dryRun ? 'would be cleared' : 'cleared'}`;
    case 'clean':
      return `${left.address}: nothing of Bulkhead is there`;
    case 'failed':
      return [
        `${left.address}: ${left.error.message}`,
        left.error.hint,
        `Where it is gone for good, delete ${left.mark}.`,
      ]
        .filter((text) => text !== '')
        .join(' ');
  }
}

function leftView(left: Left): object {
  const { address, outcome } = left;
  if (left.outcome === 'cleared') return { address, outcome, ...planView(left.plan) };
  return left.outcome === 'failed' ? { address, outcome, error: left.error } : { address, outcome };
}
