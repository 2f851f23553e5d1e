import { Menu } from '@mantine/core';
import { Fragment, type ReactElement, type ReactNode } from 'react';
import type { TableAction } from './types.ts';

/** The actions that mean something for these rows, as a menu. */
export function TableMenu<Row>(props: {
  readonly rows: readonly Row[];
  readonly actions: readonly TableAction<Row>[];
  readonly stale: boolean;
  readonly children?: ReactNode;
}): ReactElement {
  const { rows } = props;
  const fitting = props.actions
    .filter(({ single }) => !single || rows.length === 1)
    .map((action) => ({ action, meant: rows.filter(action.isFor) }))
    .filter(({ meant }) => meant.length > 0);
  return (
    <Menu.Dropdown data-testid="row-menu">
      {fitting.map(({ action, meant }, index) => (
        <Fragment key={action.id}>
          {action.divided && index > 0 && <Menu.Divider />}
          <Menu.Item
            leftSection={action.icon}
            {...(action.danger ? { className: 'danger' } : {})}
            disabled={props.stale && !action.harmless}
            data-action={action.id}
            {...(rows.length > 1 ? { rightSection: <span className="quiet">{meant.length}</span> } : {})}
            onClick={() => action.run(meant)}
          >
            {action.label}
          </Menu.Item>
        </Fragment>
      ))}
      {props.children}
    </Menu.Dropdown>
  );
}
