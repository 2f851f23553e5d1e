import { IconAlertTriangle, IconPlugConnectedX } from '@tabler/icons-react';
import type { ReactElement, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { ErrorShape } from '../../../shared/errors.ts';
import { errorIn } from '../i18n/errors.ts';
import { Face } from './face.tsx';

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

/** In the reader's language; what the engine or the system said is quoted below, in its own. */
export function ErrorWords({ error }: { readonly error: ErrorShape }): ReactElement {
  const { i18n } = useTranslation();
  const { title, hint, quoted } = errorIn(i18n, error);
  return (
    <>
      <p className="note-title">{title}</p>
      {hint !== '' && <p>{hint}</p>}
      <Quoted words={quoted} />
    </>
  );
}

/** The same in one line, where there is no room for more; `isBrief` leaves out what to do about it. */
export function ErrorLine(props: { readonly error: ErrorShape; readonly isBrief?: boolean }): ReactElement {
  const { i18n } = useTranslation();
  const { error, isBrief = false } = props;
  const { title, hint, quoted } = errorIn(i18n, isBrief ? { ...error, hint: '' } : error);
  return (
    <span>
      {title}
      {!isBrief && hint !== '' && `${gapAfter(title)}${hint}`}
      {quoted !== '' && (
        <>
          {' '}
          <span className="quiet" lang="en">
            {quoted}
          </span>
        </>
      )}
    </span>
  );
}

/** Chinese sentences end without a space, and some that were a title without an end. */
function gapAfter(title: string): string {
  if (/[。！？]$/.test(title)) return '';
  return /[\u4e00-\u9fff）”]$/.test(title) ? '。' : ' ';
}

/** A whole screen, or part of one, that has nothing to show because of it. */
export function ErrorFace(props: { readonly error: ErrorShape; readonly children?: ReactNode }): ReactElement {
  const { i18n } = useTranslation();
  const { title, hint, quoted } = errorIn(i18n, props.error);
  return (
    <Face icon={<IconPlugConnectedX size={40} />} title={title} {...(hint === '' ? {} : { text: hint })}>
      <Quoted words={quoted} />
      {props.children}
    </Face>
  );
}

function Quoted({ words }: { readonly words: string }): ReactElement | null {
  if (words === '') return null;
  return (
    <p className="quiet" lang="en">
      {words}
    </p>
  );
}
