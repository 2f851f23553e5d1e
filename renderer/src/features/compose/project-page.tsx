import { Button, Loader, Menu } from '@mantine/core';
import { IconArrowLeft, IconBoxMultiple, IconCode, IconDots, IconFileText } from '@tabler/icons-react';
import { lazy, Suspense, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { ProjectView } from '../../../../shared/contract/compose.ts';
import { hashOf } from '../../lib/route.ts';
import { useApp } from '../../lib/store.ts';
import { TableMenu } from '../../ui/data-table/table-menu.tsx';
import type { TableAction } from '../../ui/data-table/types.ts';
import { DetailTabs } from '../../ui/detail-tabs.tsx';
import { Face } from '../../ui/face.tsx';
import { ConfigTab } from './config-tab.tsx';
import { ServicesTab } from './services-tab.tsx';
import { RunningState, WhereaboutsFlag } from './state.tsx';

const TABS = [
  { id: 'services', Icon: IconBoxMultiple },
  { id: 'logs', Icon: IconFileText },
  { id: 'config', Icon: IconCode },
] as const;
/** In the head; the rest is in the menu. */
const MAIN = ['up', 'start', 'stop', 'restart'];

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
  const fitting = actions.filter((action) => action.isFor(project));
  const rest = fitting.filter(({ id }) => !MAIN.includes(id) && id !== 'open' && id !== 'logs');
  return (
    <div className="detail" data-testid="project-page" data-name={name}>
      <div className="detail-head">
        <a className="detail-back" href={hashOf('compose')}>
          <IconArrowLeft size={16} aria-hidden /> {t('compose.detail.back')}
        </a>
        <h2 title={name}>{name}</h2>
        <RunningState running={project.running} total={project.total} />
        <WhereaboutsFlag project={project} />
        <span className="spacer" />
        {fitting
          .filter(({ id }) => MAIN.includes(id))
          .map((action) => (
            <Button
              key={action.id}
              size="xs"
              variant={action.id === 'up' ? 'filled' : 'default'}
              leftSection={action.icon}
              disabled={stale}
              data-action={action.id}
              onClick={() => action.run([project])}
            >
              {action.label}
            </Button>
          ))}
        {rest.length > 0 && (
          <Menu position="bottom-end" withinPortal transitionProps={{ duration: 80 }}>
            <Menu.Target>
              <Button size="xs" variant="default" aria-label={t('compose.more', { name })} data-action="more">
                <IconDots size={16} aria-hidden />
              </Button>
            </Menu.Target>
            <TableMenu rows={[project]} actions={rest} stale={stale} />
          </Menu>
        )}
      </div>
      <DetailTabs
        label={t('compose.detail.tabs', { name })}
        current={current}
        tabs={TABS.map(({ id, Icon }) => ({
          id,
          Icon,
          label: t(`compose.tab.${id}`),
          href: hashOf('compose', name, id),
        }))}
      />
      {current === 'services' && (
        <div className="detail-body">
          <ServicesTab project={project} usable={usable} stale={stale} />
        </div>
      )}
      {current === 'logs' && (
        <div className="detail-body detail-whole">
          <Suspense fallback={<Face icon={<Loader size={32} />} title={t('common.loading')} />}>
            <ProjectLogs name={name} />
          </Suspense>
        </div>
      )}
      {current === 'config' && (
        <div className="detail-body">
          <ConfigTab project={project} usable={usable} />
        </div>
      )}
    </div>
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
