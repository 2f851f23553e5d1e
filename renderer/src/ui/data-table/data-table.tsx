import { Menu } from '@mantine/core';
import { useVirtualizer, type Range } from '@tanstack/react-virtual';
import { IconZoomExclamation } from '@tabler/icons-react';
import {
  useCallback,
  useEffect,
  useId,
  useLayoutEffect,
  useRef,
  useState,
  type KeyboardEvent,
  type ReactElement,
} from 'react';
import { useTranslation } from 'react-i18next';
import { Face } from '../face.tsx';
import { GroupLine } from './group-line.tsx';
import { shiftOf } from './model.ts';
import { RowMenuContext } from './row-focus.tsx';
import { RowLine } from './row-line.tsx';
import { TableHead } from './table-head.tsx';
import { pressKey } from './table-keys.ts';
import { TableMenu } from './table-menu.tsx';
import { TableToolbar } from './table-toolbar.tsx';
import type { DataTableProps } from './types.ts';
import { useSettings } from '../../lib/use-settings.ts';
import { lineHeight } from '../density.ts';
import { useTable } from './use-table.ts';

/** Lines drawn beyond what is seen. */
const OVERSCAN = 8;

interface OpenMenu {
  readonly key: string;
  readonly x: number;
  readonly y: number;
}

/**
 * A table of live rows: any number of them, sorted, searched, grouped, selected, and worked by keyboard.  The cursor, the
 * selection and what is looked at stay with their rows, whatever comes and goes.
 *
 * The grid itself has the focus, and says by `aria-activedescendant` which line is meant: a line that is scrolled away or
 * removed takes no focus with it.
 */
