import { Loader } from '@mantine/core';
import { IconBox, IconHome, IconServer, IconShieldCheck, IconWorld } from '@tabler/icons-react';
import type { ReactElement, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Overview } from '../../../../shared/contract/overview.ts';
import type { EngineDetail } from '../../../../shared/contract/engine.ts';
import type { Client } from '../../lib/client-context.tsx';
import { hashOf } from '../../lib/route.ts';
import { useApp } from '../../lib/store.ts';
import { useLiveValue, useReading } from '../../lib/use-live.ts';
import { ErrorCard } from '../../ui/error-card.tsx';
import { Face } from '../../ui/face.tsx';
import { Events } from './events.tsx';
import { Exposed } from './exposed.tsx';
import { Lately } from './lately.tsx';
import { Machine } from './machine.tsx';
import { MiniMatrix } from './mini-matrix.tsx';
import { Risks } from './risks.tsx';
import './overview.css';

/** The first look: whether all is well, who can be called from outside, and what deserves a second look. */
export function OverviewScreen({ stale }: { readonly stale: boolean }): ReactElement {
  const { t } = useTranslation();
  const { value, error } = useLiveValue(openOverview);
  const frame = useApp((state) => state.frame);
  if (value === null) {
    return (
      <Face icon={error ? <IconHome size={40} /> : <Loader size={36} />} title={t('overview.label')}>
        {error && <ErrorCard error={error} />}
      </Face>
    );
  }
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls
    <div className="overview" data-testid="overview" data-stale={stale} tabIndex={0}>
      <h2 className="visually-hidden">{t('overview.label')}</h2>
      <Figures value={value} />
      <div className="overview-columns">
        <div className="overview-column">
          <Risks risks={value.risks} stale={stale} />
          <Exposed exposed={value.exposed} />
          <Events />
          <Lately />
        </div>
        <div className="overview-column">
          {frame && <MiniMatrix frame={frame} />}
          <Machine stale={stale} />
        </div>
      </div>
    </div>
  );
}

function Figures({ value }: { readonly value: Overview }): ReactElement {
  const { t } = useTranslation();
  const engine = useApp((state) => (state.engine && 'engine' in state.engine ? state.engine.engine : null));
  const guard = useApp(({ frame }) => frame?.guard ?? null);
  const address = engine?.address ?? null;
  const { value: detail } = useReading(readDetail, address);
  const warnings = detail?.warnings.length ?? 0;
  const { running, stopped, unhealthy, exposed, networks, volumes } = value;
  return (
    <ul className="figures">
      {engine && (
        <Figure
          icon={<IconServer size={20} />}
          href={hashOf('engine')}
          title={engine.name || engine.address}
          text={[
            t('overview.engine', { version: engine.version, networks, volumes }),
            ...(warnings > 0 ? [t('overview.warnings', { count: warnings })] : []),
          ].join(' · ')}
          tone={warnings > 0 ? 'warn' : undefined}
        />
      )}
      <Figure
        icon={<IconBox size={20} />}
        href={hashOf('containers')}
        title={t('overview.running', { count: running })}
        text={
          unhealthy.length > 0
            ? t('overview.unhealthy', { count: unhealthy.length, names: unhealthy.map(({ name }) => name).join(', ') })
            : stopped === 0
              ? t('overview.all-run')
              : t('overview.stopped', { count: stopped })
        }
        tone={unhealthy.length > 0 ? 'warn' : undefined}
      />
      <Figure
        icon={<IconWorld size={20} />}
        title={t('overview.exposed.count', { count: exposed.length })}
        text={t('overview.exposed.text')}
        tone={exposed.length > 0 ? 'warn' : undefined}
      />
      {guard && (
        <Figure
          icon={<IconShieldCheck size={20} />}
          href={hashOf('history')}
          title={t('overview.blocks', { count: guard.denied })}
          text={t(`guard.about.${guard.phase}`)}
          tone={guard.phase === 'failing' ? 'bad' : guard.phase === 'paused' ? 'warn' : undefined}
        />
      )}
    </ul>
  );
}

function Figure(props: {
  readonly icon: ReactNode;
  readonly title: string;
  readonly text: string;
  readonly href?: string;
  readonly tone?: 'warn' | 'bad' | undefined;
}): ReactElement {
  return (
    <li className="figure" data-tone={props.tone}>
      <span className="figure-icon" aria-hidden>
        {props.icon}
      </span>
      <div>
        {props.href === undefined ? (
          <span className="figure-title">{props.title}</span>
        ) : (
          <a className="figure-title" href={props.href}>
            {props.title}
          </a>
        )}
        <p className="quiet">{props.text}</p>
      </div>
    </li>
  );
}

const openOverview = (client: Client, signal: AbortSignal): Promise<AsyncIterable<Overview>> =>
  client.overview.watch(undefined, { signal });

const readDetail = (client: Client, signal: AbortSignal): Promise<EngineDetail> =>
  client.engine.detail(undefined, { signal });
