/**
 * Takes secrets out of what is about to be written down.  The messages of engines and programs quote what they were given: addresses with
 * passwords, headers, variables.  Better a word too many is lost than one too few.
 */
const GONE = '***';

const NAMES =
  'x-registry-auth|x-registry-config|authorization|proxy-authorization|set-cookie|cookie|password|passwd|secret|identitytoken|registrytoken|access_token|api_key|apikey|token|auth';

const RULES: readonly (readonly [RegExp, string])[] = [
  // scheme://user:password@host, and a user alone, who may be a token.
  [/\b([a-z][a-z0-9+.-]{0,20}:\/\/)[^\s/"'<>]+@/giu, `$1${GONE}@`],
  [/\b(Basic|Bearer)\s+[\w+/=.~-]+/giu, `$1 ${GONE}`],
  // "password": "…", as JSON and as JSON inside JSON.
  [new RegExp(`(\\\\{0,4}["'])(${NAMES})\\1(\\s*:\\s*)(\\\\{0,4}["'])(?:(?!\\4).)*\\4`, 'giu'), `$1$2$1$3$4${GONE}$4`],
  // A header, to the end of its line.
  [
    /\b(x-registry-auth|x-registry-config|authorization|proxy-authorization|set-cookie|cookie)(\s*:\s*)[^\r\n]+/giu,
    `$1$2${GONE}`,
  ],
  // password=…, ?token=…, and every variable of an environment: their values are secrets more often than not.
  [new RegExp(`\\b(${NAMES})=[^\\s&"',;)]+`, 'giu'), `$1=${GONE}`],
  [/\b([A-Z][A-Z0-9_]{2,100})=("[^"]*"|'[^']*'|[^\s"',;)]+)/gu, `$1=${GONE}`],
];

export function redacted(text: string): string {
  return RULES.reduce((rest, [pattern, by]) => rest.replace(pattern, by), text);
}
