import { NativeSelect, TextInput } from '@mantine/core';
import { useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { NetworkRow } from '../../../../shared/contract/networks.ts';
import { useClient } from '../../lib/client-context.tsx';
import { useApp } from '../../lib/store.ts';
import { FormDialog } from '../../ui/form-dialog.tsx';

/** Which container, by which names, at which address. */
export function ConnectDialog(props: { readonly network: NetworkRow; readonly onClose: () => void }): ReactElement {
  const { t } = useTranslation();
  const client = useClient();
  const { network } = props;
  const containers = useApp((state) => state.containers) ?? [];
  const members = new Set(network.members.map(({ id }) => id));
  const others = containers.filter(({ id }) => !members.has(id));
  const [container, setContainer] = useState('');
  const [aliases, setAliases] = useState('');
  const [ipv4, setIpv4] = useState('');
  const [ipv6, setIpv6] = useState('');
  return (
    <FormDialog
      title={t('networks.connect.title', { name: network.name })}
      submit={t('networks.connect.submit')}
      isReady={others.some(({ id }) => id === container)}
      onSubmit={() =>
        client.networks.connect({
          network: network.id,
          container,
          aliases: aliases.split(/[\s,]+/).filter(Boolean),
          ...(ipv4.trim() ? { ipv4: ipv4.trim() } : {}),
          ...(ipv6.trim() ? { ipv6: ipv6.trim() } : {}),
        })
      }
      onClose={props.onClose}
    >
      <NativeSelect
        label={t('networks.connect.container')}
        data={[{ value: '', label: '' }, ...others.map(({ id, name }) => ({ value: id, label: name }))]}
        value={container}
        onChange={(event) => setContainer(event.currentTarget.value)}
        data-autofocus
        data-testid="connect-container"
      />
      <TextInput
        label={t('networks.connect.aliases')}
        description={t('networks.connect.aliases-hint')}
        value={aliases}
        onChange={(event) => setAliases(event.currentTarget.value)}
        data-testid="connect-aliases"
        spellCheck={false}
      />
      <div className="form-row">
        <TextInput
          label={t('networks.connect.ipv4')}
          description={t('networks.connect.address-hint')}
          value={ipv4}
          onChange={(event) => setIpv4(event.currentTarget.value)}
          data-testid="connect-ipv4"
          spellCheck={false}
        />
        {network.ipv6 && (
          <TextInput
            label={t('networks.connect.ipv6')}
            description={t('networks.connect.address-hint')}
            value={ipv6}
            onChange={(event) => setIpv6(event.currentTarget.value)}
            spellCheck={false}
          />
        )}
      </div>
    </FormDialog>
  );
}
