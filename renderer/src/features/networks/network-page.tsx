import { Button } from '@mantine/core';
import type { TFunction } from 'i18next';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { MemberView, NetworkRow } from '../../../../shared/contract/networks.ts';
import { useClient } from '../../lib/client-context.tsx';
import { hashOf } from '../../lib/route.ts';
import { useLiveValue } from '../../lib/use-live.ts';
import { useReport } from '../../lib/use-report.ts';
import { useConfirm } from '../../ui/confirm-dialog.tsx';
import type { TableAction } from '../../ui/data-table/types.ts';
import { DetailPage, DetailSection, FactsSection, pairsFact } from '../../ui/detail-page.tsx';
import { useFew } from '../../ui/use-few.tsx';
import { RowActions } from '../../ui/row-actions.tsx';
import { NamesTable } from '../services/names-table.tsx';
import { watchNames } from '../services/names-screen.tsx';
import { useFlags } from './columns.tsx';

/** One network: who is on it and where, and its settings. */
export function NetworkPage(props: {
  readonly network: NetworkRow;
  readonly actions: readonly TableAction<NetworkRow>[];
  readonly stale: boolean;
}): ReactElement {
  const { t } = useTranslation();
  const { network, actions, stale } = props;
  const flagsOf = useFlags();
  return (
    <DetailPage
      list="networks"
      title={network.name}
      testId="network-page"
      actions={<RowActions row={network} actions={actions} stale={stale} />}
    >
      <DetailSection title={t('networks.detail.members')}>
        {network.members.length === 0 ? (
          <p className="quiet">{t('networks.detail.no-members')}</p>
        ) : (
          <Members network={network} stale={stale} />
        )}
      </DetailSection>
      <Names network={network} />
      <FactsSection
        title={t('networks.detail.settings')}
        facts={[
          [t('networks.column.driver'), network.driver],
          [t('networks.detail.scope'), scopeName(t, network.scope)],
          [t('networks.column.flags'), flagsOf(network).join(', ')],
          [t('networks.column.subnets'), network.subnets.map(({ subnet }) => subnet).join(', ')],
          [
            t('networks.detail.gateway'),
            network.subnets
              .map(({ gateway }) => gateway)
              .filter(Boolean)
              .join(', '),
          ],
          [t('networks.detail.options'), pairsFact(network.options)],
          [t('networks.detail.labels'), pairsFact(network.labels)],
        ]}
      />
    </DetailPage>
  );
}

/** Who answers to what name on it. */
function Names({ network }: { readonly network: NetworkRow }): ReactElement | null {
  const { t } = useTranslation();
  const { value } = useLiveValue(watchNames);
  const found = value?.networks.find(({ id }) => id === network.id);
  if (!found) return null;
  return (
    <DetailSection title={t('services.names.title')}>
      <p className="quiet">{t('services.names.text')}</p>
      {found.names.length > 0 ? (
        <NamesTable names={found.names} />
      ) : (
        <p className="quiet">{t(found.dns ? 'services.names.none' : 'services.names.no-dns')}</p>
      )}
    </DetailSection>
  );
}

function Members({ network, stale }: { readonly network: NetworkRow; readonly stale: boolean }): ReactElement {
  const { t } = useTranslation();
  const client = useClient();
  const confirm = useConfirm();
  const report = useReport();
  const { few, more } = useFew(network.members);
  const disconnect = async ({ id, name }: MemberView): Promise<void> => {
    const title = t('networks.disconnect.title', { name, network: network.name });
    const button = t('networks.disconnect.button');
    if (!(await confirm({ title, text: t('networks.disconnect.text'), confirm: button }))) return;
    try {
      await client.networks.disconnect({ network: network.id, container: id });
    } catch (thrown) {
      report(title, thrown);
    }
  };
  return (
    <>
      <table data-testid="members">
        <thead>
          <tr>
            <th>{t('networks.detail.member')}</th>
            <th>{t('networks.detail.address')}</th>
            <th>{t('networks.detail.aliases')}</th>
            <th>{t('networks.detail.mac')}</th>
            <th style={{ width: 120 }}>{t('networks.column.actions')}</th>
          </tr>
        </thead>
        <tbody>
          {few.map((member) => (
            <tr key={member.id} data-member={member.name}>
              <td>
                <a
                  href={
                    member.kind === 'container'
                      ? hashOf('containers', member.name)
                      : hashOf('services', 'service', member.name)
                  }
                >
                  {member.name}
                </a>
              </td>
              <td>
                <code>{[member.ipv4, member.ipv6].filter(Boolean).join(', ') || '–'}</code>
              </td>
              <td>{member.aliases.join(', ') || '–'}</td>
              <td>
                <code>{member.mac ?? '–'}</code>
              </td>
              <td>
                {member.kind === 'container' && network.driver !== 'host' && network.driver !== 'null' && (
                  <Button
                    size="compact-xs"
                    variant="default"
                    disabled={stale}
                    aria-label={t('networks.disconnect.label', { name: member.name })}
                    onClick={() => void disconnect(member)}
                  >
                    {t('networks.disconnect.button')}
                  </Button>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {more}
    </>
  );
}

const SCOPES = ['local', 'swarm', 'global'] as const;

/** The engine's word where it is one that is not known here. */
function scopeName(t: TFunction, scope: string): string {
  const known = SCOPES.find((one) => one === scope);
  return known ? t(`networks.detail.scopes.${known}`) : scope;
}
