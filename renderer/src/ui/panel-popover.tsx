import { Popover } from '@mantine/core';
import { useId, useState, type ComponentProps, type ReactElement, type ReactNode } from 'react';

/** What the button looks like and is called; `data-*` for what its state is. */
type PanelButton = Omit<ComponentProps<'button'>, 'ref' | 'type' | 'onClick'> &
  Readonly<Record<`data-${string}`, string | number>>;

/**
 * A button of the header and the small panel that hangs on it.
 *
 * Its roles are our own: the library would give the panel its button's name.
 */
export function PanelPopover(props: {
  readonly button: PanelButton;
  /** What the panel is, for who cannot see it. */
  readonly label: string;
  /** In pixels. */
  readonly width: number;
  readonly className?: string;
  /** Given where others open or close it too. */
  readonly control?: { readonly opened: boolean; readonly setOpened: (opened: boolean) => void };
  readonly children: ReactNode;
}): ReactElement {
  const [own, setOwn] = useState(false);
  const { opened, setOpened } = props.control ?? { opened: own, setOpened: setOwn };
  const id = useId();
  return (
    <Popover
      opened={opened}
      onChange={setOpened}
      width={props.width}
      position="bottom-end"
      withArrow
      trapFocus
      shadow="md"
      withRoles={false}
    >
      <Popover.Target>
        <button
          type="button"
          {...props.button}
          aria-haspopup="dialog"
          aria-expanded={opened}
          aria-controls={opened ? id : undefined}
          onClick={() => setOpened(!opened)}
        />
      </Popover.Target>
      <Popover.Dropdown
        id={id}
        role="dialog"
        tabIndex={-1}
        aria-label={props.label}
        {...(props.className ? { className: props.className } : {})}
      >
        {props.children}
      </Popover.Dropdown>
    </Popover>
  );
}
