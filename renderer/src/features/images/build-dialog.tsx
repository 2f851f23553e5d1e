import { Checkbox, Textarea, TextInput } from '@mantine/core';
import { useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { parseReference } from '../../../../shared/images/reference.ts';
import { useClient } from '../../lib/client-context.tsx';
import { pairsOf } from '../../lib/pairs.ts';
import { FormDialog } from '../../ui/form-dialog.tsx';

/** From which folder, how, and what it is to be called. */
export function BuildDialog(props: { readonly onClose: () => void }): ReactElement {
  const { t } = useTranslation();
  const client = useClient();
  const [folder, setFolder] = useState('');
  const [dockerfile, setDockerfile] = useState('Dockerfile');
  const [name, setName] = useState('');
  const [args, setArgs] = useState('');
  const [target, setTarget] = useState('');
  const [noCache, setNoCache] = useState(false);
  const [pull, setPull] = useState(false);
  const tag = name.trim();
  return (
    <FormDialog
      title={t('images.build.title')}
      submit={t('images.build.submit')}
      isReady={folder.trim() !== '' && dockerfile.trim() !== '' && (tag === '' || parseReference(tag) !== null)}
      onSubmit={() =>
        client.images.build({
          folder: folder.trim(),
          dockerfile: dockerfile.trim(),
          tags: tag === '' ? [] : [tag],
          args: pairsOf(args),
          target: target.trim(),
          noCache,
          pull,
        })
      }
      onClose={props.onClose}
    >
      <TextInput
        label={t('images.build.folder')}
        description={t('images.build.folder-hint')}
        value={folder}
        onChange={(event) => setFolder(event.currentTarget.value)}
        data-autofocus
        data-testid="build-folder"
        spellCheck={false}
      />
      <div className="form-row">
        <TextInput
          label={t('images.build.name')}
          placeholder="shop/web:2.5"
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          data-testid="build-name"
          spellCheck={false}
        />
        <TextInput
          label={t('images.build.dockerfile')}
          value={dockerfile}
          onChange={(event) => setDockerfile(event.currentTarget.value)}
          spellCheck={false}
        />
      </div>
      <Textarea
        label={t('images.build.args')}
        description={t('images.build.args-hint')}
        autosize
        minRows={2}
        value={args}
        onChange={(event) => setArgs(event.currentTarget.value)}
        spellCheck={false}
      />
      <TextInput
        label={t('images.build.target')}
        description={t('images.build.target-hint')}
        value={target}
        onChange={(event) => setTarget(event.currentTarget.value)}
        spellCheck={false}
      />
      <Checkbox
        label={t('images.build.no-cache')}
        checked={noCache}
        onChange={(event) => setNoCache(event.currentTarget.checked)}
      />
      <Checkbox
        label={t('images.build.newer')}
        checked={pull}
        onChange={(event) => setPull(event.currentTarget.checked)}
      />
    </FormDialog>
  );
}
