import type { Settings } from '../../../shared/settings.ts';

/** Height of every line of a table in CSS pixels, as `data-table.css` has it. */
const LINES: Readonly<Record<Settings['look']['density'], number>> = { comfortable: 44, compact: 32 };

export function lineHeight({ density }: Settings['look']): number {
  return LINES[density];
}
