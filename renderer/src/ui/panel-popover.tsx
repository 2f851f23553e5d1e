import { Popover } from '@mantine/core';
import { useEffect, useRef, useState, type ComponentProps, type ReactElement, type ReactNode } from 'react';

/** What the button looks like and is called; `data-*` for what its state is. */
type PanelButton = Omit<ComponentProps<'button'>, 'ref' | 'type' | 'onClick'> &
  Readonly<Record<`data-${string}`, string | number>>;

/**
 * A button of the header and the small panel that hangs on it.
 *
 * Escape closes the panel wherever the keyboard is meanwhile.  The library hears it from inside only: before the panel has taken the
 * keyboard, or after what had it is gone (a job that ended takes its button along), the panel would stay over what is below it.
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
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (!opened) return undefined;
    const onKey = (event: KeyboardEvent): void => {
      if (event.key !== 'Escape' || event.defaultPrevented) return;
      const { activeElement, body } = document;
      if (activeElement !== null && activeElement !== body && activeElement !== button.current) return;
      setOpened(false);
      button.current?.focus({ preventScroll: true });
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [opened, setOpened]);
  return (
    <Popover
      opened={opened}
      onChange={setOpened}
      width={props.width}
      position="bottom-end"
      withArrow
      trapFocus
      shadow="md"
    >
      <Popover.Target>
        <button type="button" {...props.button} ref={button} onClick={() => setOpened(!opened)} />
      </Popover.Target>
      <Popover.Dropdown aria-label={props.label} {...(props.className ? { className: props.className } : {})}>
        {props.children}
      </Popover.Dropdown>
    </Popover>
  );
}
