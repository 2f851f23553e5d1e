import { IconAlertTriangle } from '@tabler/icons-react';
import type { ReactElement, ReactNode } from 'react';
import type { ErrorShape } from '../../../shared/errors.ts';

/** What went wrong and what to do next; never a raw stack. */
export function ErrorCard(props: { readonly error: ErrorShape; readonly children?: ReactNode }): ReactElement {
  return (
    <div className="note note-bad" role="alert">
      <IconAlertTriangle size={18} aria-hidden />
      <div>
        <p className="note-title">{props.error.message}</p>
        {props.error.hint !== '' && <p>{props.error.hint}</p>}
        {props.children}
      </div>
    </div>
  );
}
