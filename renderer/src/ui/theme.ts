import { createTheme } from '@mantine/core';

/**
 * Dialogs, panels and menus are gone at once when they are closed: while one fades it still has the keyboard, and the next key would
 * be lost in it.  How they come is `app.css`'s: of two lengths the library makes what is inside twice.
 */
const AT_ONCE = { duration: 0 };

/** Colours and fonts are CSS variables in `tokens.css`: no style element is made at run time, so the CSP can be strict. */
export const theme = createTheme({
  respectReducedMotion: true,
  cursorType: 'pointer',
  defaultRadius: 'md',
  components: {
    ModalRoot: {
      defaultProps: {
        // Scroll locking writes a style element, which the content security policy refuses; our page does not scroll.
        lockScroll: false,
        centered: true,
        radius: 'lg',
        transitionProps: AT_ONCE,
      },
    },
    Popover: { defaultProps: { transitionProps: AT_ONCE } },
    Menu: {
      defaultProps: {
        // The first item takes the keyboard itself: the library's placeholder is a child that no menu may have (axe).
        withInitialFocusPlaceholder: false,
        // Not by keys: the very key that opens a menu is still on its way, and would close it again.
        clickOutsideEvents: ['mousedown', 'touchstart'],
      },
    },
    Tooltip: { defaultProps: { openDelay: 400, withArrow: true } },
  },
});
