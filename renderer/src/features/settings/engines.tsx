import { ActionIcon, NativeSelect } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useEffect, useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { EngineChoice } from '../../../../shared/contract/schemas.ts';
import { useClient } from '../../lib/client-context.tsx';
import { useReport } from '../../lib/use-report.ts';
import { useSetSettings, useSettings } from '../../lib/use-settings.ts';
import { AddressForm } from '../../ui/address-form.tsx';

/** Which engine is opened at start, and those that are known beside what is found. */
export function Engines(): ReactElement {
  const { t } = useTranslation();
  const { known, open } = useSettings().engines;
  const set = useSetSettings();
  const client = useClient();
  const report = useReport();
  const keep = (work: Promise<unknown>): void => {
    work.catch((thrown: unknown) => report(t('settings.failed'), thrown));
  };
  const found = useChoices(known.join('\n'));
  const addresses = new Map(found.map(({ address, source }) => [address, source]));
  const all = [...new Set([...addresses.keys(), ...known, ...(open === '' ? [] : [open])])];
  return (
    <>
      <NativeSelect
        label={t('settings.engines.open')}
        className="settings-select"
        data-testid="settings-open"
        value={open}
        data={[
          { value: '', label: t('settings.engines.any') },
          ...all.map((address) => ({
            value: address,
            label: address === 'demo' ? t('settings.engines.demo') : address,
          })),
        ]}
        onChange={({ currentTarget: { value } }) => set({ engines: { open: value } })}
      />
      <div>
        <p className="settings-label">{t('settings.engines.known')}</p>
        {known.length === 0 ? (
          <p className="quiet">{t('settings.engines.none')}</p>
        ) : (
          <ul className="settings-known">
            {known.map((address) => (
              <li key={address} data-testid="known-engine">
                <code>{address}</code>
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  aria-label={t('settings.engines.forget', { address })}
                  onClick={() => keep(client.engines.forget({ address }))}
                >
                  <IconTrash size={16} />
                </ActionIcon>
              </li>
            ))}
          </ul>
        )}
      </div>
      <AddressForm
        label={t('settings.engines.address')}
        action={t('settings.engines.add')}
        onSubmit={(address) => keep(client.engines.add({ address }))}
      />
    </>
  );
}

function useChoices(key: string): readonly EngineChoice[] {
  const client = useClient();
  const report = useReport();
  const { t } = useTranslation();
  const [choices, setChoices] = useState<readonly EngineChoice[]>([]);
  useEffect(() => {
    const controller = new AbortController();
    client.engine.choices(undefined, { signal: controller.signal }).then(
      (found) => setChoices(found),
      (thrown: unknown) => {
        if (!controller.signal.aborted) report(t('settings.engines.unread'), thrown);
      },
    );
    return () => controller.abort();
  }, [client, report, t, key]);
  return choices;
}
