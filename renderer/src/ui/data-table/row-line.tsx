import { Checkbox } from '@mantine/core';
import { memo, type MouseEvent, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { RowFocusContext } from './row-focus.tsx';
import type { TableColumn } from './types.ts';

/** Where a line is and how it stands. */
export interface LinePlace {
  readonly domId: string;
  readonly index: number;
  /** Pixels from the top. */
  readonly start: number;
  readonly template: string;
  readonly isCursor: boolean;
  readonly isSelected: boolean;
}

interface RowLineProps<Row> {
  readonly row: Row;
  readonly name: string;
  readonly place: LinePlace;
  readonly columns: readonly TableColumn<Row>[];
  readonly data: Readonly<Record<`data-${string}`, string>> | undefined;
  readonly onPress: (event: MouseEvent) => void;
  readonly onCheck: (isRange: boolean) => void;
  readonly onOpen: () => void;
  readonly onMenu: (x: number, y: number) => void;
}

/** One row.  Its keys are the grid's. */
export function RowLine<Row>(props: RowLineProps<Row>): ReactElement {
  const { t } = useTranslation();
  const { place, columns, row } = props;
  return (
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events
    <div
      id={place.domId}
      role="row"
      aria-rowindex={place.index + 2}
      aria-selected={place.isSelected}
      className="data-line data-row"
      data-cursor={place.isCursor}
      style={{ gridTemplateColumns: place.template, transform: `translateY(${place.start}px)` }}
      {...props.data}
      onClick={(event) => {
        if (!isPressable(event)) props.onPress(event);
      }}
      onDoubleClick={(event) => {
        if (!isPressable(event)) props.onOpen();
      }}
      onContextMenu={(event) => {
        event.preventDefault();
        props.onMenu(event.clientX, event.clientY);
      }}
    >
      <RowFocusContext value={place.isCursor}>
        <div role="gridcell" className="data-cell data-check">
          <Checkbox
            size="xs"
            tabIndex={-1}
            aria-label={t('table.select', { name: props.name })}
            checked={place.isSelected}
            onChange={() => undefined}
            onClick={(event) => props.onCheck(event.shiftKey)}
          />
        </div>
        <Cells row={row} columns={columns} />
      </RowFocusContext>
    </div>
  );
}

/** A press on something in the row is not one on the row. */
function isPressable({ target, currentTarget }: MouseEvent): boolean {
  const pressed = target instanceof Element ? target.closest('a, button, input, label, [role="menu"]') : null;
  return pressed !== null && currentTarget.contains(pressed);
}

interface CellsProps<Row> {
  readonly row: Row;
  readonly columns: readonly TableColumn<Row>[];
}

/** Drawn again only when the row is another object. */
const Cells = memo(function Cells<Row>({ row, columns }: CellsProps<Row>): ReactElement {
  return (
    <>
      {columns.map(({ id, cell, align, fixed }) => (
        <div key={id} role={fixed ? 'rowheader' : 'gridcell'} className="data-cell" data-column={id} data-align={align}>
          {cell(row)}
        </div>
      ))}
    </>
  );
}) as <Row>(props: CellsProps<Row>) => ReactElement;
