import { Button, Menu } from '@mantine/core';
import { IconChevronDown } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { WholeItems } from './whole-items.tsx';

/** What can be asked of every container at once. */
export function EverythingMenu(): ReactElement {
  const { t } = useTranslation();
  return (
    <Menu position="bottom-start" withinPortal={false}>
      <Menu.Target>
        <Button
          size="xs"
          variant="default"
          rightSection={<IconChevronDown size={14} aria-hidden />}
          data-testid="everything"
        >
          {t('standing.everything')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <WholeItems whole={{ kind: 'everything' }} disabled={false} />
      </Menu.Dropdown>
    </Menu>
  );
}
