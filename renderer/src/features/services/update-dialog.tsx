import { Checkbox, TextInput } from '@mantine/core';
import { useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { ServiceRow } from '../../../../shared/contract/services.ts';
import { parseReference } from '../../../../shared/images/reference.ts';
import { useClient } from '../../lib/client-context.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';

/** Another image, or every task anew with the one it has. */
export function UpdateDialog(props: { readonly service: ServiceRow; readonly onClose: () => void }): ReactElement {
  const { t } = useTranslation();
  const client = useClient();
  const { service } = props;
  const [image, setImage] = useState(service.image);
  const [force, setForce] = useState(false);
  const wanted = image.trim();
  const isOther = wanted !== service.image;
  return (
    <FormDialog
      title={t('services.update.title', { name: service.name })}
      submit={t('services.update.submit')}
      isReady={parseReference(wanted) !== null && (isOther || force)}
      onSubmit={() =>
        client.services.update({ id: service.id, ...(isOther ? { image: wanted } : {}), ...(force ? { force } : {}) })
      }
      onClose={props.onClose}
    >
      <p className="quiet">{t('services.update.text')}</p>
      <TextInput
        label={t('services.column.image')}
        value={image}
        onChange={(event) => setImage(event.currentTarget.value)}
        data-autofocus
        data-testid="service-image"
        spellCheck={false}
      />
      <Checkbox
        label={t('services.update.force')}
        checked={force}
        onChange={(event) => setForce(event.currentTarget.checked)}
        data-testid="service-force"
      />
    </FormDialog>
  );
}
