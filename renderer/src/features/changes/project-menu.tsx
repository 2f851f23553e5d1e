import { ActionIcon, Menu } from '@mantine/core';
import { IconShield } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { useRowTabIndex } from '../../ui/data-table/row-focus.tsx';
import { useGuardedBy } from './use-guarded-by.ts';
import { WholeItems } from './whole-items.tsx';

/** Beside a project's name: whether it is guarded, and what can be asked of all of it. */
export function ProjectMenu({
  project,
  disabled,
}: {
  readonly project: string;
  readonly disabled: boolean;
}): ReactElement {
  const { t } = useTranslation();
  const tabIndex = useRowTabIndex();
  const by = useGuardedBy()({ name: '', project });
  return (
    <>
      {by && (
        <span className="tag-flag" data-testid="guarded">
          {t(`standing.guarded.${by === 'project' ? 'itself' : by}`)}
        </span>
      )}
      <Menu position="bottom-start" withinPortal>
        <Menu.Target>
          <ActionIcon
            variant="subtle"
            color="gray"
            size="sm"
            tabIndex={tabIndex}
            aria-label={t('standing.menu', { name: project })}
            data-action="whole"
          >
            <IconShield size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>{project}</Menu.Label>
          <WholeItems whole={{ kind: 'project', name: project }} disabled={disabled} />
        </Menu.Dropdown>
      </Menu>
    </>
  );
}
