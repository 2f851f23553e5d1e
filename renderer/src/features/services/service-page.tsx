import { Checkbox } from '@mantine/core';
import { IconFileText, IconListDetails } from '@tabler/icons-react';
import { lazy, useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { ServiceRow, SwarmView, TaskRow } from '../../../../shared/contract/services.ts';
import { hashOf } from '../../lib/route.ts';
import type { TableAction } from '../../ui/data-table/types.ts';
import { DetailFact, DetailPage, DetailSection, FactsSection } from '../../ui/detail-page.tsx';
import { Face } from '../../ui/face.tsx';
import { Note } from '../../ui/note.tsx';
import { RowActions } from '../../ui/row-actions.tsx';
import { SectionTable } from '../../ui/section-table.tsx';
import { RunningState } from '../compose/state.tsx';
import { useTaskColumns } from './task-columns.tsx';
import { currentTasks, portWords, updateWords } from './words.ts';

const TABS = [
  { id: 'tasks', Icon: IconListDetails },
  { id: 'logs', Icon: IconFileText },
] as const;

const InterleavedLogs = lazy(async () => ({
  default: (await import('../container-logs/container-logs.tsx')).InterleavedLogs,
}));

/** One service: its tasks and where they run, how it is reached, its logs together. */
export function ServicePage(props: {
  readonly service: ServiceRow;
  readonly swarm: SwarmView;
  readonly tab: string | undefined;
  readonly actions: readonly TableAction<ServiceRow>[];
  readonly stale: boolean;
}): ReactElement {
  const { t } = useTranslation();
  const { service, swarm, actions, stale } = props;
  const { name } = service;
  const current = TABS.find(({ id }) => id === props.tab)?.id ?? 'tasks';
  const tasks = swarm.tasks.filter(({ serviceId }) => serviceId === service.id);
  return (
    <DetailPage
      testId="service-page"
      data={{ 'data-name': name }}
      list="services"
      title={name}
      facts={
        <DetailFact>
          <RunningState running={service.running} total={service.desired} />
        </DetailFact>
      }
      actions={<RowActions row={service} actions={actions} stale={stale} />}
      tabs={{
        label: t('services.detail.tabs', { name }),
        current: current,
        tabs: TABS.map(({ id, Icon }) => ({
          id,
          Icon,
          label: t(`services.tab.${id}`),
          href: hashOf('services', 'service', name, id),
        })),
      }}
      whole={current === 'logs'}
    >
      {current === 'tasks' ? (
        <>
          <UpdateNote service={service} />
          <Tasks tasks={tasks} stale={stale} />
          <Settings service={service} />
        </>
      ) : (
        <ServiceLogs name={name} tasks={tasks} />
      )}
    </DetailPage>
  );
}

function UpdateNote({ service }: { readonly service: ServiceRow }): ReactElement | null {
  const { t } = useTranslation();
  if (!service.update) return null;
  const { state, message } = service.update;
  const tone = state.endsWith('paused') ? 'warn' : state.endsWith('completed') ? 'ok' : 'info';
  return (
    <div className="compose-note" data-testid="update-state" data-state={state}>
      <Note tone={tone}>
        <p className="note-title">{t('services.detail.update', { state: updateWords(t, service) })}</p>
        <p>{message}</p>
      </Note>
    </div>
  );
}

function Tasks(props: { readonly tasks: readonly TaskRow[]; readonly stale: boolean }): ReactElement {
  const { t } = useTranslation();
  const { tasks, stale } = props;
  const columns = useTaskColumns();
  const [all, setAll] = useState(false);
  const shown = all ? tasks : currentTasks(tasks);
  return (
    <DetailSection
      title={t('services.detail.tasks')}
      aside={
        <Checkbox
          size="xs"
          label={t('services.detail.history', { count: tasks.length })}
          checked={all}
          onChange={(event) => setAll(event.currentTarget.checked)}
          data-testid="all-tasks"
        />
      }
    >
      {shown.length === 0 ? (
        <p className="quiet">{t('services.detail.no-tasks')}</p>
      ) : (
        <SectionTable
          id="tasks"
          testId="tasks"
          label={t('services.detail.tasks')}
          searchLabel={t('services.detail.find-task')}
          rows={shown}
          rowId={idOf}
          rowName={nameOf}
          rowData={dataOf}
          columns={columns}
          actions={[]}
          stale={stale}
          empty={null}
        />
      )}
    </DetailSection>
  );
}

const idOf = ({ id }: TaskRow): string => id;
const nameOf = ({ name }: TaskRow): string => name;
const dataOf = ({ name, state }: TaskRow) => ({ 'data-testid': 'task-row', 'data-task': name, 'data-state': state });

function Settings({ service }: { readonly service: ServiceRow }): ReactElement {
  const { t } = useTranslation();
  return (
    <FactsSection
      title={t('services.detail.settings')}
      facts={[
        [t('services.column.image'), <code key="image">{service.image}</code>],
        [t('services.column.mode'), t(`services.mode.${service.mode}`)],
        [t('services.detail.endpoint'), t(`services.endpoint.${service.endpointMode}`)],
        [
          t('services.column.ports'),
          service.ports.length === 0
            ? ''
            : service.ports.map((port) => (
                <code key={portWords(port)} className="fact-line">
                  {portWords(port)}
                </code>
              )),
        ],
        [
          t('services.column.networks'),
          service.networks.length === 0
            ? ''
            : service.networks.map(({ id, name, address, aliases }) => (
                <span key={id} className="fact-line">
                  <a href={hashOf('networks', name)}>{name}</a>{' '}
                  {address !== null && <code>{t('services.detail.vip', { address })}</code>}{' '}
                  <span className="quiet">{aliases.join(', ')}</span>
                </span>
              )),
        ],
      ]}
    />
  );
}

function ServiceLogs({ name, tasks }: { readonly name: string; readonly tasks: readonly TaskRow[] }): ReactElement {
  const { t } = useTranslation();
  // Those that never had a container have written nothing.
  const sources = tasks
    .filter(({ state }) => ['running', 'complete', 'shutdown', 'failed'].includes(state))
    .toSorted((a, b) => b.at - a.at)
    .map(({ id, name: task, state }) => ({ id: `task:${id}`, name: task, startedAt: 0, state }));
  if (sources.length === 0) {
    return (
      <Face icon={<IconFileText size={40} />} title={t('services.logs.empty')} text={t('services.logs.empty-text')} />
    );
  }
  return <InterleavedLogs name={name} sources={sources} />;
}
