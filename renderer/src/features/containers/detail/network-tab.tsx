import { Loader } from '@mantine/core';
import { IconTopologyStar3 } from '@tabler/icons-react';
import { useMemo, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { EndpointView } from '../../../../../shared/contract/schemas.ts';
import { cellState, type CellState, type Frame } from '../../../lib/frame.ts';
import { goTo, hashOf } from '../../../lib/route.ts';
import { isStale, useApp } from '../../../lib/store.ts';
import { DataTable } from '../../../ui/data-table/data-table.tsx';
import type { TableColumn } from '../../../ui/data-table/types.ts';
import { Face } from '../../../ui/face.tsx';
import { CellMark } from '../../matrix/cell-mark.tsx';
import { endpointName, stateWords } from '../../matrix/words.ts';
import type { DetailProps } from './tabs.ts';

interface Peer {
  readonly endpoint: EndpointView;
  readonly name: string;
  /** From the container to the other, and back. */
  readonly out: CellState;
  readonly back: CellState;
}

/** Its row and its column of the matrix: whom it reaches, and who reaches it. */
export function NetworkTab({ container }: DetailProps): ReactElement {
  const { t } = useTranslation();
  const frame = useApp((state) => state.frame);
  const stale = useApp(isStale);
  const columns = usePeerColumns(container.name);
  const peers = useMemo(
    () => (frame ? peersOf(frame, container.id, (endpoint) => endpointName(t, endpoint)) : null),
    [frame, container.id, t],
  );
  if (peers === null) return <Face icon={<Loader size={32} />} title={t('common.loading')} />;
  const { networks, addresses, ports } = container;
  return (
    <div className="network-tab" data-testid="network">
      <dl className="facts detail-facts">
        <dt>{t('containers.column.networks')}</dt>
        <dd className="names-apart">
          {networks.length === 0
            ? '–'
            : networks.map((name) => (
                <span key={name}>
                  {name.startsWith('container:') ? name : <a href={hashOf('networks', name)}>{name}</a>}
                </span>
              ))}
        </dd>
        <dt>{t('containers.peers.addresses')}</dt>
        <dd>
          <code>{addresses.join(', ') || '–'}</code>
        </dd>
        <dt>{t('containers.peers.listens')}</dt>
        <dd>
          <code>{ports.join(', ') || '–'}</code>
        </dd>
      </dl>
      <DataTable
        id="container-peers"
        label={t('containers.peers.label', { name: container.name })}
        searchLabel={t('containers.peers.search')}
        rows={peers}
        rowId={idOf}
        rowName={nameOf}
        rowData={dataOf}
        columns={columns}
        actions={NO_ACTIONS}
        onOpen={({ endpoint }) => goTo('matrix', container.name, endpoint.name)}
        stale={stale}
        empty={<Face icon={<IconTopologyStar3 size={40} />} title={t('containers.peers.none')} />}
      />
    </div>
  );
}

const NO_ACTIONS: readonly never[] = [];
const idOf = ({ endpoint }: Peer): string => endpoint.id;
const nameOf = ({ name }: Peer): string => name;
const dataOf = ({ name, out, back }: Peer) => ({
  'data-testid': 'peer-row',
  'data-name': name,
  'data-out': out.verdict,
  'data-back': back.verdict,
});

function usePeerColumns(own: string): readonly TableColumn<Peer>[] {
  const { t } = useTranslation();
  return useMemo((): readonly TableColumn<Peer>[] => {
    const verdict = (id: 'out' | 'back', link: (peer: Peer) => string): TableColumn<Peer> => ({
      id,
      title: t(`containers.peers.${id}`, { name: own }),
      value: (peer) => peer[id].verdict,
      words: (peer) => stateWords(t, peer[id]),
      cell: (peer) => (
        <a className="peer-verdict" href={link(peer)} tabIndex={-1}>
          <CellMark state={peer[id]} size={18} />
          {stateWords(t, peer[id])}
        </a>
      ),
      width: 'minmax(160px, 1fr)',
      minWidth: 160,
    });
    return [
      {
        id: 'name',
        title: t('containers.column.name'),
        value: ({ name }) => name,
        cell: ({ endpoint, name }) =>
          endpoint.kind === 'container' ? (
            <a href={hashOf('containers', endpoint.name, 'network')} tabIndex={-1}>
              {name}
            </a>
          ) : (
            name
          ),
        width: 'minmax(180px, 1.4fr)',
        minWidth: 180,
        fixed: true,
      },
      verdict('out', ({ endpoint }) => hashOf('matrix', own, endpoint.name)),
      verdict('back', ({ endpoint }) => hashOf('matrix', endpoint.name, own)),
      {
        id: 'shared',
        title: t('containers.peers.shared'),
        value: ({ endpoint }) => endpoint.networks.join(', '),
        cell: ({ endpoint }) => <span className="quiet">{endpoint.networks.join(', ') || '–'}</span>,
        width: 'minmax(140px, 1fr)',
        minWidth: 140,
      },
    ];
  }, [own, t]);
}

function peersOf(frame: Frame, id: string, nameOfEndpoint: (endpoint: EndpointView) => string): readonly Peer[] {
  const own = frame.indexById.get(id);
  if (own === undefined) return [];
  return frame.endpoints.flatMap((endpoint, index) =>
    index === own
      ? []
      : [
          {
            endpoint,
            name: nameOfEndpoint(endpoint),
            out: cellState(frame, own, index),
            back: cellState(frame, index, own),
          },
        ],
  );
}
