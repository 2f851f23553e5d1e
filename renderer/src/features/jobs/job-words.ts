import type { TFunction } from 'i18next';
import type { JobView } from '../../../../shared/contract/jobs.ts';
import { bytesWords } from '../../lib/words.ts';

/** `Stop web, db and 3 more`. */
export function jobTitle(t: TFunction, { kind, about, count }: Pick<JobView, 'kind' | 'about' | 'count'>): string {
  const names = about.join(', ');
  const rest = count - about.length;
  return t(`jobs.kind.${kind}`, { about: rest > 0 ? t('jobs.and-more', { names, count: rest }) : names });
}

/** How far it is; `''` where that is not known. */
export function progressWords(
  language: string,
  { done, total, unit }: Pick<JobView, 'done' | 'total' | 'unit'>,
): string {
  if (total === null && done === 0) return '';
  const text = (value: number): string => (unit === 'bytes' ? bytesWords(language, value) : String(value));
  return total === null ? text(done) : `${text(done)} / ${text(total)}`;
}
