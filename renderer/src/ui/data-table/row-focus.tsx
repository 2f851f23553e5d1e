import { createContext, useContext } from 'react';

/** Opens the menu of a row beneath an element. */
export const RowMenuContext = createContext<(key: string, below: Element) => void>(() => undefined);

/** Whether the cursor is on this row: only then Tab goes to what is in it. */
export const RowFocusContext = createContext(false);

/** The `tabIndex` of whatever can be pressed in a cell. */
export function useRowTabIndex(): 0 | -1 {
  return useContext(RowFocusContext) ? 0 : -1;
}
