import { Button, Menu } from '@mantine/core';
import { IconChevronDown, IconPlayerPause } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { actionOf, PAUSES } from '../../../../shared/actions/registry.ts';
import { useActionContext } from '../palette/use-action-context.ts';
import { useAsk } from './use-ask.ts';

/** What the questions about the guard itself are about. */
export const GUARD = { name: 'guard' } as const;

/** For how long the guard may stand aside; nothing while it cannot be asked to. */
export function PauseMenu(): ReactElement | null {
  const { t } = useTranslation();
  const ask = useAsk();
  const context = useActionContext()();
  const offers = PAUSES.flatMap(({ id }) => {
    const deed = actionOf(id).deed(context);
    const change = deed?.kind === 'change' ? deed.changes[0] : undefined;
    return change ? [{ id, change }] : [];
  });
  if (offers.length === 0) return null;
  return (
    <Menu position="bottom-start" withinPortal={false}>
      <Menu.Target>
        <Button
          size="xs"
          variant="default"
          leftSection={<IconPlayerPause size={14} aria-hidden />}
          rightSection={<IconChevronDown size={14} aria-hidden />}
          data-testid="pause"
        >
          {t('app.paused.menu')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {offers.map(({ id, change }) => (
          <Menu.Item key={id} data-offer={id} onClick={() => ask(GUARD, change, t('tray.pause'))}>
            {t(`action.${id}`)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
