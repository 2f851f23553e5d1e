/** Splits a stream of JSON values, one per line (Docker) or run together (old engines, Podman), into values. */

/** Longer (characters) than anything an engine tells: an event carries every label of its container, and one may be 10 MB long. */
const MAX_LENGTH = 64_000_000;

const [NEWLINE, QUOTE, BACKSLASH, OPEN, CLOSE] = [10, 34, 92, 123, 125];

/**
 * @param maxLength what is longer is passed over, to its end: what looks like a value in the middle of it is none
 * @returns takes each chunk of text as it comes and calls back for each whole value; nonsense is skipped.
 */
export function createJsonReader(onValue: (value: unknown) => void, maxLength = MAX_LENGTH): (chunk: string) => void {
  /** Of the value that has begun. */
  let parts: string[] = [];
  let length = 0;
  let depth = 0;
  let inString = false;
  let escaped = false;
  return (chunk) => {
    let start = 0;
    const keep = (end: number): void => {
      length += end - start;
      if (length > maxLength) parts = [];
      else parts.push(chunk.slice(start, end));
    };
    const finish = (end: number): void => {
      keep(end);
      if (length <= maxLength) tell(parts.join(''), onValue);
      reset();
    };
    const reset = (): void => {
      parts = [];
      length = 0;
      depth = 0;
      inString = false;
      escaped = false;
    };
    for (let at = 0; at < chunk.length; at += 1) {
      const code = chunk.charCodeAt(at);
      if (depth === 0) {
        if (code !== OPEN) continue;
        start = at;
        depth = 1;
      } else if (inString) {
        if (escaped) escaped = false;
        else if (code === BACKSLASH) escaped = true;
        else if (code === QUOTE) inString = false;
        // No string of JSON holds one: what comes after it is another value.
        else if (code === NEWLINE) reset();
      } else if (code === QUOTE) inString = true;
      else if (code === OPEN) depth += 1;
      else if (code === CLOSE) {
        depth -= 1;
        if (depth === 0) finish(at + 1);
      }
    }
    if (depth > 0) keep(chunk.length);
  };
}

function tell(text: string, onValue: (value: unknown) => void): void {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return;
  }
  onValue(value);
}
