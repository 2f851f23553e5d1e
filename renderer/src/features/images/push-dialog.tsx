import { Checkbox } from '@mantine/core';
import { useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { parseReference } from '../../../../shared/images/reference.ts';
import { useClient } from '../../lib/client-context.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';

/** Under which of several names: one that was given for this machine alone must not be published by the way. */
export function PushDialog(props: { readonly names: readonly string[]; readonly onClose: () => void }): ReactElement {
  const { t } = useTranslation();
  const client = useClient();
  const { names, onClose } = props;
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const toggle = (name: string): void => {
    const next = new Set(chosen);
    if (!next.delete(name)) next.add(name);
    setChosen(next);
  };
  return (
    <FormDialog
      title={t('images.push.title')}
      submit={t('images.action.push')}
      isReady={chosen.size > 0}
      onSubmit={() => Promise.all([...chosen].map((reference) => client.images.push({ reference })))}
      onClose={onClose}
    >
      <p className="quiet">{t('images.push.text')}</p>
      {names.map((name) => (
        <Checkbox
          key={name}
          label={<code>{name}</code>}
          description={t('images.push.to', { registry: parseReference(name)?.registry ?? '' })}
          checked={chosen.has(name)}
          data-push={name}
          onChange={() => toggle(name)}
        />
      ))}
    </FormDialog>
  );
}
