import { ActionIcon } from '@mantine/core';
import { IconDotsVertical } from '@tabler/icons-react';
import { useContext, type ReactElement } from 'react';
import { RowMenuContext, useRowTabIndex } from './row-focus.tsx';

/** Opens what a right click opens. */
export function RowMenuButton(props: { readonly rowKey: string; readonly label: string }): ReactElement {
  const openMenu = useContext(RowMenuContext);
  const tabIndex = useRowTabIndex();
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      aria-label={props.label}
      aria-haspopup="menu"
      tabIndex={tabIndex}
      data-action="more"
      onClick={(event) => openMenu(props.rowKey, event.currentTarget)}
    >
      <IconDotsVertical size={17} />
    </ActionIcon>
  );
}
