/** How somebody likes to read logs: kept from one visit to the next, but for what was looked for. */
import { LOG_LEVELS } from '../../../../shared/logs/level.ts';

export const SINCES = ['all', '5m', '1h', '24h'] as const;
export type Since = (typeof SINCES)[number];

const AGES_MS: Readonly<Record<Since, number>> = { all: 0, '5m': 300_000, '1h': 3_600_000, '24h': 86_400_000 };

/** The time from which on lines are asked for; `''`: from the first. */
export function sinceTime(since: Since, now: number): string {
  return since === 'all' ? '' : new Date(now - AGES_MS[since]).toISOString();
}

/** What is kept. */
interface Kept {
  readonly times: boolean;
  readonly wrap: boolean;
  readonly isRegex: boolean;
  readonly onlyMatching: boolean;
  readonly since: Since;
}

const FIRST: Kept = { times: true, wrap: false, isRegex: false, onlyMatching: false, since: 'all' };

export interface LogChoices extends Kept {
  readonly search: string;
  /** Empty: all of them. */
  readonly levels: (typeof LOG_LEVELS)[number][];
  readonly wholeProject: boolean;
}

const KEY = 'bulkhead.logs';

export function loadChoices(): LogChoices {
  let stored: unknown = null;
  try {
    stored = JSON.parse(localStorage.getItem(KEY) ?? 'null');
  } catch {
    // Private windows may refuse, and what is no JSON was not ours.
  }
  return { ...readChoices(stored), search: '', levels: [], wholeProject: false };
}

/** What of it can be understood, the rest as at first: an older or newer page may have kept other things. */
export function readChoices(stored: unknown): Kept {
  const given = typeof stored === 'object' && stored !== null ? (stored as Partial<Record<keyof Kept, unknown>>) : {};
  const flag = (name: Exclude<keyof Kept, 'since'>): boolean => {
    const value = given[name];
    return typeof value === 'boolean' ? value : FIRST[name];
  };
  return {
    times: flag('times'),
    wrap: flag('wrap'),
    isRegex: flag('isRegex'),
    onlyMatching: flag('onlyMatching'),
    since: SINCES.find((since) => since === given.since) ?? FIRST.since,
  };
}

export function storeChoices({ times, wrap, isRegex, onlyMatching, since }: LogChoices): void {
  try {
    localStorage.setItem(KEY, JSON.stringify({ times, wrap, isRegex, onlyMatching, since }));
  } catch {
    // They last until the page closes then.
  }
}