export function DataTable<Row>(props: DataTableProps<Row>): ReactElement {
  const { t } = useTranslation();
  const { rows, actions, rowId, rowName, onOpen, onVisible, stale } = props;
  const line = lineHeight(useSettings().look);
  const state = useTable(props);
  const { lines, columns, cursor } = state;
  const scroller = useRef<HTMLDivElement>(null);
  const searchField = useRef<HTMLInputElement>(null);
  const idPrefix = useId();
  const [menu, setMenu] = useState<OpenMenu | null>(null);
  const cursorAt = lines.findIndex(({ key }) => key === cursor);

  const virtualizer = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => line,
    overscan: OVERSCAN,
    getItemKey: (index) => lines[index]?.key ?? index,
    rangeExtractor: (range) => withLine(range, cursorAt),
  });

  useLayoutEffect(() => virtualizer.measure(), [virtualizer, line]);

  const before = useRef(lines);
  /** Where it was scrolled to.  Not read when lines have gone: by then the browser has moved it to what is left. */
  const top = useRef(0);
  useLayoutEffect(() => {
    const element = scroller.current;
    // At the top one wants to see what comes first.
    if (element && before.current !== lines && top.current > 0) {
      const shift = shiftOf(before.current, lines, Math.floor(top.current / line));
      element.scrollTop = top.current + shift * line;
      top.current = element.scrollTop;
    }
    before.current = lines;
  }, [lines, line]);

  const items = virtualizer.getVirtualItems();
  const visible = items.flatMap(({ index }) => {
    const line = lines[index];
    return line?.kind === 'row' ? [line.key] : [];
  });
  const visibleText = visible.join('\n');
  useEffect(() => {
    onVisible?.(visibleText === '' ? [] : visibleText.split('\n'));
  }, [onVisible, visibleText]);

  const domId = (index: number): string => `${idPrefix}-${index}`;
  const openMenuAt = (key: string): void => {
    const index = lines.findIndex((line) => line.key === key);
    const box = document.getElementById(domId(index))?.getBoundingClientRect();
    if (box) setMenu({ key, x: box.left + 48, y: box.bottom - 8 });
  };
  const { setCursor } = state;
  const openMenuBelow = useCallback(
    (key: string, below: Element): void => {
      const { left, bottom } = below.getBoundingClientRect();
      setCursor(key);
      setMenu({ key, x: left, y: bottom });
    },
    [setCursor],
  );

  const onKeyDown = (event: KeyboardEvent): void => {
    // Keys of a button or link inside are its own.
    if (event.target !== event.currentTarget) return;
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? line) / line) - 2);
    const isOurs = pressKey(event, {
      state,
      page,
      onOpen,
      onMenu: openMenuAt,
      onSearch: () => searchField.current?.focus(),
    });
    if (!isOurs) return;
    event.preventDefault();
    event.stopPropagation();
  };
  useEffect(() => {
    if (cursorAt >= 0) virtualizer.scrollToIndex(cursorAt, { align: 'auto' });
    // Only when the cursor is moved: what comes and goes must not scroll.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [cursor]);

  /** What an action on this row means: all that are selected, where it is one of them. */
  const meant = (row: Row): readonly Row[] => (state.selectedKeys.has(rowId(row)) ? state.selected : [row]);
  const menuLine = menu && lines.find((line) => line.key === menu.key);
  // Nothing can be done to many: nothing is selected.
  const check = actions.length === 0 ? '0px' : '44px';
  const template = [check, ...columns.map(({ width }) => width)].join(' ');
  const minWidth = columns.reduce((sum, column) => sum + column.minWidth, 44 + 24);
  const focusGrid = (): void => scroller.current?.focus({ preventScroll: true });

  return (
    <div className="data-table" data-stale={stale} data-selectable={actions.length > 0}>
      <TableToolbar state={state} props={props} searchField={searchField} onLeave={focusGrid} />
      {rows.length === 0 ? (
        props.empty
      ) : lines.length === 0 ? (
        <Face
          icon={<IconZoomExclamation size={40} />}
          title={t('table.none.title', { search: state.search })}
          text={t('table.none.text')}
        />
      ) : (
        <div
          ref={scroller}
          className="data-scroll"
          role="grid"
          aria-label={props.label}
          aria-rowcount={lines.length + 1}
          aria-colcount={columns.length + 1}
          aria-multiselectable
          aria-activedescendant={cursorAt < 0 ? undefined : domId(cursorAt)}
          tabIndex={0}
          onKeyDown={onKeyDown}
          onScroll={(event) => (top.current = event.currentTarget.scrollTop)}
          onFocus={(event) => {
            // By keyboard: a press of the mouse sets it where it is, and nothing may move below it before.
            if (event.target !== event.currentTarget || cursor !== null) return;
            if (!event.currentTarget.matches(':focus-visible')) return;
            // What is looked at stays in sight.
            state.setCursor(lines[Math.ceil(top.current / line)]?.key ?? null);
          }}
        >
          <div style={{ minWidth }}>
            <TableHead state={state} template={template} />
            <RowMenuContext value={openMenuBelow}>
              <div role="rowgroup" className="data-body" style={{ height: virtualizer.getTotalSize() }}>
                {items.map(({ index, start, key }) => {
                  const line = lines[index];
                  if (!line) return null;
                  const place = {
                    domId: domId(index),
                    index,
                    start,
                    template,
                    isCursor: line.key === cursor,
                    isSelected: line.kind === 'row' && state.selectedKeys.has(line.key),
                  };
                  return line.kind === 'group' ? (
                    <GroupLine key={key} line={line} place={place} state={state} props={props} />
                  ) : (
                    <RowLine
                      key={key}
                      row={line.row}
                      name={rowName(line.row)}
                      place={place}
                      columns={columns}
                      data={props.rowData?.(line.row)}
                      onPress={(event) => {
                        state.setCursor(line.key);
                        if (event.shiftKey) state.extendTo(line.key);
                        else if (event.ctrlKey || event.metaKey) state.toggle([line.key]);
                        focusGrid();
                      }}
                      onCheck={(isRange) => (isRange ? state.extendTo(line.key) : state.toggle([line.key]))}
                      onOpen={() => onOpen?.(line.row)}
                      onMenu={(x, y) => {
                        state.setCursor(line.key);
                        setMenu({ key: line.key, x, y });
                      }}
                    />
                  );
                })}
              </div>
            </RowMenuContext>
          </div>
        </div>
      )}
      <Menu
        opened={menu !== null && menuLine?.kind === 'row'}
        onChange={(opened) => {
          if (opened) return;
          setMenu(null);
          focusGrid();
        }}
        position="bottom-start"
        withinPortal
        returnFocus={false}
      >
        <Menu.Target>
          <button
            type="button"
            className="data-menu-anchor"
            aria-hidden
            tabIndex={-1}
            style={{ left: menu?.x ?? 0, top: menu?.y ?? 0 }}
          />
        </Menu.Target>
        {menuLine?.kind === 'row' && (
          <TableMenu rows={meant(menuLine.row)} actions={actions} stale={stale}>
            {meant(menuLine.row).length === 1 && props.moreItems?.(menuLine.row)}
          </TableMenu>
        )}
      </Menu>
    </div>
  );
}

/** What is in sight, and the line that has the cursor: a screen reader must find it. */
function withLine({ startIndex, endIndex, overscan, count }: Range, line: number): number[] {
  const first = Math.max(0, startIndex - overscan);
  const last = Math.min(count - 1, endIndex + overscan);
  const indexes = Array.from({ length: last - first + 1 }, (_, at) => first + at);
  if (line < 0 || line >= count || (line >= first && line <= last)) return indexes;
  return line < first ? [line, ...indexes] : [...indexes, line];
}
