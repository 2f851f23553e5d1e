/**
 * What happened, for whoever has to find a fault: a few small files in the configuration folder, without secrets, that go nowhere by
 * themselves.  Nothing depends on them: what cannot be written is left out.
 */
import { appendFileSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { redacted } from '../lib/redact.ts';

export interface LogFile {
  write(what: string): void;
  readonly folder: string;
}

export interface LogOptions {
  readonly configDir: string;
  /** When a file of so many bytes is put away and a new one begun. */
  readonly maxBytes?: number;
  /** So many are kept, the present one among them. */
  readonly files?: number;
  readonly now?: () => Date;
}

const MAX_BYTES = 256 * 1024;
const FILES = 4;
/** Of what a program has said nobody reads more. */
const LONGEST = 2000;
const CRASHES_KEPT = 10;
const MODE = 0o600;

export function openLog({
  configDir,
  maxBytes = MAX_BYTES,
  files = FILES,
  now = () => new Date(),
}: LogOptions): LogFile {
  const folder = join(configDir, 'logs');
  const named = (number: number): string =>
    join(folder, number === 0 ? 'bulkhead.log' : `bulkhead.${String(number)}.log`);
  const rotate = (): void => {
    rmSync(named(files - 1), { force: true });
    for (let number = files - 2; number >= 0; number -= 1) {
      if (sizeOf(named(number)) > 0) renameSync(named(number), named(number + 1));
    }
  };
  return {
    folder,
    write: (what) => {
      try {
        mkdirSync(folder, { recursive: true, mode: 0o700 });
        // One line each: names of an engine are hostile text.
        const text = redacted(what.slice(0, LONGEST * 10))
          .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
          .slice(0, LONGEST);
        const line = `${now().toISOString()} ${text}\n`;
        const size = sizeOf(named(0));
        if (size > 0 && size + Buffer.byteLength(line) > maxBytes) rotate();
        appendFileSync(named(0), line, { mode: MODE });
      } catch {
        // A full disk is told where something depends on it.
      }
    },
  };
}

export interface Crash {
  readonly configDir: string;
  readonly version: string;
  readonly thrown: unknown;
  readonly at: Date;
}

/** Keeps what is known of a crash in a file of its own, beside the log, and of many the newest. @returns its path; null where it could not be written */
export function writeCrash({ configDir, version, thrown, at }: Crash): string | null {
  const folder = join(configDir, 'logs');
  const file = join(folder, `crash-${at.toISOString().replaceAll(/[:.]/g, '-')}.txt`);
  const stack = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
  const text = [`Bulkhead ${version}`, `${process.platform} ${process.arch}, Node ${process.versions.node}`, stack, ''];
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(file, redacted(text.join('\n')), { mode: MODE });
    const kept = readdirSync(folder)
      .filter((name) => /^crash-.*\.txt$/.test(name))
      .toSorted();
    for (const name of kept.slice(0, -CRASHES_KEPT)) rmSync(join(folder, name), { force: true });
    return file;
  } catch {
    return null;
  }
}

function sizeOf(file: string): number {
  try {
    return statSync(file).size;
  } catch {
    return 0;
  }
}
