/** A container's health checks, as the engine keeps them: the last five; those that were seen before stay. */
import { isObject, objectIn, textsIn, type Json } from './use-inspection.ts';

export interface HealthCheck {
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly endedAt: number;
  readonly exitCode: number;
  readonly output: string;
}

export interface HealthConfig {
  /** The command as it is run. */
  readonly command: string;
  /** Milliseconds; 0: as the engine does it. */
  readonly interval: number;
  readonly timeout: number;
  readonly retries: number;
}

/** Checks kept while the tab is open. */
const KEPT = 200;
const LONGEST_OUTPUT = 20_000;

/** @returns null where there is no health check */
export function healthConfigOf(json: Json): HealthConfig | null {
  const config = objectIn(json, 'Config', 'Healthcheck');
  const [kind, ...words] = textsIn(json, 'Config', 'Healthcheck', 'Test');
  if (kind === undefined || kind === 'NONE') return null;
  const ms = (key: string): number => (typeof config[key] === 'number' ? config[key] / 1e6 : 0);
  return {
    command: kind === 'CMD' || kind === 'CMD-SHELL' ? words.join(' ') : [kind, ...words].join(' '),
    interval: ms('Interval'),
    timeout: ms('Timeout'),
    retries: typeof config['Retries'] === 'number' ? config['Retries'] : 0,
  };
}

/** Newest first, the earlier ones that the engine has forgotten among them. */
export function mergeChecks(before: readonly HealthCheck[], json: Json): readonly HealthCheck[] {
  const log = objectIn(json, 'State', 'Health')['Log'];
  const told = (Array.isArray(log) ? log : []).filter(isObject).map((entry): HealthCheck => {
    const text = (key: string): string => (typeof entry[key] === 'string' ? entry[key] : '');
    return {
      startedAt: Date.parse(text('Start')) || 0,
      endedAt: Date.parse(text('End')) || 0,
      exitCode: typeof entry['ExitCode'] === 'number' ? entry['ExitCode'] : 0,
      output: text('Output').slice(0, LONGEST_OUTPUT),
    };
  });
  const known = new Set(before.map(({ startedAt }) => startedAt));
  const fresh = told.filter(({ startedAt }) => !known.has(startedAt));
  if (fresh.length === 0) return before;
  return [...fresh, ...before].sort((a, b) => b.startedAt - a.startedAt).slice(0, KEPT);
}
