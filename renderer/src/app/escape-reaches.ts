/**
 * Sees to it that Escape closes a menu or a panel that hangs on a button, wherever the keyboard is meanwhile.
 *
 * The library hears it from inside only: before what opened has taken the keyboard, or after what had it is gone (a job that ended takes
 * its button along), it would stay over what is below it.
 */

const HANGING = '.mantine-Menu-dropdown, .mantine-Popover-dropdown';

/** Begins; returns the way to stop. */
export function passEscapeOn(): () => void {
  let isPassing = false;
  const onKey = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || event.defaultPrevented || isPassing || !isOutside(document.activeElement)) return;
    const open = [...document.querySelectorAll(HANGING)].findLast((one) => one.checkVisibility());
    if (!open) return;
    isPassing = true;
    open.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true, cancelable: true }));
    isPassing = false;
  };
  document.addEventListener('keydown', onKey);
  return () => document.removeEventListener('keydown', onKey);
}

/** Nowhere, or still on the button that opened it. */
function isOutside(active: Element | null): boolean {
  return active === null || active === document.body || active.getAttribute('aria-expanded') === 'true';
}
