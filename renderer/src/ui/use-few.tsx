import { Button } from '@mantine/core';
import { useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

/** So many at first, and so many more at each wish: of a thousand, most are never looked at. */
const STEP = 100;

/** The first of a long list, and a button for more of them (null where there are none). */
export function useFew<T>(all: readonly T[]): { readonly few: readonly T[]; readonly more: ReactElement | null } {
  const { t } = useTranslation();
  const [count, setCount] = useState(STEP);
  const left = all.length - count;
  if (left <= 0) return { few: all, more: null };
  return {
    few: all.slice(0, count),
    more: (
      <p>
        <Button size="compact-sm" variant="default" data-testid="show-more" onClick={() => setCount(count + STEP)}>
          {t('common.show-more', { count: Math.min(STEP, left), left })}
        </Button>
      </p>
    ),
  };
}
