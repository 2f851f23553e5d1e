import { IconArrowLeft, IconZoomExclamation } from '@tabler/icons-react';
import type { ReactElement, ReactNode } from 'react';
import { Face } from './face.tsx';

/** One thing with all there is to know of it. */
export function DetailPage(props: {
  readonly back: { readonly href: string; readonly label: string };
  readonly title: string;
  readonly actions?: ReactNode;
  readonly testId: string;
  readonly children: ReactNode;
}): ReactElement {
  return (
    <div className="detail" data-testid={props.testId}>
      <div className="detail-head">
        <a href={props.back.href} className="detail-back">
          <IconArrowLeft size={16} aria-hidden /> {props.back.label}
        </a>
        <h2 title={props.title}>{props.title}</h2>
        <span className="spacer" />
        {props.actions}
      </div>
      <div className="detail-body">{props.children}</div>
    </div>
  );
}

export function DetailSection(props: {
  readonly title: string;
  readonly aside?: ReactNode;
  readonly children: ReactNode;
}): ReactElement {
  return (
    <section className="detail-section">
      <div className="detail-section-head">
        <h3>{props.title}</h3>
        <span className="spacer" />
        {props.aside}
      </div>
      {props.children}
    </section>
  );
}

/** What a link led to is not there (any more). */
export function GoneFace(props: {
  readonly title: string;
  readonly text: string;
  readonly back: { readonly href: string; readonly label: string };
}): ReactElement {
  return (
    <Face icon={<IconZoomExclamation size={40} />} title={props.title} text={props.text}>
      <a href={props.back.href}>{props.back.label}</a>
    </Face>
  );
}

export type Fact = readonly [name: string, value: ReactNode];

/** Those that are known, one under the other. */
export function Facts(props: { readonly facts: readonly Fact[] }): ReactElement {
  const known = props.facts.filter(([, value]) => value !== '' && value !== null);
  return (
    <dl className="detail-facts">
      {known.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** `name = value` lines; `''` where there are none. */
export function pairsFact(pairs: Readonly<Record<string, string>>): ReactNode {
  const entries = Object.entries(pairs);
  if (entries.length === 0) return '';
  return entries.map(([name, value]) => (
    <code key={name} className="fact-line">
      {name}={value}
    </code>
  ));
}
