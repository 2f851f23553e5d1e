import { IconBoxMultiple, IconCode, IconFileText } from '@tabler/icons-react';
import { lazy, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { ProjectView } from '../../../../shared/contract/compose.ts';
import { hashOf } from '../../lib/route.ts';
import { useApp } from '../../lib/store.ts';
import type { TableAction } from '../../ui/data-table/types.ts';
import { DetailFact, DetailPage } from '../../ui/detail-page.tsx';
import { Face } from '../../ui/face.tsx';
import { RowActions } from '../../ui/row-actions.tsx';
import { ConfigTab } from './config-tab.tsx';
import { ServicesTab } from './services-tab.tsx';
import { RunningState, WhereaboutsFlag } from './state.tsx';

const TABS = [
  { id: 'services', Icon: IconBoxMultiple },
  { id: 'logs', Icon: IconFileText },
  { id: 'config', Icon: IconCode },
] as const;
/** In the head; the rest is in the menu. */
const BUTTONS = ['up', 'start', 'stop', 'restart'];

const InterleavedLogs = lazy(async () => ({
  default: (await import('../container-logs/container-logs.tsx')).InterleavedLogs,
}));

/** One project: what of it runs, its logs together, and its configuration as Compose understands it. */
export function ProjectPage(props: {
  readonly project: ProjectView;
  readonly tab: string | undefined;
  readonly actions: readonly TableAction<ProjectView>[];
  readonly usable: boolean;
  readonly stale: boolean;
}): ReactElement {
  const { t } = useTranslation();
  const { project, actions, usable, stale } = props;
  const { name } = project;
  const current = TABS.find(({ id }) => id === props.tab)?.id ?? 'services';
  return (
    <DetailPage
      testId="project-page"
      data={{ 'data-name': name }}
      list="compose"
      title={name}
      facts={
        <>
          <DetailFact>
            <RunningState running={project.running} total={project.total} />
          </DetailFact>
          <WhereaboutsFlag project={project} />
        </>
      }
      actions={
        <RowActions
          row={project}
          actions={actions}
          stale={stale}
          buttons={BUTTONS}
          more={t('compose.more', { name })}
        />
      }
      tabs={{
        label: t('compose.detail.tabs', { name }),
        current: current,
        tabs: TABS.map(({ id, Icon }) => ({
          id,
          Icon,
          label: t(`compose.tab.${id}`),
          href: hashOf('compose', name, id),
        })),
      }}
      whole={current === 'logs'}
    >
      {current === 'services' && <ServicesTab project={project} usable={usable} stale={stale} />}
      {current === 'logs' && <ProjectLogs name={name} />}
      {current === 'config' && <ConfigTab project={project} usable={usable} />}
    </DetailPage>
  );
}

function ProjectLogs({ name }: { readonly name: string }): ReactElement {
  const { t } = useTranslation();
  const containers = useApp((state) => state.containers) ?? [];
  const sources = containers.filter(({ project }) => project === name);
  if (sources.length === 0) {
    return (
      <Face icon={<IconFileText size={40} />} title={t('compose.logs.empty')} text={t('compose.logs.empty-text')} />
    );
  }
  return <InterleavedLogs name={name} sources={sources} />;
}
