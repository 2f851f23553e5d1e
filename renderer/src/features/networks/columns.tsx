import { useMemo, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { NetworkRow } from '../../../../shared/contract/networks.ts';
import { hashOf } from '../../lib/route.ts';
import { useRowTabIndex } from '../../ui/data-table/row-focus.tsx';
import { RowMenuButton } from '../../ui/data-table/row-menu-button.tsx';
import type { TableColumn } from '../../ui/data-table/types.ts';
import { useGuardedBy } from '../changes/use-guarded-by.ts';
import { UsersCell } from '../../ui/users-cell.tsx';

/** What sets a network apart, in words. */
export function useFlags(): (network: NetworkRow) => readonly string[] {
  const { t } = useTranslation();
  const guardedBy = useGuardedBy();
  return useMemo(
    () => (network) => {
      const { builtin, internal, ipv6, icc, attachable } = network;
      const by = guardedBy(network);
      return [
        ...(by ? [t(`standing.guarded.${by}`)] : []),
        ...(builtin ? [t('networks.flag.builtin')] : []),
        ...(internal ? [t('networks.flag.internal')] : []),
        ...(icc === false ? [t('networks.flag.icc')] : []),
        ...(ipv6 ? [t('networks.flag.ipv6')] : []),
        ...(attachable ? [t('networks.flag.attachable')] : []),
      ];
    },
    [guardedBy, t],
  );
}

export function useNetworkColumns(): readonly TableColumn<NetworkRow>[] {
  const { t } = useTranslation();
  const flagsOf = useFlags();
  return useMemo(
    (): readonly TableColumn<NetworkRow>[] => [
      {
        id: 'name',
        title: t('networks.column.name'),
        value: ({ name }) => name,
        words: ({ id, name, project }) => `${name} ${project} ${id.slice(0, 12)}`,
        cell: (network) => <NameCell network={network} />,
        width: 'minmax(180px, 2fr)',
        minWidth: 180,
        fixed: true,
      },
      {
        id: 'driver',
        title: t('networks.column.driver'),
        value: ({ driver }) => driver,
        cell: ({ driver }) => driver,
        width: '110px',
        minWidth: 110,
      },
      {
        id: 'subnets',
        title: t('networks.column.subnets'),
        value: ({ subnets }) => subnets[0]?.subnet ?? '',
        words: ({ subnets }) => subnets.map(({ subnet, gateway }) => `${subnet} ${gateway}`).join(' '),
        cell: ({ subnets }) => {
          const text = subnets.map(({ subnet }) => subnet).join(', ');
          return text === '' ? '–' : <code title={text}>{text}</code>;
        },
        width: 'minmax(130px, 1.2fr)',
        minWidth: 130,
      },
      {
        id: 'flags',
        title: t('networks.column.flags'),
        value: (network) => flagsOf(network).join(' '),
        cell: (network) =>
          flagsOf(network).map((flag) => (
            <span key={flag} className="tag-flag">
              {flag}
            </span>
          )),
        width: 'minmax(150px, 1.4fr)',
        minWidth: 150,
      },
      {
        id: 'members',
        title: t('networks.column.members'),
        value: ({ members }) => -members.length,
        words: ({ members }) => members.map(({ name }) => name).join(' '),
        cell: ({ members }) => <UsersCell users={members} />,
        width: 'minmax(180px, 2fr)',
        minWidth: 180,
      },
      {
        id: 'actions',
        title: t('networks.column.actions'),
        value: () => 0,
        cell: ({ id, name }) => <RowMenuButton rowKey={id} label={t('networks.more', { name })} />,
        width: '72px',
        minWidth: 72,
        fixed: true,
        unsorted: true,
        align: 'end',
      },
    ],
    [flagsOf, t],
  );
}

function NameCell({ network }: { readonly network: NetworkRow }): ReactElement {
  const tabIndex = useRowTabIndex();
  const { name, project } = network;
  return (
    <span className="row-name">
      <a href={hashOf('networks', name)} tabIndex={tabIndex}>
        {name}
      </a>
      {project !== '' && <span className="quiet">{project}</span>}
    </span>
  );
}
