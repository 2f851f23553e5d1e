/** From bytes of one stream of a log to its lines. */
import { LOG_LINE_BYTES } from '../../../../shared/contract/logs.ts';
import type { LogLine } from '../../domains/logs.ts';

/** `2026-01-02T03:04:05.000000006Z ` */
const STAMP_BYTES = 31;
const TIME = /^\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)$/;
const NEWLINE = 0x0a;
const SPACE = 0x20;

export interface LineReader {
  /** @param isFrame whether it is one whole frame of the engine's: one that goes on with a line repeats the time. */
  write(bytes: Buffer, isFrame: boolean): void;
  /** What has no end yet is a line too. */
  end(): void;
}

export function createLineReader(stream: 1 | 2, onLine: (line: LogLine) => void): LineReader {
  let parts: Buffer[] = [];
  let length = 0;
  /** The line was told already, cut; what comes before the next one is left out. */
  let isSkipping = false;

  const tell = (isCut: boolean): void => {
    const [first] = parts;
    const line = lineOf(stream, parts.length === 1 && first ? first : Buffer.concat(parts, length), isCut);
    parts = [];
    length = 0;
    if (line) onLine(line);
  };
  /** Told as soon as it is too long: a line without an end must not be waited for. */
  const add = (bytes: Buffer): void => {
    if (isSkipping || bytes.length === 0) return;
    const room = STAMP_BYTES + LOG_LINE_BYTES - length;
    const kept = bytes.subarray(0, room);
    parts.push(kept);
    length += kept.length;
    if (bytes.length <= room) return;
    tell(true);
    isSkipping = true;
  };

  return {
    write: (bytes, isFrame) => {
      const goesOn = isFrame && (length > 0 || isSkipping);
      let data = goesOn && isStamped(bytes) ? bytes.subarray(STAMP_BYTES) : bytes;
      for (;;) {
        const end = data.indexOf(NEWLINE);
        if (end === -1) break;
        add(data.subarray(0, end));
        if (isSkipping) isSkipping = false;
        else tell(false);
        data = data.subarray(end + 1);
      }
      // A copy: the rest of a chunk may wait for long.
      add(Buffer.from(data));
    },
    end: () => {
      if (length > 0) tell(false);
      isSkipping = false;
    },
  };
}

function isStamped(bytes: Buffer): boolean {
  return bytes[STAMP_BYTES - 1] === SPACE && TIME.test(bytes.toString('latin1', 0, STAMP_BYTES - 1));
}

/** @returns null for what bears no time, which only the rest of a broken log does */
function lineOf(stream: 1 | 2, bytes: Buffer, isCut: boolean): LogLine | null {
  const space = bytes.indexOf(SPACE);
  const time = bytes.toString('latin1', 0, Math.max(space, 0));
  if (!TIME.test(time)) return null;
  const whole = bytes.toString('utf8', space + 1);
  if (!whole.includes('\r')) return { time, stream, text: whole, isCut };
  const text = whole.replace(/\r+$/, '');
  // What a terminal would have written over is not there to be read.
  return { time, stream, text: text.slice(text.lastIndexOf('\r') + 1), isCut };
}
