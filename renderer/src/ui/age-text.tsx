import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { useNow } from '../lib/now.ts';
import { durationWords } from '../lib/words.ts';

/** `3 days ago`, the whole date at a glance. @param at milliseconds since 1970; 0: not known */
export function AgeText({ at }: { readonly at: number }): ReactElement {
  const { t, i18n } = useTranslation();
  const words = useNow((now) => (at === 0 ? '' : durationWords(i18n.language, Math.max(0, now - at))));
  if (words === '') return <>–</>;
  return <span title={new Date(at).toLocaleString(i18n.language)}>{t('manage.ago', { time: words })}</span>;
}
