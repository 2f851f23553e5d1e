import { Checkbox } from '@mantine/core';
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { TableState } from './use-table.ts';

/** Names the columns; a press sorts by one. */
export function TableHead<Row>({
  state,
  template,
}: {
  readonly state: TableState<Row>;
  readonly template: string;
}): ReactElement {
  const { t } = useTranslation();
  const { sort } = state.settings;
  const rows = state.lines.filter(({ kind }) => kind === 'row').length;
  const chosen = state.selected.length;
  return (
    <div role="rowgroup" className="data-head">
      <div role="row" aria-rowindex={1} className="data-line" style={{ gridTemplateColumns: template }}>
        <div role="columnheader" className="data-cell data-check">
          <Checkbox
            size="xs"
            tabIndex={-1}
            aria-label={t('table.select-all')}
            checked={chosen > 0 && chosen >= rows}
            indeterminate={chosen > 0 && chosen < rows}
            onChange={() => (chosen > 0 ? state.clearSelection() : state.selectAll())}
          />
        </div>
        {state.columns.map(({ id, title, align, unsorted, fixed }) => {
          const order = sort?.column === id ? (sort.descending ? 'descending' : 'ascending') : 'none';
          return (
            <div
              key={id}
              role="columnheader"
              className="data-cell"
              data-align={align}
              {...(unsorted ? {} : { 'aria-sort': order })}
            >
              {unsorted ? (
                <span className={fixed ? 'hidden' : 'data-title'}>{title}</span>
              ) : (
                <button type="button" data-testid={`sort-${id}`} title={title} onClick={() => state.sortBy(id)}>
                  <span className="data-title">{title}</span>
                  {order === 'ascending' && <IconArrowUp size={13} aria-hidden />}
                  {order === 'descending' && <IconArrowDown size={13} aria-hidden />}
                </button>
              )}
            </div>
          );
        })}
      </div>
    </div>
  );
}
