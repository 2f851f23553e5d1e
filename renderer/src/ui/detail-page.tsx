import { Loader } from '@mantine/core';
import { IconArrowLeft, IconZoomExclamation } from '@tabler/icons-react';
import { Suspense, type ComponentProps, type ReactElement, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { hashOf } from '../lib/route.ts';
import { DetailTabs } from './detail-tabs.tsx';
import { Face } from './face.tsx';

/** A list of things that have pages: its address, and where its texts are among the catalogues. */
export type ListId = 'containers' | 'images' | 'volumes' | 'networks' | 'compose' | 'services';

/** One thing with all there is to know of it, in sections or in tabs. */
export function DetailPage(props: {
  readonly testId: string;
  /** Further `data-…` attributes, for tests and styles. */
  readonly data?: Readonly<Record<`data-${string}`, string>>;
  /** The list that it is one of; absent: it is the only one. */
  readonly list?: ListId;
  readonly title: string;
  /** What is most worth knowing, under the title: `DetailFact`s. */
  readonly facts?: ReactNode;
  readonly actions?: ReactNode;
  /** Each with an address of its own. */
  readonly tabs?: ComponentProps<typeof DetailTabs>;
  /** What is shown divides the room itself, and scrolls by itself. */
  readonly whole?: boolean;
  readonly children: ReactNode;
}): ReactElement {
  const { t } = useTranslation();
  const { list, title, facts, actions, tabs } = props;
  return (
    <div className="detail" data-testid={props.testId} {...props.data}>
      <div className="detail-head">
        {list && (
          <a
            className="detail-back"
            href={hashOf(list)}
            aria-label={t(`${list}.detail.back`)}
            title={t(`${list}.detail.back`)}
          >
            <IconArrowLeft size={18} aria-hidden />
          </a>
        )}
        <div className="detail-title">
          <h2 title={title}>{title}</h2>
          {facts && <p className="quiet">{facts}</p>}
        </div>
        {actions}
      </div>
      {tabs && <DetailTabs {...tabs} />}
      <div key={tabs?.current} className="detail-body" data-whole={props.whole ?? false}>
        <Suspense fallback={<Face icon={<Loader size={32} />} title={t('common.loading')} />}>
          {props.children}
        </Suspense>
      </div>
    </div>
  );
}

export function DetailFact(props: { readonly title?: string; readonly children: ReactNode }): ReactElement {
  return (
    <span className="detail-fact" title={props.title}>
      {props.children}
    </span>
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
  readonly list: ListId;
  readonly title: string;
  readonly text: string;
}): ReactElement {
  const { t } = useTranslation();
  return (
    <Face icon={<IconZoomExclamation size={40} />} title={props.title} text={props.text}>
      <a href={hashOf(props.list)}>{t(`${props.list}.detail.back`)}</a>
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

/** The same under a title; nothing where none is known. */
export function FactsSection(props: { readonly title: string; readonly facts: readonly Fact[] }): ReactElement | null {
  if (props.facts.every(([, value]) => value === '' || value === null)) return null;
  return (
    <DetailSection title={props.title}>
      <Facts facts={props.facts} />
    </DetailSection>
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
