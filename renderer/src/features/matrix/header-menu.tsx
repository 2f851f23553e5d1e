import { Menu } from '@mantine/core';
import { useState, type ReactElement } from 'react';
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
}): ReactElement {
  const { t } = useTranslation();
  const ask = useAsk();
  const { menu } = props;
  // The last one goes on being shown while the menu closes.
  const [shown, setShown] = useState(menu);
  if (menu !== null && menu !== shown) setShown(menu);
  return (
    <Menu opened={menu !== null} onClose={props.onClose} position="bottom-start" withinPortal hideDetached={false}>
      <Menu.Target>
        {/* Nothing to press: only where the menu stands. */}
        <button
          type="button"
          tabIndex={-1}
          className="header-menu-anchor"
          aria-label={t('isolation.menu', { name: shown?.endpoint.name ?? '' })}
          style={{ left: shown?.at.x ?? 0, top: shown?.at.y ?? 0 }}
        />
      </Menu.Target>
      <Menu.Dropdown data-testid="header-menu">
        {shown && (
          <>
            <Menu.Label>{shown.endpoint.name}</Menu.Label>
            <IsolationItems endpoint={shown.endpoint} disabled={props.stale} ask={ask} />
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
