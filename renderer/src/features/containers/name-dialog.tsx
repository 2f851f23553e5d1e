import { Button, Modal, Switch, TextInput } from '@mantine/core';
import { useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { ContainerView } from '../../../../shared/contract/containers.ts';
import type { ErrorShape } from '../../../../shared/errors.ts';
import { useClient } from '../../lib/client-context.tsx';
import { errorOf } from '../../lib/errors.ts';
import { ErrorCard } from '../../ui/error-card.tsx';

/** What a name is asked for: another one for the container, or one for an image made of it. */
export interface NameQuestion {
  readonly kind: 'rename' | 'commit';
  readonly container: ContainerView;
}

/** Asks for one name, and stays open with the engine's words where it refuses. */
export function NameDialog(props: {
  readonly question: NameQuestion | null;
  readonly onClose: () => void;
}): ReactElement {
  return (
    <Modal.Root opened={props.question !== null} onClose={props.onClose}>
      <Modal.Overlay />
      <Modal.Content data-testid="name-dialog">
        {props.question && <Form question={props.question} onClose={props.onClose} />}
      </Modal.Content>
    </Modal.Root>
  );
}

function Form({
  question: { kind, container },
  onClose,
}: {
  readonly question: NameQuestion;
  readonly onClose: () => void;
}): ReactElement {
  const { t } = useTranslation();
  const client = useClient();
  const [name, setName] = useState(kind === 'rename' ? container.name : `${container.name.toLowerCase()}:snapshot`);
  const [pause, setPause] = useState(true);
  const [error, setError] = useState<ErrorShape | null>(null);
  const [isBusy, setBusy] = useState(false);
  const submit = async (): Promise<void> => {
    setBusy(true);
    setError(null);
    const ref = container.id;
    try {
      if (kind === 'rename') await client.containers.rename({ ref, name: name.trim() });
      else await client.containers.commit({ ref, image: name.trim(), comment: '', pause });
      onClose();
    } catch (thrown) {
      setError(errorOf(thrown));
      setBusy(false);
    }
  };
  return (
    <Modal.Body>
      <form
        className="confirm"
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <Modal.Title className="confirm-title">
          {t(`containers.naming.${kind}.title`, { name: container.name })}
        </Modal.Title>
        <p>{t(`containers.naming.${kind}.text`)}</p>
        <TextInput
          label={t(`containers.naming.${kind}.label`)}
          value={name}
          data-autofocus
          onChange={(event) => setName(event.currentTarget.value)}
        />
        {kind === 'commit' && (
          <Switch
            label={t('containers.naming.commit.pause')}
            checked={pause}
            onChange={(event) => setPause(event.currentTarget.checked)}
          />
        )}
        {error && <ErrorCard error={error} />}
        <div className="buttons buttons-end">
          <Button variant="default" onClick={onClose}>
            {t('common.cancel')}
          </Button>
          <Button type="submit" loading={isBusy} disabled={name.trim() === ''} data-testid="name-confirm">
            {t(`containers.naming.${kind}.confirm`)}
          </Button>
        </div>
      </form>
    </Modal.Body>
  );
}
