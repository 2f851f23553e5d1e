import type { ReactElement } from 'react';
import { DataTable } from './data-table/data-table.tsx';
import type { DataTableProps } from './data-table/types.ts';

/** A table among other sections of a page: as high as its rows need, and from some number on it scrolls by itself. */
export function SectionTable<Row>(props: DataTableProps<Row> & { readonly testId: string }): ReactElement {
  const { testId, ...table } = props;
  return (
    <div className="section-table" data-testid={testId} style={{ height: heightOf(table.rows.length) }}>
      <DataTable {...table} />
    </div>
  );
}

/** Its toolbar, its head and its lines, but no more than leaves the rest of the page in reach. */
function heightOf(rows: number): string {
  return `clamp(190px, calc(112px + ${String(rows)} * var(--bh-line-height)), 65vh)`;
}
