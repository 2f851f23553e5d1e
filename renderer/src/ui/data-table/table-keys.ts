/** What a key does in a table. */
import type { Line } from './model.ts';
import type { TableState } from './use-table.ts';

export interface KeyPress {
  readonly key: string;
  readonly shiftKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
}

interface KeyActions<Row> {
  readonly state: TableState<Row>;
  /** Lines on one screen. */
  readonly page: number;
  readonly onOpen?: ((row: Row) => void) | undefined;
  readonly onMenu: (key: string) => void;
  readonly onSearch: () => void;
}

/** @returns whether the key meant something here */
export function pressKey<Row>(press: KeyPress, { state, page, onOpen, onMenu, onSearch }: KeyActions<Row>): boolean {
  const { lines, cursor } = state;
  const at = lines.findIndex(({ key }) => key === cursor);
  const line = lines[at];
  const move = (to: number): boolean => {
    const next = lines[Math.min(Math.max(to, 0), lines.length - 1)];
    if (!next) return false;
    state.setCursor(next.key);
    if (press.shiftKey && state.isSelectable && next.kind === 'row') state.extendTo(next.key);
    return true;
  };
  switch (press.key) {
    case 'ArrowDown':
      return move(at + 1);
    case 'ArrowUp':
      return move(at < 0 ? 0 : at - 1);
    case 'PageDown':
      return move(at + page);
    case 'PageUp':
      return move(at - page);
    case 'Home':
      return move(0);
    case 'End':
      return move(lines.length - 1);
    case 'ArrowLeft':
    case 'ArrowRight':
      if (line?.kind !== 'group') return false;
      state.fold(line.group, press.key === 'ArrowLeft');
      return true;
    case ' ':
      if (!line || !state.isSelectable) return false;
      state.toggle(keysOf(line, state));
      return true;
    case 'Enter':
      if (line?.kind === 'group') state.fold(line.group, !line.isFolded);
      else if (line) onOpen?.(line.row);
      return line !== undefined;
    case 'Escape':
      if (state.selected.length === 0) return false;
      state.clearSelection();
      return true;
    case 'a':
      if ((!press.ctrlKey && !press.metaKey) || !state.isSelectable) return false;
      state.selectAll();
      return true;
    case '/':
      onSearch();
      return true;
    case 'ContextMenu':
    case 'F10':
      if (line?.kind !== 'row' || (press.key === 'F10' && !press.shiftKey)) return false;
      onMenu(line.key);
      return true;
    default:
      return false;
  }
}

/** The rows that a line stands for. */
function keysOf<Row>(line: Line<Row>, { rowKey }: TableState<Row>): readonly string[] {
  return line.kind === 'row' ? [line.key] : line.members.map(rowKey);
}
