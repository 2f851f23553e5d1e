import { Menu } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { EndpointView } from '../../../../shared/contract/schemas.ts';
import { IsolationItems } from '../changes/isolation-items.tsx';
import { useAsk } from '../changes/use-ask.ts';
import type { Point } from './geometry.ts';

export interface HeaderMenuAt {
  readonly endpoint: EndpointView;
  /** Inside the matrix, in CSS pixels. */
  readonly at: Point;
}

/** What can be done to one row or column as a whole, where its name was pressed. */
export function HeaderMenu(props: {
  readonly menu: HeaderMenuAt | null;
  readonly stale: boolean;
  readonly onClose: () => void;
}): ReactElement | null {
  const { t } = useTranslation();
  const ask = useAsk();
  const { menu } = props;
  if (!menu) return null;
  return (
    <Menu opened onClose={props.onClose} position="bottom-start" withinPortal transitionProps={{ duration: 0 }}>
      <Menu.Target>
        <span className="header-menu-anchor" style={{ left: menu.at.x, top: menu.at.y }} />
      </Menu.Target>
      <Menu.Dropdown data-testid="header-menu" aria-label={t('isolation.menu', { name: menu.endpoint.name })}>
        <Menu.Label>{menu.endpoint.name}</Menu.Label>
        <IsolationItems endpoint={menu.endpoint} disabled={props.stale} ask={ask} />
      </Menu.Dropdown>
    </Menu>
  );
}
