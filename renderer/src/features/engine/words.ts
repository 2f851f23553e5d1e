/** Figures of an engine in words. */

/** `3.2 %` of one core; `–` before it is known. */
export function cpuWords(language: string, cpu: number | null): string {
  if (cpu === null) return '–';
  return new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 1 }).format(cpu);
}
