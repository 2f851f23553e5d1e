import { Checkbox, NativeSelect, Textarea, TextInput } from '@mantine/core';
import { useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { useClient } from '../../lib/client-context.tsx';
import { pairsOf } from '../../lib/pairs.ts';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { EMPTY_NETWORK, specOf, type NetworkForm } from './create-form.ts';

const DRIVERS = ['bridge', 'macvlan', 'ipvlan', 'overlay'];

export function CreateNetworkDialog(props: { readonly onClose: () => void }): ReactElement {
  const { t } = useTranslation();
  const client = useClient();
  const [form, setForm] = useState<NetworkForm>(EMPTY_NETWORK);
  const change = (part: Partial<NetworkForm>): void => setForm((before) => ({ ...before, ...part }));
  const text = (field: 'name' | 'subnet' | 'gateway' | 'range' | 'subnet6' | 'parent') => ({
    value: form[field],
    onChange: (event: { currentTarget: { value: string } }) => change({ [field]: event.currentTarget.value }),
    spellCheck: false,
    'data-testid': `network-${field}`,
  });
  const box = (field: 'internal' | 'ipv6' | 'icc' | 'attachable') => ({
    checked: form[field],
    onChange: (event: { currentTarget: { checked: boolean } }) => change({ [field]: event.currentTarget.checked }),
  });
  return (
    <FormDialog
      title={t('networks.create.title')}
      submit={t('networks.create.submit')}
      isReady={form.name.trim() !== ''}
      onSubmit={() => client.networks.create(specOf(form, pairsOf))}
      onClose={props.onClose}
    >
      <div className="form-row">
        <TextInput label={t('networks.create.name')} data-autofocus {...text('name')} />
        <NativeSelect
          label={t('networks.create.driver')}
          data={DRIVERS}
          value={form.driver}
          onChange={(event) => change({ driver: event.currentTarget.value })}
        />
      </div>
      {(form.driver === 'macvlan' || form.driver === 'ipvlan') && (
        <TextInput label={t('networks.create.parent')} placeholder="eth0" {...text('parent')} />
      )}
      <TextInput
        label={t('networks.create.subnet')}
        description={t('networks.create.subnet-hint')}
        {...text('subnet')}
      />
      {form.subnet.trim() !== '' && (
        <div className="form-row">
          <TextInput label={t('networks.create.gateway')} placeholder="10.5.0.1" {...text('gateway')} />
          <TextInput label={t('networks.create.range')} placeholder="10.5.0.128/25" {...text('range')} />
        </div>
      )}
      <Checkbox label={t('networks.create.internal')} {...box('internal')} />
      {form.driver === 'bridge' && <Checkbox label={t('networks.create.icc')} {...box('icc')} />}
      {form.driver === 'overlay' && <Checkbox label={t('networks.create.attachable')} {...box('attachable')} />}
      <Checkbox label={t('networks.create.ipv6')} {...box('ipv6')} />
      {form.ipv6 && <TextInput label={t('networks.create.subnet6')} placeholder="fd05::/64" {...text('subnet6')} />}
      <div className="form-row">
        <Textarea
          label={t('networks.create.options')}
          description={t('networks.create.pairs-hint')}
          autosize
          minRows={2}
          value={form.options}
          onChange={(event) => change({ options: event.currentTarget.value })}
        />
        <Textarea
          label={t('networks.create.labels')}
          description={t('networks.create.pairs-hint')}
          autosize
          minRows={2}
          value={form.labels}
          onChange={(event) => change({ labels: event.currentTarget.value })}
        />
      </div>
    </FormDialog>
  );
}
