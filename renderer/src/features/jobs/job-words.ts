import type { TFunction } from 'i18next';
import type { JobView } from '../../../../shared/contract/jobs.ts';
import { bytesWords } from '../../lib/words.ts';

/** `Stop web, db and 3 more`. */
export function jobTitle(t: TFunction, { kind, about, count }: Pick<JobView, 'kind' | 'about' | 'count'>): string {
  const names = about.join(', ');
  const rest = count - about.length;
  return t(`jobs.kind.${kind}`, { about: rest > 0 ? t('jobs.and-more', { names, count: rest }) : names });
}

/** Docker's, Compose's and Swarm's words for how far a part is. */
const SAID = [
  'pulling-fs-layer',
  'waiting',
  'downloading',
  'verifying-checksum',
  'download-complete',
  'extracting',
  'pull-complete',
  'already-exists',
  'layer-already-exists',
  'preparing',
  'pushing',
  'pushed',
  'pulling',
  'pulled',
  'building',
  'built',
  'creating',
  'created',
  'recreate',
  'recreated',
  'starting',
  'started',
  'running',
  'healthy',
  'restarting',
  'restarted',
  'stopping',
  'stopped',
  'killing',
  'killed',
  'removing',
  'removed',
  'exited',
  'error',
  'new',
  'pending',
  'assigned',
  'accepted',
  'ready',
  'complete',
  'shutdown',
  'failed',
  'rejected',
  'orphaned',
  'remove',
] as const;

/** `Downloading`, or `failed: no such image`: the words that are known, and whatever follows as it came. */
export function partWords(t: TFunction, text: string): string {
  const [head = '', ...rest] = text.split(': ');
  const slug = head.toLowerCase().replaceAll(' ', '-');
  const known = SAID.find((one) => one === slug);
  // In English they stay as they were written.
  return known && t(`jobs.said.${known}`).toLowerCase() !== head.toLowerCase()
    ? [t(`jobs.said.${known}`), ...rest].join(': ')
    : text;
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
