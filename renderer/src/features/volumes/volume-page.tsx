import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { VolumeRow } from '../../../../shared/contract/volumes.ts';
import { hashOf } from '../../lib/route.ts';
import type { TableAction } from '../../ui/data-table/types.ts';
import { DetailPage, DetailSection, FactsSection, pairsFact } from '../../ui/detail-page.tsx';
import { useFew } from '../../ui/use-few.tsx';
import { RowActions } from '../../ui/row-actions.tsx';
import { VolumeFiles } from './files.tsx';
import { flowsOf } from './sharing.ts';

/** Longer lists tell nothing. */
const FLOWS_SHOWN = 50;

/** One volume: who has it, who passes data to whom through it, what is in it. */
export function VolumePage(props: {
  readonly volume: VolumeRow;
  readonly actions: readonly TableAction<VolumeRow>[];
  readonly stale: boolean;
}): ReactElement {
  const { t } = useTranslation();
  const { volume, actions, stale } = props;
  const flows = flowsOf(volume.users);
  const users = useFew(volume.users);
  return (
    <DetailPage
      list="volumes"
      title={volume.name}
      testId="volume-page"
      actions={<RowActions row={volume} actions={actions} stale={stale} />}
    >
      <DetailSection title={t('volumes.detail.users')}>
        {volume.users.length === 0 ? (
          <p className="quiet">{t('volumes.detail.no-users')}</p>
        ) : (
          <>
            <table data-testid="volume-users">
              <thead>
                <tr>
                  <th>{t('volumes.column.name')}</th>
                  <th>{t('volumes.detail.destination')}</th>
                  <th>{t('volumes.detail.access')}</th>
                </tr>
              </thead>
              <tbody>
                {users.few.map(({ id, name, destination, writable }) => (
                  <tr key={`${id} ${destination}`}>
                    <td>
                      <a href={hashOf('containers', name)}>{name}</a>
                    </td>
                    <td>
                      <code>{destination}</code>
                    </td>
                    <td>{t(writable ? 'volumes.detail.writes' : 'volumes.read-only')}</td>
                  </tr>
                ))}
              </tbody>
            </table>
            {users.more}
          </>
        )}
      </DetailSection>
      {flows.length > 0 && (
        <DetailSection title={t('volumes.detail.sharing')}>
          <ul data-testid="flows">
            {flows.slice(0, FLOWS_SHOWN).map(({ from, to }) => (
              <li key={`${from.id} ${to.id}`}>
                <a href={hashOf('matrix', from.name, to.name)} title={t('volumes.detail.see-matrix')}>
                  {t('volumes.detail.flow', { from: from.name, to: to.name })}
                </a>
              </li>
            ))}
            {flows.length > FLOWS_SHOWN && (
              <li className="quiet">{t('common.more', { count: flows.length - FLOWS_SHOWN })}</li>
            )}
          </ul>
        </DetailSection>
      )}
      <VolumeFiles key={volume.name} name={volume.name} />
      <FactsSection
        title={t('volumes.detail.settings')}
        facts={[
          [t('volumes.column.driver'), volume.driver],
          [t('volumes.column.project'), volume.project],
          [t('volumes.detail.mountpoint'), volume.mountpoint === '' ? '' : <code key="m">{volume.mountpoint}</code>],
          [t('volumes.detail.options'), pairsFact(volume.options)],
          [t('volumes.detail.labels'), pairsFact(volume.labels)],
        ]}
      />
    </DetailPage>
  );
}
