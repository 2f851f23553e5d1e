import { Button, Textarea, TextInput } from '@mantine/core';
import { useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { ComposeModel } from '../../../../shared/contract/compose.ts';
import type { ErrorShape } from '../../../../shared/errors.ts';
import { useClient } from '../../lib/client-context.tsx';
import { errorOf } from '../../lib/errors.ts';
import { goTo } from '../../lib/route.ts';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { PLAIN_UP, upOptions, UpOptionsFields, type UpChoice } from './up-options.tsx';

type Look =
  | { readonly phase: 'none' | 'busy' }
  | { readonly phase: 'done'; readonly model: ComposeModel }
  | { readonly phase: 'failed'; readonly error: ErrorShape };

/** From which file or folder; what it says is shown before anything is made of it. */
export function OpenDialog(props: { readonly onClose: () => void }): ReactElement {
  const { t } = useTranslation();
  const client = useClient();
  const [path, setPath] = useState('');
  const [env, setEnv] = useState('');
  const [name, setName] = useState('');
  const [look, setLook] = useState<Look>({ phase: 'none' });
  const [choice, setChoice] = useState<UpChoice>(PLAIN_UP);
  const place = {
    path: path.trim(),
    envFiles: env
      .split('\n')
      .map((line) => line.trim())
      .filter(Boolean),
    ...(name.trim() === '' ? {} : { name: name.trim() }),
  };
  /** What was read is of another place then. */
  const typed = (set: (text: string) => void) => (event: { readonly currentTarget: { readonly value: string } }) => {
    set(event.currentTarget.value);
    setLook({ phase: 'none' });
  };
  const read = async (): Promise<void> => {
    setLook({ phase: 'busy' });
    try {
      setLook({ phase: 'done', model: await client.compose.read(place) });
      setChoice(PLAIN_UP);
    } catch (thrown) {
      setLook({ phase: 'failed', error: errorOf(thrown) });
    }
  };
  return (
    <FormDialog
      title={t('compose.open.title')}
      submit={t('compose.up.submit')}
      isReady={look.phase === 'done'}
      onSubmit={async () => {
        await client.compose.open({ ...place, ...upOptions(choice) });
        if (look.phase === 'done') goTo('compose', look.model.name);
      }}
      onClose={props.onClose}
    >
      <TextInput
        label={t('compose.open.path')}
        description={t('compose.open.path-hint')}
        placeholder="~/shop/compose.yaml"
        value={path}
        onChange={typed(setPath)}
        data-autofocus
        data-testid="open-path"
        spellCheck={false}
      />
      <div className="form-row">
        <TextInput
          label={t('compose.open.name')}
          description={t('compose.open.name-hint')}
          value={name}
          onChange={typed(setName)}
          data-testid="open-name"
          spellCheck={false}
        />
        <Textarea
          label={t('compose.open.env')}
          description={t('compose.open.env-hint')}
          autosize
          minRows={1}
          value={env}
          onChange={typed(setEnv)}
          data-testid="open-env"
          spellCheck={false}
        />
      </div>
      <div>
        <Button
          variant="default"
          size="xs"
          disabled={place.path === ''}
          loading={look.phase === 'busy'}
          onClick={() => void read()}
          data-testid="open-read"
        >
          {t('compose.open.read')}
        </Button>
      </div>
      {(look.phase === 'done' || look.phase === 'failed') && (
        <UpOptionsFields
          model={look.phase === 'done' ? look.model : null}
          error={look.phase === 'failed' ? look.error : null}
          choice={choice}
          onChange={setChoice}
        />
      )}
    </FormDialog>
  );
}
