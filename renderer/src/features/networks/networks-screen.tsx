import { Button, Loader } from '@mantine/core';
import { IconNetwork, IconPlus, IconTrash } from '@tabler/icons-react';
import { useCallback, useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { NetworkRow } from '../../../../shared/contract/networks.ts';
import type { Client } from '../../lib/client-context.tsx';
import { goTo, hashOf } from '../../lib/route.ts';
import { useApp } from '../../lib/store.ts';
import { useLiveRows } from '../../lib/use-live.ts';
import { DataTable } from '../../ui/data-table/data-table.tsx';
import { GoneFace } from '../../ui/detail-page.tsx';
import { ErrorCard } from '../../ui/error-card.tsx';
import { Face } from '../../ui/face.tsx';
import { WhatIs } from '../../ui/what-is.tsx';
import { PruneDialog } from '../prune/prune-dialog.tsx';
import { useNetworkColumns } from './columns.tsx';
import { ConnectDialog } from './connect-dialog.tsx';
import { CreateNetworkDialog } from './create-dialog.tsx';
import { NetworkPage } from './network-page.tsx';
import { useNetworkActions } from './use-network-actions.tsx';

type Dialog = { readonly kind: 'create' | 'prune' } | { readonly kind: 'connect'; readonly network: NetworkRow };

/** Every network of the engine, or the one that the address names. */
export function NetworksScreen({ stale }: { readonly stale: boolean }): ReactElement {
  const { t } = useTranslation();
  const named = useApp(({ route }) => route.path[0]);
  const { rows, error } = useLiveRows(watch, idOf);
  const [dialog, setDialog] = useState<Dialog | null>(null);
  const onConnect = useCallback((network: NetworkRow) => setDialog({ kind: 'connect', network }), []);
  const actions = useNetworkActions(onConnect);
  const columns = useNetworkColumns();
  const close = (): void => setDialog(null);
  if (rows === null) {
    return (
      <Face icon={error ? <IconNetwork size={40} /> : <Loader size={36} />} title={t('networks.label')}>
        {error && <ErrorCard error={error} />}
      </Face>
    );
  }
  const network = rows.find(({ id, name }) => name === named || id === named);
  return (
    <div className="manage-screen" data-testid="networks" data-stale={stale}>
      {network ? (
        <NetworkPage network={network} actions={actions} stale={stale} />
      ) : named === undefined ? (
        <DataTable
          id="networks"
          label={t('networks.label')}
          searchLabel={t('networks.search')}
          rows={rows}
          rowId={idOf}
          rowName={nameOf}
          rowData={dataOf}
          columns={columns}
          actions={actions}
          initialSort={{ column: 'name', descending: false }}
          onOpen={open}
          stale={stale}
          toolbar={
            <>
              <span className="quiet nowrap">{t('networks.count', { count: rows.length })}</span>
              <Button
                size="xs"
                leftSection={<IconPlus size={15} />}
                disabled={stale}
                data-testid="create"
                onClick={() => setDialog({ kind: 'create' })}
              >
                {t('networks.create.button')}
              </Button>
              <Button
                size="xs"
                variant="default"
                leftSection={<IconTrash size={15} />}
                disabled={stale}
                data-testid="prune"
                onClick={() => setDialog({ kind: 'prune' })}
              >
                {t('prune.button')}
              </Button>
              <WhatIs topic="network" />
            </>
          }
          empty={
            <Face icon={<IconNetwork size={40} />} title={t('networks.empty.title')} text={t('networks.empty.text')}>
              <WhatIs topic="network" />
            </Face>
          }
        />
      ) : (
        <GoneFace
          title={t('networks.detail.gone', { name: named })}
          text={t('networks.detail.gone-text')}
          back={{ href: hashOf('networks'), label: t('networks.detail.back') }}
        />
      )}
      {dialog?.kind === 'create' && <CreateNetworkDialog onClose={close} />}
      {dialog?.kind === 'prune' && <PruneDialog what="networks" onClose={close} />}
      {dialog?.kind === 'connect' && <ConnectDialog network={dialog.network} onClose={close} />}
    </div>
  );
}

const watch = (client: Client, signal: AbortSignal) => client.networks.watch(undefined, { signal });
const idOf = ({ id }: NetworkRow): string => id;
const nameOf = ({ name }: NetworkRow): string => name;
const open = ({ name }: NetworkRow): void => goTo('networks', name);
const dataOf = ({ name }: NetworkRow) => ({ 'data-testid': 'network-row', 'data-name': name });
