/** What a screen tells a table. */
import type { ReactNode } from 'react';
import type { DataColumn, Sort } from './model.ts';

export interface TableColumn<Row> extends DataColumn<Row> {
  /** In the user's language. */
  readonly title: string;
  readonly cell: (row: Row) => ReactNode;
  /** A CSS grid track: `minmax(120px, 1fr)`. */
  readonly width: string;
  /** Least width in pixels, for when the window is narrow. */
  readonly minWidth: number;
  readonly align?: 'end';
  /** Always shown: what names the row. */
  readonly fixed?: boolean;
  /** Not shown until the user asks for it. */
  readonly optional?: boolean;
  /** Nothing to sort by. */
  readonly unsorted?: boolean;
}

/** Something that can be done to rows: the same in the bulk bar, the context menu and a row's own menu. */
export interface TableAction<Row> {
  readonly id: string;
  /** In the user's language. */
  readonly label: string;
  readonly icon: ReactNode;
  readonly danger?: boolean;
  /** Whether it means something for this row now; of many rows, those of which it does are taken. */
  readonly isFor: (row: Row) => boolean;
  readonly run: (rows: readonly Row[]) => void;
  /** Left out of the bulk bar: means one row only. */
  readonly single?: boolean;
  /** Changes nothing: it can also be done while the engine is away. */
  readonly harmless?: boolean;
  /** What one most often wants of one row. */
  readonly primary?: boolean;
  /** Begins a new part of the menu. */
  readonly divided?: boolean;
}

export interface DataTableProps<Row> {
  /** Under which the user's choices are remembered. */
  readonly id: string;
  /** What is listed, for screen readers. */
  readonly label: string;
  readonly searchLabel: string;
  /** The same objects as before for rows that have not changed: only others are drawn again. */
  readonly rows: readonly Row[];
  readonly rowId: (row: Row) => string;
  readonly rowName: (row: Row) => string;
  readonly columns: readonly TableColumn<Row>[];
  readonly actions: readonly TableAction<Row>[];
  /** More for the context menu of one row, as menu items. */
  readonly moreItems?: (row: Row) => ReactNode;
  readonly initialSort?: Sort;
  readonly groupOf?: (row: Row) => string;
  /** The text of a group's line. */
  readonly groupTitle?: (group: string) => string;
  /** At the end of a group's line. */
  readonly groupExtra?: (group: string, members: readonly Row[]) => ReactNode;
  /** Enter, or a double click. */
  readonly onOpen?: (row: Row) => void;
  /** `data-…` attributes of a row, for tests and styles. */
  readonly rowData?: (row: Row) => Readonly<Record<`data-${string}`, string>>;
  /** Ids of the rows that can be seen, after each change. */
  readonly onVisible?: (ids: readonly string[]) => void;
  /** Nothing may be changed now: the engine is away. */
  readonly stale: boolean;
  /** At the end of the toolbar. */
  readonly toolbar?: ReactNode;
  /** In place of the lines when there are no rows at all. */
  readonly empty: ReactNode;
}
