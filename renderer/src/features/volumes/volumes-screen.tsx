import { IconDatabase } from '@tabler/icons-react';
import { useCallback, useMemo, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { VolumeRow } from '../../../../shared/contract/volumes.ts';
import type { Client } from '../../lib/client-context.tsx';
import { goTo, hashOf } from '../../lib/route.ts';
import { useApp } from '../../lib/store.ts';
import { askDialog, useAskedDialog } from '../../lib/use-asked-dialog.ts';
import { useLiveRows, useReading } from '../../lib/use-live.ts';
import { bytesWords } from '../../lib/words.ts';
import { useRowTabIndex } from '../../ui/data-table/row-focus.tsx';
import { RowMenuButton } from '../../ui/data-table/row-menu-button.tsx';
import type { TableColumn } from '../../ui/data-table/types.ts';
import { BY_NAME, ListScreen } from '../../ui/list-screen.tsx';
import { UsersCell } from '../../ui/users-cell.tsx';
import { CreateAndPrune } from '../prune/list-tools.tsx';
import { PruneDialog } from '../prune/prune-dialog.tsx';
import { CloneDialog, CreateVolumeDialog } from './dialogs.tsx';
import { useVolumeActions } from './use-volume-actions.tsx';
import { VolumePage } from './volume-page.tsx';

/** Those that the address may ask for. */
const ASKED = ['create', 'prune'] as const;
type About = { readonly kind: 'clone'; readonly name: string };

/** Every volume of the engine, or the one that the address names. */
export function VolumesScreen({ stale }: { readonly stale: boolean }): ReactElement {
  const { t } = useTranslation();
  const named = useApp(({ route }) => route.path[0]);
  const live = useLiveRows(watch, nameOf);
  const [dialog, setDialog, close] = useAskedDialog<(typeof ASKED)[number], About>(ASKED);
  const onClone = useCallback(({ name }: VolumeRow) => setDialog({ kind: 'clone', name }), [setDialog]);
  const actions = useVolumeActions(onClone);
  const columns = useColumns(useUsage(named === undefined ? live.rows : null));
  return (
    <ListScreen
      {...live}
      id="volumes"
      Icon={IconDatabase}
      topic="volume"
      stale={stale}
      named={named}
      page={(name, rows) => {
        const volume = rows.find((one) => one.name === name);
        return volume ? <VolumePage volume={volume} actions={actions} stale={stale} /> : null;
      }}
      rowId={nameOf}
      rowName={nameOf}
      rowData={dataOf}
      columns={columns}
      actions={actions}
      initialSort={BY_NAME}
      onOpen={open}
      count={({ length }) => t('volumes.count', { count: length })}
      tools={
        <CreateAndPrune
          create={t('volumes.create.button')}
          stale={stale}
          onCreate={() => askDialog('create')}
          onPrune={() => askDialog('prune')}
        />
      }
    >
      {dialog?.kind === 'create' && <CreateVolumeDialog onClose={close} />}
      {dialog?.kind === 'prune' && <PruneDialog what="volumes" onClose={close} />}
      {dialog?.kind === 'clone' && <CloneDialog name={dialog.name} onClose={close} />}
    </ListScreen>
  );
}

/** @param sizes by name; null while they are not known */
function useColumns(sizes: ReadonlyMap<string, number | null> | null): readonly TableColumn<VolumeRow>[] {
  const { t, i18n } = useTranslation();
  return useMemo(
    (): readonly TableColumn<VolumeRow>[] => [
      {
        id: 'name',
        title: t('volumes.column.name'),
        value: nameOf,
        cell: (volume) => <NameCell volume={volume} />,
        width: 'minmax(220px, 2.4fr)',
        minWidth: 220,
        fixed: true,
      },
      {
        id: 'project',
        title: t('volumes.column.project'),
        value: ({ project }) => project,
        cell: ({ project }) => project || '–',
        width: 'minmax(100px, 0.8fr)',
        minWidth: 100,
      },
      {
        id: 'driver',
        title: t('volumes.column.driver'),
        value: ({ driver }) => driver,
        cell: ({ driver }) => driver,
        width: '110px',
        minWidth: 110,
      },
      {
        id: 'size',
        title: t('volumes.column.size'),
        value: ({ name }) => sizes?.get(name) ?? -1,
        cell: ({ name }) => {
          const size = sizes?.get(name);
          if (size === undefined) return <span className="quiet">…</span>;
          return size === null ? t('manage.unknown') : bytesWords(i18n.language, size);
        },
        width: '100px',
        minWidth: 100,
        align: 'end',
      },
      {
        id: 'users',
        title: t('volumes.column.users'),
        value: ({ users }) => -users.length,
        words: ({ users }) => users.map(({ name }) => name).join(' '),
        cell: ({ users }) => <UsersCell users={users} />,
        width: 'minmax(180px, 2fr)',
        minWidth: 180,
      },
      {
        id: 'actions',
        title: t('volumes.column.actions'),
        value: () => 0,
        cell: ({ name }) => <RowMenuButton rowKey={name} label={t('volumes.more', { name })} />,
        width: '72px',
        minWidth: 72,
        fixed: true,
        unsorted: true,
        align: 'end',
      },
    ],
    [sizes, t, i18n],
  );
}

function NameCell({ volume }: { readonly volume: VolumeRow }): ReactElement {
  const { t } = useTranslation();
  const tabIndex = useRowTabIndex();
  const { name, anonymous } = volume;
  return (
    <span className="row-name" title={name}>
      <a href={hashOf('volumes', name)} tabIndex={tabIndex}>
        {anonymous ? name.slice(0, 12) : name}
      </a>
      {anonymous && <span className="quiet">{t('volumes.anonymous')}</span>}
    </span>
  );
}

/** Takes the engine a while: the list is there before it. */
function useUsage(rows: readonly VolumeRow[] | null): ReadonlyMap<string, number | null> | null {
  const key = useMemo(() => rows && rows.map(nameOf).join('\n'), [rows]);
  const { value } = useReading(readUsage, key);
  return useMemo(() => value && new Map(value.map(({ name, size }) => [name, size])), [value]);
}

const watch = (client: Client, signal: AbortSignal) => client.volumes.watch(undefined, { signal });
const readUsage = (client: Client, signal: AbortSignal) => client.volumes.usage(undefined, { signal });
const nameOf = ({ name }: VolumeRow): string => name;
const open = ({ name }: VolumeRow): void => goTo('volumes', name);
const dataOf = ({ name }: VolumeRow) => ({ 'data-testid': 'volume-row', 'data-name': name });
