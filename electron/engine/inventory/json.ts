/**
 * Reading JSON that an engine sent: fields come and go between versions, arrays are `null`, Podman differs, labels are
 * hostile.  Each reader answers something of its type whatever it gets.
 */

export type JsonObject = Readonly<Record<string, unknown>>;

export function objectOf(value: unknown): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}

/** A line of a program that tells in JSON, one object a line; null: it is something else. */
export function jsonLine(line: string): JsonObject | null {
  if (!line.startsWith('{')) return null;
  try {
    return objectOf(JSON.parse(line));
  } catch {
    return null;
  }
}

export function arrayOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

export function textsOf(value: unknown): readonly string[] {
  return arrayOf(value).filter((item) => typeof item === 'string');
}

/** A whole number. */
export function numberOf(value: unknown): number {
  return typeof value === 'number' && Number.isSafeInteger(value) ? value : 0;
}

/** Only own fields that hold text; a label called `__proto__` stays a label. */
export function textMapOf(value: unknown): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(objectOf(value)).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

/** An address without its prefix length; null when there is none. */
export function addressOf(value: unknown): string | null {
  const address = textOf(value).split('/')[0] ?? '';
  return address === '' || address === 'invalid IP' ? null : address;
}
