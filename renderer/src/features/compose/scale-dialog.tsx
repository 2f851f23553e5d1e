import { NumberInput } from '@mantine/core';
import { useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { FormDialog } from '../../ui/form-dialog.tsx';

/** How many of one service there are to be. */
export function ScaleDialog(props: {
  readonly name: string;
  readonly replicas: number;
  /** How long that lasts, or what else is to be known. */
  readonly hint: string;
  readonly onScale: (replicas: number) => Promise<unknown>;
  readonly onClose: () => void;
}): ReactElement {
  const { t } = useTranslation();
  const [replicas, setReplicas] = useState<number | string>(props.replicas);
  const isNumber = typeof replicas === 'number' && Number.isInteger(replicas) && replicas >= 0;
  return (
    <FormDialog
      title={t('compose.scale.title', { name: props.name })}
      submit={t('compose.scale.submit')}
      isReady={isNumber && replicas !== props.replicas}
      onSubmit={() => props.onScale(Number(replicas))}
      onClose={props.onClose}
      size="sm"
    >
      <NumberInput
        label={t('compose.scale.replicas')}
        description={props.hint}
        min={0}
        max={1000}
        allowDecimal={false}
        value={replicas}
        onChange={setReplicas}
        data-autofocus
        data-testid="replicas"
      />
    </FormDialog>
  );
}
