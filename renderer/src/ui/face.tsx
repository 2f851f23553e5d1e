import type { ReactElement, ReactNode } from 'react';

/** What a screen shows instead of data: why there is none and what to do about it. */
export function Face(props: {
  readonly icon: ReactNode;
  readonly title: string;
  readonly text?: string;
  readonly children?: ReactNode;
}): ReactElement {
  return (
    <div className="face">
      <div className="face-icon" aria-hidden>
        {props.icon}
      </div>
      <h2>{props.title}</h2>
      {props.text !== undefined && <p>{props.text}</p>}
      {props.children}
    </div>
  );
}
