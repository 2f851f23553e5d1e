import { notifications } from '@mantine/notifications';
import { createElement, useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import type { ErrorShape } from '../../../shared/errors.ts';
import { ErrorLine } from '../ui/error-card.tsx';
import { errorOf } from './errors.ts';

/** Long enough to read what happened and what to do (ms). */
const ERROR_SHOWN_MS = 12_000;

/** Shows what failed, in the reader's language and with what to do next.  What was cancelled is no news. */
export function useReport(): (title: string, thrown: unknown) => void {
  const { t } = useTranslation();
  return useCallback(
    (title, thrown) => {
      const error: ErrorShape = errorOf(thrown);
      if (error.code === 'CANCELLED') return;
      notifications.show({
        color: 'red',
        title,
        message: createElement(ErrorLine, { error }),
        autoClose: ERROR_SHOWN_MS,
        closeButtonProps: { 'aria-label': t('common.close') },
      });
    },
    [t],
  );
}
