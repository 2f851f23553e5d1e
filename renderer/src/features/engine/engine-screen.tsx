import { Loader } from '@mantine/core';
import { IconBolt, IconChartPie, IconInfoCircle, IconServer2 } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { hashOf } from '../../lib/route.ts';
import { isStale, useApp } from '../../lib/store.ts';
import { DetailFact, DetailPage } from '../../ui/detail-page.tsx';
import { ErrorFace } from '../../ui/error-card.tsx';
import { Face } from '../../ui/face.tsx';
import { WhatIs } from '../../ui/what-is.tsx';
import { DiskTab } from './disk-tab.tsx';
import { EnginesTab } from './engines-tab.tsx';
import { EventsTab } from './events-tab.tsx';
import { OverviewTab } from './overview-tab.tsx';
import './engine.css';

const TABS = [
  { id: 'overview', Icon: IconInfoCircle, Content: OverviewTab },
  { id: 'disk', Icon: IconChartPie, Content: DiskTab },
  { id: 'events', Icon: IconBolt, Content: EventsTab },
  // Of all engines: it is there also while none is connected.
  { id: 'engines', Icon: IconServer2, Content: EnginesTab },
] as const;

/** The engine itself: what it is, what it keeps, what happens on it; and all others beside it. */
export function EngineScreen(): ReactElement {
  const { t } = useTranslation();
  const asked = useApp(({ route }) => route.path[0]);
  const engine = useApp((state) => state.engine);
  const stale = useApp(isStale);
  const view = engine && 'engine' in engine ? engine.engine : null;
  const tab = TABS.find(({ id }) => id === asked) ?? TABS[0];
  return (
    <DetailPage
      testId="engine-screen"
      data={{ 'data-tab': tab.id }}
      title={view ? view.name || view.address : t('engine.label')}
      facts={
        view && (
          <>
            <DetailFact>{t('engine.version-text', { version: view.version, api: view.apiVersion })}</DetailFact>
            <DetailFact>{view.operatingSystem}</DetailFact>
            <DetailFact title={view.address}>{view.address}</DetailFact>
            <WhatIs topic="engine" />
          </>
        )
      }
      tabs={{
        label: t('engines.tabs'),
        current: tab.id,
        tabs: TABS.map(({ id, Icon }) => ({ id, Icon, label: t(`engines.tab.${id}`), href: hashOf('engine', id) })),
      }}
      whole={tab.id === 'events'}
    >
      {tab.id === 'engines' || view ? (
        <tab.Content key={tab.id === 'engines' ? '' : view?.address} stale={stale} />
      ) : engine?.phase === 'failed' ? (
        <ErrorFace error={engine.error}>
          <a href={hashOf('engine', 'engines')}>{t('engines.see-all')}</a>
        </ErrorFace>
      ) : (
        <Face icon={<Loader size={36} />} title={t('app.connecting.title')} />
      )}
    </DetailPage>
  );
}
