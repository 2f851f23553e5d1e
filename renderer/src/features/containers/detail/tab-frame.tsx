import { Button, Loader } from '@mantine/core';
import type { ReactElement, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ErrorCard, ErrorFace } from '../../../ui/error-card.tsx';
import { Face } from '../../../ui/face.tsx';
import type { Fetched } from './use-fetched.ts';

/** A tab's faces while it has nothing to show; what it showed before stays, with what went wrong above it. */
export function TabFrame<T>(props: {
  readonly fetched: Fetched<T>;
  readonly children: (value: T) => ReactNode;
}): ReactElement {
  const { t } = useTranslation();
  const { value, error, retry } = props.fetched;
  if (value === null) {
    if (!error) return <Face icon={<Loader size={32} />} title={t('common.loading')} />;
    return (
      <ErrorFace error={error}>
        <Button variant="default" onClick={retry}>
          {t('engine.retry')}
        </Button>
      </ErrorFace>
    );
  }
  return (
    <>
      {error && <ErrorCard error={error} />}
      {props.children(value)}
    </>
  );
}
