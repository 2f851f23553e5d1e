import { IconNetwork } from '@tabler/icons-react';
import { useCallback, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { NetworkRow } from '../../../../shared/contract/networks.ts';
import type { Client } from '../../lib/client-context.tsx';
import { goTo } from '../../lib/route.ts';
import { useApp } from '../../lib/store.ts';
import { askDialog, useAskedDialog } from '../../lib/use-asked-dialog.ts';
import { useLiveRows } from '../../lib/use-live.ts';
import { BY_NAME, ListScreen } from '../../ui/list-screen.tsx';
import { CreateAndPrune } from '../prune/list-tools.tsx';
import { PruneDialog } from '../prune/prune-dialog.tsx';
import { useNetworkColumns } from './columns.tsx';
import { ConnectDialog } from './connect-dialog.tsx';
import { CreateNetworkDialog } from './create-dialog.tsx';
import { NetworkPage } from './network-page.tsx';
import { useNetworkActions } from './use-network-actions.tsx';

/** Those that the address may ask for. */
const ASKED = ['create', 'prune'] as const;
type About = { readonly kind: 'connect'; readonly network: NetworkRow };

/** Every network of the engine, or the one that the address names. */
export function NetworksScreen({ stale }: { readonly stale: boolean }): ReactElement {
  const { t } = useTranslation();
  const named = useApp(({ route }) => route.path[0]);
  const live = useLiveRows(watch, idOf);
  const [dialog, setDialog, close] = useAskedDialog<(typeof ASKED)[number], About>(ASKED);
  const onConnect = useCallback((network: NetworkRow) => setDialog({ kind: 'connect', network }), [setDialog]);
  const actions = useNetworkActions(onConnect);
  const columns = useNetworkColumns();
  return (
    <ListScreen
      {...live}
      id="networks"
      Icon={IconNetwork}
      topic="network"
      stale={stale}
      named={named}
      page={(wanted, rows) => {
        const network = rows.find(({ id, name }) => name === wanted || id === wanted);
        return network ? <NetworkPage network={network} actions={actions} stale={stale} /> : null;
      }}
      rowId={idOf}
      rowName={nameOf}
      rowData={dataOf}
      columns={columns}
      actions={actions}
      initialSort={BY_NAME}
      onOpen={open}
      count={({ length }) => t('networks.count', { count: length })}
      tools={
        <CreateAndPrune
          create={t('networks.create.button')}
          stale={stale}
          onCreate={() => askDialog('create')}
          onPrune={() => askDialog('prune')}
        />
      }
    >
      {dialog?.kind === 'create' && <CreateNetworkDialog onClose={close} />}
      {dialog?.kind === 'prune' && <PruneDialog what="networks" onClose={close} />}
      {dialog?.kind === 'connect' && <ConnectDialog network={dialog.network} onClose={close} />}
    </ListScreen>
  );
}

const watch = (client: Client, signal: AbortSignal) => client.networks.watch(undefined, { signal });
const idOf = ({ id }: NetworkRow): string => id;
const nameOf = ({ name }: NetworkRow): string => name;
const open = ({ name }: NetworkRow): void => goTo('networks', name);
const dataOf = ({ name }: NetworkRow) => ({ 'data-testid': 'network-row', 'data-name': name });
