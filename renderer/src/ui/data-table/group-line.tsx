import { Checkbox } from '@mantine/core';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { Line } from './model.ts';
import { RowFocusContext } from './row-focus.tsx';
import type { LinePlace } from './row-line.tsx';
import type { DataTableProps } from './types.ts';
import type { TableState } from './use-table.ts';

/** The head of a group: folds it, and selects all of it. */
export function GroupLine<Row>({
  line,
  place,
  state,
  props,
}: {
  readonly line: Extract<Line<Row>, { kind: 'group' }>;
  readonly place: LinePlace;
  readonly state: TableState<Row>;
  readonly props: DataTableProps<Row>;
}): ReactElement {
  const { t } = useTranslation();
  const title = props.groupTitle?.(line.group) ?? line.group;
  const keys = line.members.map(props.rowId);
  const chosen = keys.filter((key) => state.selectedKeys.has(key)).length;
  const Chevron = line.isFolded ? IconChevronRight : IconChevronDown;
  return (
    <div
      id={place.domId}
      role="row"
      aria-rowindex={place.index + 2}
      className="data-line data-group"
      data-cursor={place.isCursor}
      data-testid="group-row"
      data-name={line.group}
      style={{ transform: `translateY(${place.start}px)` }}
    >
      <div role="gridcell" className="data-cell data-check">
        <Checkbox
          size="xs"
          tabIndex={-1}
          aria-label={t('table.select', { name: title })}
          checked={chosen === keys.length}
          indeterminate={chosen > 0 && chosen < keys.length}
          onChange={() => state.toggle(keys)}
        />
      </div>
      <div role="rowheader" aria-colspan={state.columns.length} className="data-cell data-group-cell">
        <button
          type="button"
          className="data-group-name"
          aria-expanded={!line.isFolded}
          tabIndex={-1}
          onClick={() => {
            state.setCursor(line.key);
            state.fold(line.group, !line.isFolded);
          }}
        >
          <Chevron size={16} aria-hidden />
          <span className="data-group-text">{title}</span>
          <span className="quiet">{line.members.length}</span>
        </button>
        <RowFocusContext value={place.isCursor}>{props.groupExtra?.(line.group, line.members)}</RowFocusContext>
      </div>
    </div>
  );
}
