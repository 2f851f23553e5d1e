import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { ContainerView } from '../../../../shared/contract/containers.ts';
import type { TableColumn } from '../../ui/data-table/types.ts';
import { isUpState } from './actions.ts';
import { CpuCell, MemoryCell } from './stats/stats-cells.tsx';
import { ActionsCell, NameCell, PortsCell, StateCell, UptimeCell } from './cells.tsx';
import { shownPorts } from './ports.ts';
import type { Act } from './use-container-actions.tsx';

/** What the list tells of a container. */
export function useContainerColumns(act: Act): readonly TableColumn<ContainerView>[] {
  const { t } = useTranslation();
  return useMemo(
    (): readonly TableColumn<ContainerView>[] => [
      {
        id: 'name',
        title: t('containers.column.name'),
        value: ({ name }) => name,
        words: ({ name, service, project, id }) => [name, service, project, id.slice(0, 12)].join(' '),
        cell: (container) => <NameCell container={container} />,
        width: 'minmax(180px, 2.2fr)',
        minWidth: 180,
        fixed: true,
      },
      {
        id: 'state',
        title: t('containers.column.state'),
        value: ({ state }) => state,
        words: ({ state, health = '' }) => `${state} ${health}`,
        cell: (container) => <StateCell container={container} />,
        width: 'minmax(150px, 1fr)',
        minWidth: 150,
      },
      {
        id: 'image',
        title: t('containers.column.image'),
        value: ({ image }) => image,
        cell: ({ image }) => (
          <span className="quiet image-name" title={image}>
            <bdi>{image}</bdi>
          </span>
        ),
        width: 'minmax(120px, 1.4fr)',
        minWidth: 120,
      },
      {
        id: 'networks',
        title: t('containers.column.networks'),
        optional: true,
        value: ({ networks }) => networks.join(', '),
        cell: ({ networks }) => <span title={networks.join(', ')}>{networks.join(', ') || '–'}</span>,
        width: 'minmax(110px, 1fr)',
        minWidth: 110,
      },
      {
        id: 'ports',
        title: t('containers.column.ports'),
        value: ({ published }) => published[0]?.hostPort ?? 0,
        words: ({ published }) =>
          shownPorts(published, '')
            .map(({ text }) => text)
            .join(' '),
        cell: (container) => <PortsCell container={container} />,
        width: 'minmax(120px, 1.2fr)',
        minWidth: 120,
      },
      {
        id: 'cpu',
        title: t('containers.column.cpu'),
        value: () => 0,
        cell: (container) => <CpuCell container={container} />,
        width: '124px',
        minWidth: 124,
        unsorted: true,
      },
      {
        id: 'memory',
        title: t('containers.column.memory'),
        value: () => 0,
        cell: (container) => <MemoryCell container={container} />,
        width: '140px',
        minWidth: 140,
        unsorted: true,
      },
      {
        id: 'uptime',
        title: t('containers.column.uptime'),
        value: ({ state, startedAt, finishedAt }) => (isUpState(state) ? -startedAt : finishedAt),
        words: () => '',
        cell: (container) => <UptimeCell container={container} />,
        width: '96px',
        minWidth: 96,
      },
      {
        id: 'actions',
        title: t('containers.column.actions'),
        value: () => 0,
        cell: (container) => <ActionsCell container={container} act={act} />,
        width: '88px',
        minWidth: 88,
        fixed: true,
        unsorted: true,
        align: 'end',
      },
    ],
    [act, t],
  );
}
