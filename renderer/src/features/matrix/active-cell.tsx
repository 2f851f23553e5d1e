import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { EndpointView } from '../../../../shared/contract/schemas.ts';
import { cellState, type Frame } from '../../lib/frame.ts';
import type { Layout } from './geometry.ts';
import type { CellAt } from './scene.ts';
import type { MatrixView } from './view.ts';
import { cellSentence, endpointName } from './words.ts';

/**
 * The cell under the cursor as an element: what assistive tools read and magnifiers follow.
 *
 * It lies over the drawn cell, invisible, with the headers of its row and column, which count as the first of each.  Its key changes with the pair so that moving is announced as moving.
 */
export function ActiveCell(props: {
  readonly frame: Frame;
  readonly view: MatrixView;
  readonly layout: Layout | null;
  readonly cursor: CellAt | null;
  readonly selection: CellAt | null;
  readonly tried: ReadonlySet<number>;
}): ReactElement {
  const { frame, view, layout, cursor, selection } = props;
  const { t } = useTranslation();
  const row = cursor ? (view.rows.members[cursor.row] ?? -1) : -1;
  const col = cursor ? (view.cols.members[cursor.col] ?? -1) : -1;
  const [from, to] = [frame.endpoints[row], frame.endpoints[col]];
  if (!cursor || !layout || !from || !to) {
    return (
      <div role="row" className="hidden">
        <div role="gridcell">{t('matrix.no-cell')}</div>
      </div>
    );
  }
  const headerWords = (endpoint: EndpointView): string =>
    endpointName(t, endpoint) + (endpoint.isolation ? ` (${t(`isolation.badge.${endpoint.isolation.from}`)})` : '');
  const state = cellState(frame, row, col);
  const selected = selection !== null && selection.row === cursor.row && selection.col === cursor.col;
  return (
    <>
      <div role="row" aria-rowindex={1} className="hidden">
        <div role="columnheader" aria-colindex={cursor.col + 2}>
          {headerWords(to)}
        </div>
      </div>
      <div
        role="row"
        aria-rowindex={cursor.row + 2}
        className="stage-active"
        style={{
          left: layout.headerWidth + (layout.cols.offsets[cursor.col] ?? 0),
          top: layout.headerHeight + (layout.rows.offsets[cursor.row] ?? 0),
          width: layout.cols.cell,
          height: layout.rows.cell,
        }}
      >
        <div role="rowheader" aria-colindex={1} className="hidden">
          {headerWords(from)}
        </div>
        <div
          key={`${from.id} ${to.id}`}
          id="matrix-active-cell"
          role="gridcell"
          aria-colindex={cursor.col + 2}
          aria-selected={selected}
          data-testid="active-cell"
          data-from={from.name}
          data-to={to.name}
          data-verdict={from.id === to.id ? 'self' : state.verdict}
          data-denial={state.denial}
        >
          {cellSentence(t, from, to, state)}
          {props.tried.has(row * frame.endpoints.length + col) && ` ${t('cell.tried-short')}.`}
        </div>
      </div>
    </>
  );
}
