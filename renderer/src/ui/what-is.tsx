import { IconHelpCircle } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { hashOf } from '../lib/route.ts';
import type { Topic } from '../lib/topics.ts';

/** Leads to the page of the guide that explains the thing beside it. */
export function WhatIs({ topic }: { readonly topic: Topic }): ReactElement {
  const { t } = useTranslation();
  const label = t('guide.what-is', { topic: t(`guide.${topic}.title`) });
  return (
    <a
      className="what-is"
      href={hashOf('guide', topic)}
      aria-label={label}
      title={label}
      data-testid={`what-is-${topic}`}
    >
      <IconHelpCircle size={18} aria-hidden />
    </a>
  );
}
