/** How somebody likes to read logs: kept from one visit to the next, but for what was looked for. */
import * as z from 'zod';
import { LOG_LEVELS } from '../../../../shared/logs/level.ts';

export const SINCES = ['all', '5m', '1h', '24h'] as const;
export type Since = (typeof SINCES)[number];

const AGES_MS: Readonly<Record<Since, number>> = { all: 0, '5m': 300_000, '1h': 3_600_000, '24h': 86_400_000 };

/** The time from which on lines are asked for; `''`: from the first. */
export function sinceTime(since: Since, now: number): string {
  return since === 'all' ? '' : new Date(now - AGES_MS[since]).toISOString();
}

const schema = z.object({
  times: z.boolean().default(true),
  wrap: z.boolean().default(false),
  isRegex: z.boolean().default(false),
  onlyMatching: z.boolean().default(false),
  since: z.enum(SINCES).default('all'),
});

export interface LogChoices extends z.infer<typeof schema> {
  readonly search: string;
  /** Empty: all of them. */
  readonly levels: (typeof LOG_LEVELS)[number][];
  readonly wholeProject: boolean;
}

const KEY = 'bulkhead.logs';

export function loadChoices(): LogChoices {
  let stored: unknown = {};
  try {
    stored = JSON.parse(localStorage.getItem(KEY) ?? '{}');
  } catch {
    // Private windows may refuse, and what is no JSON was not ours.
  }
  const read = schema.safeParse(stored);
  return { ...(read.success ? read.data : schema.parse({})), search: '', levels: [], wholeProject: false };
}

export function storeChoices({ times, wrap, isRegex, onlyMatching, since }: LogChoices): void {
  try {
    localStorage.setItem(KEY, JSON.stringify({ times, wrap, isRegex, onlyMatching, since }));
  } catch {
    // They last until the page closes then.
  }
}
