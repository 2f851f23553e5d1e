import { Button, Modal } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { ContainerView } from '../../../../shared/contract/schemas.ts';
import { isUpState } from './actions.ts';

export interface Question {
  readonly container: ContainerView;
  readonly action: 'stop' | 'restart' | 'remove';
}

/** Asks once more, naming what will be lost and what stays. */
export function ConfirmAction(props: {
  readonly question: Question | null;
  readonly onConfirm: (question: Question) => void;
  readonly onCancel: () => void;
}): ReactElement {
  const { t } = useTranslation();
  const { question } = props;
  return (
    <Modal.Root opened={question !== null} onClose={props.onCancel} transitionProps={{ duration: 100 }}>
      <Modal.Overlay />
      <Modal.Content>
        {question && (
          <Modal.Body className="confirm">
            <Modal.Title className="confirm-title">
              {t(`containers.confirm.${question.action}.title`, { name: question.container.name })}
            </Modal.Title>
            <p>{t(`containers.confirm.${question.action}.text`)}</p>
            {question.action === 'remove' && isUpState(question.container.state) && (
              <p>{t('containers.confirm.remove.running')}</p>
            )}
            <div className="buttons buttons-end">
              <Button variant="default" onClick={props.onCancel} data-autofocus>
                {t('common.cancel')}
              </Button>
              <Button color="red" onClick={() => props.onConfirm(question)} data-testid="confirm-action">
                {t(`containers.action.${question.action}`)}
              </Button>
            </div>
          </Modal.Body>
        )}
      </Modal.Content>
    </Modal.Root>
  );
}
