/** What became of a compose file, for people. */
import { existsSync } from 'node:fs';
import { notesText } from './project.ts';
import type { ComposeOutcome } from './run.ts';

/** `a.yml+b.yml` is two files of one project, unless a file is called so. */
export function filesOf(project: string): readonly string[] {
  return existsSync(project) ? [project] : project.split('+').filter((file) => file !== '');
}

/** Lines below the count of disagreements: what the count leaves out, and what was not as in the file. */
export function outcomeText(project: string, outcome: ComposeOutcome): readonly string[] {
  const notes = notesText(outcome.notes).map((line) => `    · ${line}`);
  if (outcome.kind === 'refused') return [`  ${project}: FAILED: ${outcome.reason}`, ...notes];
  const { containers, comparison } = outcome;
  const { agree, unknown, cells } = comparison;
  return [
    `    ${String(containers)} containers, all with listeners in place of their images and commands; ${String(agree)} ways agree, ` +
      `${String(unknown)} not claimed; unknown: ${String(cells.insideUnknown)} of ${String(cells.inside)} cells inside, ` +
      `${String(cells.outsideUnknown)} of ${String(cells.outside)} with the outside`,
    ...notes,
  ];
}
