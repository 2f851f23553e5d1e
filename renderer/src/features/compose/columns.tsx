import { useMemo, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { ProjectView } from '../../../../shared/contract/compose.ts';
import { hashOf } from '../../lib/route.ts';
import { useRowTabIndex } from '../../ui/data-table/row-focus.tsx';
import { RowMenuButton } from '../../ui/data-table/row-menu-button.tsx';
import type { TableColumn } from '../../ui/data-table/types.ts';
import { RunningState, WhereaboutsFlag } from './state.tsx';

export function useProjectColumns(): readonly TableColumn<ProjectView>[] {
  const { t } = useTranslation();
  return useMemo(
    (): readonly TableColumn<ProjectView>[] => [
      {
        id: 'name',
        title: t('compose.column.name'),
        value: ({ name }) => name,
        cell: (project) => <NameCell project={project} />,
        width: 'minmax(160px, 1.4fr)',
        minWidth: 160,
        fixed: true,
      },
      {
        id: 'state',
        title: t('compose.column.state'),
        value: ({ running, total }) => (total === 0 ? 2 : 1 - running / total),
        words: () => '',
        cell: ({ running, total, services }) => (
          <RunningState
            running={running}
            total={total}
            unhealthy={services.reduce((sum, { unhealthy }) => sum + unhealthy, 0)}
          />
        ),
        width: 'minmax(210px, 1fr)',
        minWidth: 210,
      },
      {
        id: 'services',
        title: t('compose.column.services'),
        value: ({ services }) => -services.length,
        words: ({ services }) => services.map(({ name }) => name).join(' '),
        cell: ({ services }) => {
          const text = services.map(({ name }) => name).join(', ');
          return text === '' ? '–' : <span title={text}>{text}</span>;
        },
        width: 'minmax(160px, 1.6fr)',
        minWidth: 160,
      },
      {
        id: 'folder',
        title: t('compose.column.folder'),
        value: ({ folder }) => folder,
        words: ({ folder, files }) => [folder, ...files.map(({ path }) => path)].join(' '),
        cell: (project) => (
          <span title={project.files.map(({ path }) => path).join(', ')}>
            <WhereaboutsFlag project={project} />
            <code>{project.folder}</code>
          </span>
        ),
        width: 'minmax(200px, 2fr)',
        minWidth: 200,
      },
      {
        id: 'actions',
        title: t('compose.column.actions'),
        value: () => 0,
        cell: ({ name }) => <RowMenuButton rowKey={name} label={t('compose.more', { name })} />,
        width: '72px',
        minWidth: 72,
        fixed: true,
        unsorted: true,
        align: 'end',
      },
    ],
    [t],
  );
}

function NameCell({ project: { name } }: { readonly project: ProjectView }): ReactElement {
  const tabIndex = useRowTabIndex();
  return (
    <span className="row-name">
      <a href={hashOf('compose', name)} tabIndex={tabIndex}>
        {name}
      </a>
    </span>
  );
}
