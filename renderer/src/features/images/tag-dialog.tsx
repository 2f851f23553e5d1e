import { TextInput } from '@mantine/core';
import { useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { ImageView } from '../../../../shared/contract/images.ts';
import { parseReference } from '../../../../shared/images/reference.ts';
import { useClient } from '../../lib/client-context.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { imageName } from './names.ts';

export function TagDialog(props: { readonly image: ImageView; readonly onClose: () => void }): ReactElement {
  const { t } = useTranslation();
  const client = useClient();
  const { image } = props;
  const [name, setName] = useState(image.tags[0] ?? '');
  const isReady = parseReference(name) !== null && !image.tags.includes(name.trim());
  return (
    <FormDialog
      title={t('images.tag-dialog.title', { name: imageName(image) })}
      submit={t('images.tag-dialog.submit')}
      isReady={isReady}
      onSubmit={() => client.images.tag({ ref: image.id, as: name.trim() })}
      onClose={props.onClose}
    >
      <TextInput
        label={t('images.tag-dialog.name')}
        description={t('images.tag-dialog.name-hint')}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        data-autofocus
        spellCheck={false}
      />
    </FormDialog>
  );
}
