import { Textarea, TextInput } from '@mantine/core';
import { useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { useClient } from '../../lib/client-context.tsx';
import { pairsOf } from '../../lib/pairs.ts';
import { FormDialog } from '../../ui/form-dialog.tsx';

export function CreateVolumeDialog(props: { readonly onClose: () => void }): ReactElement {
  const { t } = useTranslation();
  const client = useClient();
  const [name, setName] = useState('');
  const [driver, setDriver] = useState('local');
  const [options, setOptions] = useState('');
  const [labels, setLabels] = useState('');
  return (
    <FormDialog
      title={t('volumes.create.title')}
      submit={t('volumes.create.submit')}
      isReady={driver.trim() !== ''}
      onSubmit={() =>
        client.volumes.create({
          name: name.trim(),
          driver: driver.trim(),
          options: pairsOf(options),
          labels: pairsOf(labels),
        })
      }
      onClose={props.onClose}
    >
      <div className="form-row">
        <TextInput
          label={t('volumes.create.name')}
          description={t('volumes.create.name-hint')}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          data-autofocus
          data-testid="volume-name"
          spellCheck={false}
        />
        <TextInput
          label={t('volumes.create.driver')}
          description=" "
          value={driver}
          onChange={(event) => setDriver(event.currentTarget.value)}
          spellCheck={false}
        />
      </div>
      <div className="form-row">
        <Textarea
          label={t('volumes.create.options')}
          description={t('networks.create.pairs-hint')}
          autosize
          minRows={2}
          value={options}
          onChange={(event) => setOptions(event.currentTarget.value)}
        />
        <Textarea
          label={t('volumes.create.labels')}
          description={t('networks.create.pairs-hint')}
          autosize
          minRows={2}
          value={labels}
          onChange={(event) => setLabels(event.currentTarget.value)}
        />
      </div>
    </FormDialog>
  );
}

export function CloneDialog(props: { readonly name: string; readonly onClose: () => void }): ReactElement {
  const { t } = useTranslation();
  const client = useClient();
  const [to, setTo] = useState(`${props.name.slice(0, 40)}-copy`);
  return (
    <FormDialog
      title={t('volumes.clone.title', { name: props.name })}
      submit={t('volumes.clone.submit')}
      isReady={to.trim() !== ''}
      onSubmit={() => client.volumes.clone({ from: props.name, to: to.trim() })}
      onClose={props.onClose}
    >
      <TextInput
        label={t('volumes.clone.name')}
        description={t('volumes.clone.name-hint')}
        value={to}
        onChange={(event) => setTo(event.currentTarget.value)}
        data-autofocus
        data-testid="clone-name"
        spellCheck={false}
      />
    </FormDialog>
  );
}
