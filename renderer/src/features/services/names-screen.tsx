import { Button, Loader, TextInput } from '@mantine/core';
import { IconAddressBook, IconSearch } from '@tabler/icons-react';
import { useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { NamesView } from '../../../../shared/contract/services.ts';
import { useClient, type Client } from '../../lib/client-context.tsx';
import { hashOf } from '../../lib/route.ts';
import { useLiveValue } from '../../lib/use-live.ts';
import { useReport } from '../../lib/use-report.ts';
import { DetailSection } from '../../ui/detail-page.tsx';
import { wordsIn } from '../../i18n/errors.ts';
import { ErrorCard } from '../../ui/error-card.tsx';
import { Face } from '../../ui/face.tsx';
import { useFew } from '../../ui/use-few.tsx';
import { WhatIs } from '../../ui/what-is.tsx';
import { NamesTable } from './names-table.tsx';

/** Who answers to what name where: networks' own names, and what registries hold. */
export function NamesScreen({ stale }: { readonly stale: boolean }): ReactElement {
  const { t } = useTranslation();
  const { value, error } = useLiveValue(watchNames);
  const [search, setSearch] = useState('');
  const wanted = search.trim().toLowerCase();
  const fits = (...texts: readonly string[]): boolean =>
    wanted === '' || texts.some((text) => text.toLowerCase().includes(wanted));
  const networks = (value?.networks ?? [])
    .map((network) => ({
      ...network,
      found: network.names.filter(({ name, holders }) =>
        fits(name, network.name, ...holders.flatMap((one) => [one.name, ...one.addresses])),
      ),
    }))
    .filter(({ found, name }) => found.length > 0 || (wanted === '' ? true : fits(name)));
  const { few, more } = useFew(networks);
  if (!value) {
    return (
      <Face icon={error ? <IconAddressBook size={40} /> : <Loader size={36} />} title={t('services.part.names')}>
        {error && <ErrorCard error={error} />}
      </Face>
    );
  }
  return (
    <div className="detail">
      <div className="detail-tools">
        <TextInput
          size="sm"
          aria-label={t('services.names.search')}
          placeholder={t('services.names.search')}
          leftSection={<IconSearch size={16} aria-hidden />}
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
          data-testid="names-search"
        />
        <span className="quiet">
          {t('services.names.text')} <WhatIs topic="discovery" />
        </span>
      </div>
      <div className="detail-body" data-testid="names-screen">
        {value.registries.length > 0 && <Registries registries={value.registries} fits={fits} stale={stale} />}
        {few.map((network) => (
          <DetailSection
            key={network.id}
            title={network.name}
            aside={<a href={hashOf('networks', network.name)}>{t('services.names.network')}</a>}
          >
            {network.found.length > 0 ? (
              <div data-network={network.name}>
                <NamesTable names={network.found} />
              </div>
            ) : (
              <p className="quiet">{t(network.dns ? 'services.names.none' : 'services.names.no-dns')}</p>
            )}
          </DetailSection>
        ))}
        {more}
      </div>
    </div>
  );
}

/** Asking them is traffic of our own, so only at the user's word. */
function Registries(props: {
  readonly registries: NamesView['registries'];
  readonly fits: (...texts: readonly string[]) => boolean;
  readonly stale: boolean;
}): ReactElement {
  const { t, i18n } = useTranslation();
  const client = useClient();
  const report = useReport();
  const { registries, fits, stale } = props;
  const [isAsking, setAsking] = useState(false);
  const [unread, setUnread] = useState<readonly { readonly name: string; readonly why: string }[]>([]);
  const ask = async (): Promise<void> => {
    setAsking(true);
    try {
      setUnread((await client.engine.discover()).unread);
    } catch (thrown) {
      report(t('services.registries.ask'), thrown);
    } finally {
      setAsking(false);
    }
  };
  return (
    <DetailSection
      title={t('services.registries.title')}
      aside={
        registries.some(({ readable }) => readable) && (
          <Button
            size="compact-sm"
            variant="default"
            loading={isAsking}
            disabled={stale}
            onClick={() => void ask()}
            data-testid="ask-registries"
          >
            {t('services.registries.ask')}
          </Button>
        )
      }
    >
      {unread.map(({ name, why }) => (
        <p key={name} role="status">
          {t('services.registries.unread', { name, why: wordsIn(i18n, why).text })}
        </p>
      ))}
      {registries.map(({ id, name, tool, readable, entries }) => (
        <div key={id} className="compose-note" data-registry={name}>
          <p>
            <a href={hashOf('containers', name)}>{name}</a> <span className="tag-flag">{tool}</span>
            {entries === null && (
              <span className="quiet">
                {t(readable ? 'services.registries.not-asked' : 'services.registries.unreadable')}
              </span>
            )}
          </p>
          {entries !== null && (
            <Entries entries={entries.filter((one) => fits(one.name, one.address, one.container))} />
          )}
        </div>
      ))}
    </DetailSection>
  );
}

type RegistryEntry = NonNullable<NamesView['registries'][number]['entries']>[number];

/** What one registry holds. */
function Entries({ entries }: { readonly entries: readonly RegistryEntry[] }): ReactElement {
  const { t } = useTranslation();
  const { few, more } = useFew(entries);
  return (
    <>
      <table>
        <thead>
          <tr>
            <th>{t('services.names.name')}</th>
            <th>{t('services.names.address')}</th>
            <th>{t('services.names.holder')}</th>
          </tr>
        </thead>
        <tbody>
          {few.map(({ name, address, port, container }, index) => (
            <tr key={index} data-name={name}>
              <td>
                <code>{name}</code>
              </td>
              <td>
                <code>{port === 0 ? address : `${address}:${String(port)}`}</code>
              </td>
              <td>{container === '' ? '–' : <a href={hashOf('containers', container)}>{container}</a>}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {more}
    </>
  );
}

export const watchNames = (client: Client, signal: AbortSignal) => client.services.names(undefined, { signal });
