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

/** Up to the next variable of the same instruction: the engine keeps no quotes. */
const ALL_OF_IT = /([A-Za-z_][\w.-]*)=(.*?)(?=\s+[A-Za-z_][\w.-]*=|$)/gs;
const ONE_WORD = /([A-Za-z_][\w.-]*)=(\S+)/g;
const DECLARES = /^(?:\/bin\/sh -c #\(nop\)\s+)?(?:ENV|ARG)\s/;

/** @param command of an image's layer; @returns the same with what looks like a secret hidden */
export function maskedCommand(command: string): string {
  return command.replace(DECLARES.test(command) ? ALL_OF_IT : ONE_WORD, (all, name: string, value: string) =>
    isSecret(name, value) ? `${name}=${MASK}` : all,
  );
}
