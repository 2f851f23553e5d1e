import { IconAlertTriangle, IconCircleCheck, IconHandStop, IconInfoCircle } from '@tabler/icons-react';
import type { ReactElement, ReactNode } from 'react';

export type NoteTone = 'info' | 'ok' | 'warn' | 'bad';

const ICONS = { info: IconInfoCircle, ok: IconCircleCheck, warn: IconAlertTriangle, bad: IconHandStop } as const;

/** A short message set apart; the icon says its tone without colour. */
export function Note(props: { readonly tone: NoteTone; readonly children: ReactNode }): ReactElement {
  const Icon = ICONS[props.tone];
  return (
    <div className={`note note-${props.tone}`}>
      <Icon size={18} aria-hidden />
      <div>{props.children}</div>
    </div>
  );
}
