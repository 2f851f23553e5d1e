/** Numbers and times in words of the user's language. */

const UNITS = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1000],
] as const;

/** `3 min`, `2 days`: in the largest unit of which there is a whole one. @param ms not negative */
export function durationWords(language: string, ms: number): string {
  const [unit, size] = UNITS.find(([, one]) => ms >= one) ?? (['second', 1000] as const);
  const key = `${language} ${unit}`;
  const format = formats.get(key) ?? new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'short' });
  formats.set(key, format);
  return format.format(Math.floor(ms / size));
}

/** Making one takes a hundred times as long as using it. */
const formats = new Map<string, Intl.NumberFormat>();

const SIZES = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];

/** `12.3 MB`, as the docker command line writes sizes: in powers of 1000. */
export function bytesWords(language: string, bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < SIZES.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const digits = unit === 0 || value >= 100 ? 0 : value >= 10 ? 1 : 2;
  return `${new Intl.NumberFormat(language, { maximumFractionDigits: digits }).format(value)} ${SIZES[unit]}`;
}
