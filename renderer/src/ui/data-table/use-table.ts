/** A table's state: what the user chose, where the cursor is, what is selected. */
import { useCallback, useMemo, useState } from 'react';
import { arrange, keepCursor, keysBetween, nextSort, type Line } from './model.ts';
import { loadSettings, saveSettings, type TableSettings } from './settings.ts';
import type { DataTableProps, TableColumn } from './types.ts';

export interface TableState<Row> {
  readonly lines: readonly Line<Row>[];
  readonly columns: readonly TableColumn<Row>[];
  readonly settings: TableSettings;
  readonly search: string;
  readonly cursor: string | null;
  /** Rows that are selected and still there. */
  readonly selected: readonly Row[];
  readonly selectedKeys: ReadonlySet<string>;
  readonly isSelectable: boolean;
  rowKey(row: Row): string;
  setSearch(text: string): void;
  setCursor(key: string | null): void;
  sortBy(column: string): void;
  toggleColumn(column: string): void;
  fold(group: string, isFolded: boolean): void;
  toggle(keys: readonly string[]): void;
  /** From the last one that was toggled to this one. */
  extendTo(key: string): void;
  selectAll(): void;
  clearSelection(): void;
}

export function useTable<Row>(props: DataTableProps<Row>): TableState<Row> {
  const { id, rows, rowId, columns: all, groupOf, initialSort } = props;
  const [settings, setSettings] = useState(() =>
    loadSettings(id, {
      hidden: all.filter(({ optional }) => optional).map((column) => column.id),
      sort: initialSort ?? null,
      folded: [],
    }),
  );
  const [search, setSearch] = useState('');
  const [wanted, setCursor] = useState<string | null>(null);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [anchor, setAnchor] = useState<string | null>(null);

  const choose = useCallback(
    (change: (before: TableSettings) => TableSettings) =>
      setSettings((before) => {
        const after = change(before);
        saveSettings(id, after);
        return after;
      }),
    [id],
  );

  const columns = useMemo(
    () => all.filter((column) => column.fixed || !settings.hidden.includes(column.id)),
    [all, settings.hidden],
  );
  const lines = useMemo(
    () =>
      arrange({ rows, rowId, columns: all, search, sort: settings.sort, groupOf, folded: new Set(settings.folded) }),
    [rows, rowId, all, search, settings.sort, settings.folded, groupOf],
  );

  // The cursor stays on its row; where that is gone, on the one that took its place.
  const [shown, setShown] = useState(lines);
  let cursor = wanted;
  if (shown !== lines) {
    cursor = keepCursor(shown, lines, wanted);
    setShown(lines);
    if (cursor !== wanted) setCursor(cursor);
  }

  const selected = useMemo(
    () => (chosen.size === 0 ? [] : rows.filter((row) => chosen.has(rowId(row)))),
    [rows, rowId, chosen],
  );
  const selectedKeys = useMemo(() => new Set(selected.map(rowId)), [selected, rowId]);

  return {
    lines,
    columns,
    settings,
    search,
    cursor,
    selected,
    selectedKeys,
    isSelectable: props.actions.length > 0,
    rowKey: rowId,
    setSearch,
    setCursor,
    sortBy: (column) => choose((before) => ({ ...before, sort: nextSort(before.sort, column) })),
    toggleColumn: (column) => choose((before) => ({ ...before, hidden: toggled(before.hidden, column) })),
    fold: (group, isFolded) =>
      choose((before) => {
        const others = before.folded.filter((one) => one !== group);
        return { ...before, folded: isFolded ? [...others, group] : others };
      }),
    toggle: (keys) => {
      const isOn = keys.every((key) => selectedKeys.has(key));
      setChosen(
        isOn ? new Set([...selectedKeys].filter((key) => !keys.includes(key))) : new Set([...selectedKeys, ...keys]),
      );
      setAnchor(keys.at(-1) ?? null);
    },
    extendTo: (key) => setChosen(new Set([...selectedKeys, ...keysBetween(lines, anchor ?? key, key)])),
    selectAll: () => setChosen(new Set(lines.flatMap((line) => (line.kind === 'row' ? [line.key] : [])))),
    clearSelection: () => setChosen(new Set()),
  };
}

function toggled(list: readonly string[], one: string): readonly string[] {
  return list.includes(one) ? list.filter((other) => other !== one) : [...list, one];
}
