/** How grave a line of a log is, by the many ways in which programs say so. */

export const LOG_LEVELS = ['error', 'warn', 'info', 'debug', 'other'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

const WORDS: Readonly<Record<string, LogLevel>> = {
  emerg: 'error',
  emergency: 'error',
  alert: 'error',
  crit: 'error',
  critical: 'error',
  fatal: 'error',
  panic: 'error',
  severe: 'error',
  err: 'error',
  error: 'error',
  warn: 'warn',
  warning: 'warn',
  notice: 'info',
  info: 'info',
  information: 'info',
  log: 'info',
  dbug: 'debug',
  debug: 'debug',
  fine: 'debug',
  trace: 'debug',
  verbose: 'debug',
};

/** Colours of the terminal, and what else begins with an escape. */

// oxlint-disable-next-line no-control-regex -- these are control characters
const ESCAPES = /\u001b\[[0-9;?]*[ -/]*[@-~]/g;
/** Where a level stands: a line that mentions an error far behind its beginning may well be good news. */
const HEAD = 256;

/** `level=warn`, `"level":"error"`, `"severity": "ERROR"`. */
const FIELD = /\b(?:level|lvl|severity|log\.level)"?\s*[=:]\s*"?([a-z]+)/i;
/** Whole words: in capitals wherever they stand, otherwise only set apart: `[error]`, `<warn>`, `error:`, at the beginning. */
const CAPITALS =
  /(?<![\w-])(EMERG|ALERT|CRIT(?:ICAL)?|FATAL|PANIC|SEVERE|ERR(?:OR)?|WARN(?:ING)?|NOTICE|INFO|LOG|DBUG|DEBUG|TRACE|VERBOSE)(?![\w-])/;
const APART =
  /(?:^|[[<(|])\s*(emerg|alert|crit(?:ical)?|fatal|panic|severe|err(?:or)?|warn(?:ing)?|notice|info|dbug|debug|trace|verbose)\s*(?:[\]>)|:]|\s-\s)/i;
/** As Kubernetes writes: `E0102 03:04:05`. */
const KLOG = /^([EWIF])\d{4} \d\d:/;
const KLOG_LEVELS: Readonly<Record<string, LogLevel>> = { E: 'error', F: 'error', W: 'warn', I: 'info' };

export function levelOf(text: string): LogLevel {
  const head = plainText(text.slice(0, HEAD));
  const klog = KLOG.exec(head)?.[1];
  if (klog !== undefined) return KLOG_LEVELS[klog] ?? 'other';
  const word = FIELD.exec(head)?.[1] ?? APART.exec(head)?.[1] ?? CAPITALS.exec(head)?.[1];
  return word === undefined ? 'other' : (WORDS[word.toLowerCase()] ?? 'other');
}

/** Without colours: what is searched, copied and saved. */
export function plainText(text: string): string {
  return text.includes('\u001b') ? text.replace(ESCAPES, '') : text;
}
