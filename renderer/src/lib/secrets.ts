/** Which values are not for everybody who looks over a shoulder. */

const SECRET_NAME =
  /pass(word|wd|phrase)?|secret|token|api_?key|private|credential|auth(?!or)|\bkey\b|_key$|^key_|salt|cert|dsn|cookie|session/i;
/** `scheme://user:password@host`. */
const SECRET_URL = /^[a-z][\w+.-]*:\/\/[^/\s:@]*:[^/\s@]+@/i;
const PEM = /-----BEGIN [A-Z ]*PRIVATE KEY-----/;

export function isSecret(name: string, value: string): boolean {
  return value !== '' && (SECRET_NAME.test(name) || SECRET_URL.test(value) || PEM.test(value));
}

/** Always as long, so that nothing is told of what it hides. */
export const MASK = '••••••••';
