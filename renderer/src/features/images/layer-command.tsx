import { ActionIcon } from '@mantine/core';
import { IconEye, IconEyeOff } from '@tabler/icons-react';
import { useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { maskedCommand } from '../../lib/secrets.ts';

/** So much of a command tells one button from the others. */
const NAME_LENGTH = 80;

/** What made a layer; what looks like a secret in it is hidden until it is asked for, as in a container's variables. */
export function LayerCommand({ command }: { readonly command: string }): ReactElement {
  const { t } = useTranslation();
  const [isShown, setShown] = useState(false);
  const masked = maskedCommand(command);
  const name = masked.slice(0, NAME_LENGTH);
  return (
    <>
      <code>{(isShown ? command : masked) || '–'}</code>{' '}
      {masked !== command && (
        <ActionIcon
          size="xs"
          variant="subtle"
          color="gray"
          aria-label={t(isShown ? 'containers.environment.hide' : 'containers.environment.show', { name })}
          onClick={() => setShown(!isShown)}
        >
          {isShown ? <IconEyeOff size={14} /> : <IconEye size={14} />}
        </ActionIcon>
      )}
    </>
  );
}
