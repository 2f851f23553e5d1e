/** Splits a stream of JSON values, one per line (Docker) or run together (old engines, Podman), into values. */

/** Longer than any event; what has no end by then is no event. */
const MAX_LENGTH = 1_000_000;

/** @returns takes each chunk of text as it comes and calls back for each whole value; nonsense is skipped. */
export function createJsonReader(onValue: (value: unknown) => void): (chunk: string) => void {
  let text = '';
  let depth = 0;
  let inString = false;
  let escaped = false;
  return (chunk) => {
    for (const character of chunk) {
      if (depth === 0 && character !== '{') continue;
      text += character;
      if (inString) {
        if (escaped) escaped = false;
        else if (character === '\\') escaped = true;
        else if (character === '"') inString = false;
      } else if (character === '"') inString = true;
      else if (character === '{') depth += 1;
      else if (character === '}') depth -= 1;
      if (depth > 0 && text.length < MAX_LENGTH) continue;
      const whole = depth === 0 ? text : '';
      text = '';
      depth = 0;
      inString = false;
      if (whole !== '') tell(whole, onValue);
    }
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
