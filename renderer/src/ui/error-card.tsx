import { IconAlertTriangle } from '@tabler/icons-react';
import type { ReactElement, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { ErrorShape } from '../../../shared/errors.ts';

/** What went wrong and what to do next; never a raw stack. */
export function ErrorCard(props: { readonly error: ErrorShape; readonly children?: ReactNode }): ReactElement {
  return (
    <div className="note note-bad" role="alert">
      <IconAlertTriangle size={18} aria-hidden />
      <div>
        <ErrorWords error={props.error} />
        {props.children}
      </div>
    </div>
  );
}

/**
 * The core, the engine and the system say what happened in English.  Whoever reads another language is told first in it what kind of
 * trouble it is and what helps as a rule, then the very words.
 */
export function ErrorWords({ error }: { readonly error: ErrorShape }): ReactElement {
  const { t, i18n } = useTranslation();
  const { code, message, hint } = error;
  if (i18n.language === 'en') {
    return (
      <>
        <p className="note-title">{message}</p>
        {hint !== '' && <p>{hint}</p>}
      </>
    );
  }
  return (
    <>
      <p className="note-title">{t(`error.${code}.title`)}</p>
      <p>{t(`error.${code}.hint`)}</p>
      <p className="quiet" lang="en">
        {message} {hint}
      </p>
    </>
  );
}
