import { useMemo, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { ServiceRow } from '../../../../shared/contract/services.ts';
import { hashOf } from '../../lib/route.ts';
import { useRowTabIndex } from '../../ui/data-table/row-focus.tsx';
import { RowMenuButton } from '../../ui/data-table/row-menu-button.tsx';
import type { TableColumn } from '../../ui/data-table/types.ts';
import { RunningState } from '../compose/state.tsx';
import { portWords, updateWords } from './words.ts';

export function useServiceColumns(): readonly TableColumn<ServiceRow>[] {
  const { t } = useTranslation();
  return useMemo(
    (): readonly TableColumn<ServiceRow>[] => [
      {
        id: 'name',
        title: t('services.column.name'),
        value: ({ name }) => name,
        words: ({ name, id }) => `${name} ${id.slice(0, 12)}`,
        cell: (service) => <NameCell service={service} />,
        width: 'minmax(170px, 1.6fr)',
        minWidth: 170,
        fixed: true,
      },
      {
        id: 'mode',
        title: t('services.column.mode'),
        value: ({ mode }) => mode,
        words: ({ mode }) => t(`services.mode.${mode}`),
        cell: ({ mode }) => t(`services.mode.${mode}`),
        width: '120px',
        minWidth: 120,
      },
      {
        id: 'tasks',
        title: t('services.column.tasks'),
        value: ({ running, desired }) => (desired === 0 ? 1 : running / desired),
        words: () => '',
        cell: ({ running, desired }) => <RunningState running={running} total={desired} />,
        width: 'minmax(140px, 1fr)',
        minWidth: 140,
      },
      {
        id: 'update',
        title: t('services.column.update'),
        value: ({ update }) => update?.state ?? '',
        words: (service) => updateWords(t, service),
        cell: (service) => <span title={service.update?.message}>{updateWords(t, service) || '–'}</span>,
        width: 'minmax(110px, 0.9fr)',
        minWidth: 110,
      },
      {
        id: 'image',
        title: t('services.column.image'),
        value: ({ image }) => image,
        cell: ({ image }) => (
          <span className="quiet image-name" title={image}>
            <bdi>{image}</bdi>
          </span>
        ),
        width: 'minmax(140px, 1.4fr)',
        minWidth: 140,
      },
      {
        id: 'ports',
        title: t('services.column.ports'),
        value: ({ ports }) => ports[0]?.hostPort ?? 0,
        words: ({ ports }) => ports.map(portWords).join(' '),
        cell: ({ ports }) => (ports.length === 0 ? '–' : <code>{ports.map(portWords).join(', ')}</code>),
        width: 'minmax(110px, 1fr)',
        minWidth: 110,
      },
      {
        id: 'networks',
        title: t('services.column.networks'),
        value: ({ networks }) => networks.map(({ name }) => name).join(', '),
        words: ({ networks }) => networks.map(({ name, address }) => `${name} ${address ?? ''}`).join(' '),
        cell: ({ networks }) => {
          const text = networks.map(({ name, address }) => (address ? `${name} ${address}` : name)).join(', ');
          return <span title={text}>{text || '–'}</span>;
        },
        width: 'minmax(150px, 1.4fr)',
        minWidth: 150,
      },
      {
        id: 'actions',
        title: t('services.column.actions'),
        value: () => 0,
        cell: ({ id, name }) => <RowMenuButton rowKey={id} label={t('services.more', { name })} />,
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

function NameCell({ service: { name } }: { readonly service: ServiceRow }): ReactElement {
  const tabIndex = useRowTabIndex();
  return (
    <span className="row-name">
      <a href={hashOf('services', 'service', name)} tabIndex={tabIndex}>
        {name}
      </a>
    </span>
  );
}
