import { Button, Modal } from '@mantine/core';
import { useState, type ReactElement, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { ErrorShape } from '../../../shared/errors.ts';
import { errorOf } from '../lib/errors.ts';
import { ErrorCard } from './error-card.tsx';

/** A few fields and what to do with them.  What fails is said in it, and nothing that was typed is lost. */
export function FormDialog(props: {
  readonly title: string;
  /** What the button says: the action itself. */
  readonly submit: string;
  /** Whether there is enough to go on. */
  readonly isReady: boolean;
  /** The dialog closes when it resolves. */
  readonly onSubmit: () => Promise<unknown>;
  readonly onClose: () => void;
  readonly danger?: boolean;
  readonly size?: string;
  readonly children: ReactNode;
}): ReactElement {
  const { t } = useTranslation();
  const { onSubmit, onClose } = props;
  const [error, setError] = useState<ErrorShape | null>(null);
  const [isBusy, setBusy] = useState(false);
  const submit = async (): Promise<void> => {
    setBusy(true);
    setError(null);
    try {
      await onSubmit();
      onClose();
    } catch (thrown) {
      setError(errorOf(thrown));
      setBusy(false);
    }
  };
  return (
    <Modal.Root opened onClose={onClose} size={props.size ?? 'lg'}>
      <Modal.Overlay />
      <Modal.Content>
        <Modal.Body className="confirm" data-testid="form-dialog">
          <Modal.Title className="confirm-title">{props.title}</Modal.Title>
          <form
            className="form"
            onSubmit={(event) => {
              event.preventDefault();
              if (props.isReady && !isBusy) void submit();
            }}
          >
            {props.children}
            {error && <ErrorCard error={error} />}
            <div className="buttons buttons-end">
              <Button variant="default" onClick={onClose}>
                {t('common.cancel')}
              </Button>
              <Button
                type="submit"
                loading={isBusy}
                disabled={!props.isReady}
                data-testid="form-submit"
                {...(props.danger ? { color: 'red' } : {})}
              >
                {props.submit}
              </Button>
            </div>
          </form>
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}
