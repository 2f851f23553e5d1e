import { Button, Menu } from '@mantine/core';
import { IconDots } from '@tabler/icons-react';
import type { ReactElement, ReactNode } from 'react';
import { TableMenu } from './data-table/table-menu.tsx';
import type { TableAction } from './data-table/types.ts';

/** They lead to where one is already. */
const HERE: readonly string[] = ['open', 'logs'];

/** What can be done with the one thing that a page shows: the same as in its row. */
export function RowActions<Row>(props: {
  readonly row: Row;
  readonly actions: readonly TableAction<Row>[];
  readonly stale: boolean;
  /** Those that are buttons, with the rest in a menu; absent: all of them are. */
  readonly buttons?: readonly string[];
  /** Names the menu. */
  readonly more?: string;
  /** Further items of the menu. */
  readonly children?: ReactNode;
}): ReactElement {
  const { row, actions, stale, buttons, more, children } = props;
  const fitting = actions.filter((action) => !HERE.includes(action.id) && action.isFor(row));
  const shown = fitting.filter(({ id }) => buttons?.includes(id) ?? true);
  const rest = fitting.filter((action) => !shown.includes(action));
  return (
    <div className="detail-actions">
      {shown.map((action) => (
        <Button
          key={action.id}
          size="xs"
          variant={action.danger ? 'light' : action.primary ? 'filled' : 'default'}
          {...(action.danger ? { color: 'red' } : {})}
          leftSection={action.icon}
          disabled={stale && !action.harmless}
          data-action={action.id}
          onClick={() => action.run([row])}
        >
          {action.label}
        </Button>
      ))}
      {more !== undefined && (rest.length > 0 || children !== undefined) && (
        <Menu position="bottom-end" withinPortal>
          <Menu.Target>
            <Button size="xs" variant="default" aria-label={more} data-action="more">
              <IconDots size={16} aria-hidden />
            </Button>
          </Menu.Target>
          <TableMenu rows={[row]} actions={rest} stale={stale}>
            {children}
          </TableMenu>
        </Menu>
      )}
    </div>
  );
}
