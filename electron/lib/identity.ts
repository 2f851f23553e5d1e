/** Which of the Bulkheads that share an engine this one is. */
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import { join } from 'node:path';

export interface Identity {
  /** Hexadecimal; ends the names of its tables. `''` for the one whose engine it is. */
  readonly instance: string;
  /** `user@machine`: what others on the engine are told. */
  readonly by: string;
}

const FILE = 'instance';
const FORM = /^[0-9a-f]{8}$/;
/**
 * Made at the first need and kept in the configuration folder; one that cannot be kept holds for this process.
 *
 * @param shared whether somebody else's Bulkhead may work on the same engine (`isSharedEngine`)
 */
export function identityFor(shared: boolean, configDir: string): Identity {
  return { instance: shared ? keptInstance(configDir) : '', by: `${userName()}@${hostname()}` };
}

function keptInstance(configDir: string): string {
  const file = join(configDir, FILE);
  const found = readInstance(file);
  if (found !== null) return found;
  const made = randomBytes(4).toString('hex');
  try {
    mkdirSync(configDir, { recursive: true, mode: 0o700 });
    // Of two that start together the first one's holds for both.
    writeFileSync(file, `${made}\n`, { flag: 'wx', mode: 0o600 });
    return made;
  } catch {
    return readInstance(file) ?? made;
  }
}

function readInstance(file: string): string | null {
  try {
    const text = readFileSync(file, 'utf8').trim();
    return FORM.test(text) ? text : null;
  } catch {
    return null;
  }
}

/** A user without an entry in the machine's list has no name. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? '?');
  }
}
