import { useComputedColorScheme } from '@mantine/core';
import { useEffect, useLayoutEffect, useMemo, useRef, useState, type KeyboardEvent, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { cellState, type Frame } from '../../lib/frame.ts';
import { offersFor } from '../../../../shared/actions/isolation.ts';
import { ActiveCell } from './active-cell.tsx';
import { moveCursor } from './cursor.ts';
import type { Hit, Layout, Point } from './geometry.ts';
import { HeaderMenu, type HeaderMenuAt } from './header-menu.tsx';
import { keyCommand, type KeyCommand } from './keys.ts';
import { createMatrixController, type MatrixController } from './matrix-controller.ts';
import { DARK, LIGHT } from './palette.ts';
import { BAND, type CellAt } from './scene.ts';
import { placeTooltip, type TooltipText } from './tooltip.ts';
import { hitKey, type Hits } from './use-hits.ts';
import { useMatrixPointer } from './use-matrix-pointer.ts';
import { isZone, type Grouping, type MatrixView } from './view.ts';
import { bandName, endpointName, serviceWords, stateName, stateWords } from './words.ts';

export interface MatrixStageProps {
  readonly frame: Frame;
  readonly view: MatrixView;
  readonly grouping: Grouping;
  readonly cell: number;
  readonly cursor: CellAt | null;
  readonly selection: CellAt | null;
  readonly hits: Hits;
  /** What is shown may no longer be so (engine or core lost). */
  readonly stale: boolean;
  /** Counts the jumps from outside (search): each brings the cursor into view. */
  readonly jumps: number;
  readonly onCursor: (at: CellAt) => void;
  readonly onOpen: (at: CellAt) => void;
  readonly onZoom: (direction: 1 | -1 | 0) => void;
  readonly onCommand: (kind: 'block' | 'allow' | 'verify' | 'close' | 'search', at: CellAt | null) => void;
}

/** The canvas, its keyboard and its accessible face. */
export function MatrixStage(props: MatrixStageProps): ReactElement {
  const { frame, view, grouping, cell, cursor, selection, hits } = props;
  const { t, i18n } = useTranslation();
  const scheme = useComputedColorScheme('light');
  const scroller = useRef<HTMLDivElement>(null);
  const spacer = useRef<HTMLDivElement>(null);
  const cells = useRef<HTMLCanvasElement>(null);
  const overlay = useRef<HTMLCanvasElement>(null);
  const tooltip = useRef<HTMLDivElement>(null);
  const controller = useRef<MatrixController | null>(null);
  const [layout, setLayout] = useState<Layout | null>(null);
  const [menu, setMenu] = useState<HeaderMenuAt | null>(null);

  useLayoutEffect(() => {
    if (!scroller.current || !spacer.current || !cells.current || !overlay.current) return;
    const made = createMatrixController(
      { scroller: scroller.current, spacer: spacer.current, cells: cells.current, overlay: overlay.current },
      setLayout,
    );
    controller.current = made;
    return () => {
      made.destroy();
      controller.current = null;
    };
  }, []);

  const words = useMemo(
    () => ({
      bandName: (label: string) => bandName(t, label, grouping),
      displayName: (label: string, index: number) => {
        const endpoint = frame.endpoints[index];
        return endpoint && isZone(endpoint) ? endpointName(t, endpoint) : label;
      },
    }),
    // `t` keeps its identity per language.
    [t, grouping, frame],
  );
  const tried = useMemo(() => triedIn(frame, hits), [frame, hits]);
  useLayoutEffect(() => {
    controller.current?.setScene({ frame, view, cell, palette: scheme === 'dark' ? DARK : LIGHT, tried, ...words });
    if (tooltip.current) tooltip.current.hidden = true;
  }, [frame, view, cell, scheme, tried, words, i18n.language]);
  useLayoutEffect(() => {
    controller.current?.setMarks({ cursor, selection });
  }, [cursor, selection]);

  // Only a key or a click brings the cursor into view: a live update must not move what is being read.
  const revealNext = useRef(false);
  const seenJumps = useRef(props.jumps);
  useEffect(() => {
    if (!cursor || (!revealNext.current && seenJumps.current === props.jumps)) return;
    revealNext.current = false;
    seenJumps.current = props.jumps;
    controller.current?.reveal(cursor);
  }, [cursor, props.jumps]);

  const tooltipText = (hit: Hit): TooltipText | null => {
    if (hit.kind === 'none') return null;
    const at = (members: readonly number[], position: number): Frame['endpoints'][number] | undefined =>
      frame.endpoints[members[position] ?? -1];
    if (hit.kind !== 'cell') {
      const endpoint = hit.kind === 'row' ? at(view.rows.members, hit.row) : at(view.cols.members, hit.col);
      if (!endpoint) return null;
      if (isZone(endpoint)) {
        return { title: endpointName(t, endpoint), lines: [t(`zone.about.${endpoint.kind}`)] };
      }
      const networks = t('matrix.tooltip.networks', { networks: endpoint.networks.join(', ') || '–' });
      if (endpoint.kind === 'service') return { title: endpoint.name, lines: [serviceWords(t, endpoint), networks] };
      const { isolation } = endpoint;
      const lines = [
        ...(isolation ? [`${t(`isolation.badge.${isolation.from}`)}. ${t('isolation.by', { by: isolation.by })}`] : []),
        endpoint.image,
        networks,
      ];
      return {
        title: endpoint.name,
        lines: [...lines, t('matrix.tooltip.state', { state: stateName(i18n, endpoint.state) })],
      };
    }
    const [row, col] = [view.rows.members[hit.row] ?? -1, view.cols.members[hit.col] ?? -1];
    const [from, to] = [frame.endpoints[row], frame.endpoints[col]];
    if (!from || !to) return null;
    const title = t('cell.pair', { from: endpointName(t, from), to: endpointName(t, to) });
    if (row === col) return { title, lines: [t('cell.self')] };
    const state = cellState(frame, row, col);
    const rate = hits.get(hitKey(from.id, to.id));
    const lines = [
      stateWords(t, state),
      ...(rate === undefined ? [] : [t('cell.tried', { rate: formatRate(i18n.language, rate) })]),
      ...(state.sideLayer ? [t('cell.side')] : []),
    ];
    return { title, lines };
  };

  useMatrixPointer(scroller, controller, {
    onHover: (hit, at) => {
      controller.current?.setHover(at);
      if (!tooltip.current || !scroller.current) return;
      const { clientWidth: width, clientHeight: height } = scroller.current;
      const rect = hit.kind === 'none' ? null : (controller.current?.rectOf(anchorOf(hit)) ?? null);
      const anchor = rect && hit.kind === 'row' ? { ...rect, x: (layout?.headerWidth ?? 0) - rect.width } : rect;
      const placed =
        anchor && hit.kind === 'col' ? { ...anchor, y: (layout?.headerHeight ?? 0) - anchor.height } : anchor;
      placeTooltip(tooltip.current, tooltipText(hit), placed, { width, height });
    },
    onClick: (hit) => {
      if (tooltip.current) tooltip.current.hidden = true;
      if (hit.kind === 'cell') props.onOpen(hit);
      else if (hit.kind === 'row') props.onCursor({ row: hit.row, col: cursor?.col ?? 0 });
      else if (hit.kind === 'col') props.onCursor({ row: cursor?.row ?? 0, col: hit.col });
    },
    onZoom: props.onZoom,
    onMenu: (hit, at) => {
      if (hit.kind !== 'row' && hit.kind !== 'col') return false;
      return openMenu(hit.kind === 'row' ? view.rows.members[hit.row] : view.cols.members[hit.col], at);
    },
  });
  const openMenu = (index: number | undefined, at: Point): boolean => {
    const endpoint = frame.endpoints[index ?? -1];
    if (!endpoint || offersFor(endpoint).length === 0) return false;
    if (tooltip.current) tooltip.current.hidden = true;
    setMenu({ endpoint, at });
    return true;
  };
  const closeMenu = (): void => {
    setMenu(null);
    scroller.current?.focus();
  };

  const onKeyDown = (event: KeyboardEvent): void => {
    const command = keyCommand(event);
    if (!command) return;
    event.preventDefault();
    perform(command);
  };
  const perform = (command: KeyCommand): void => {
    switch (command.kind) {
      case 'move':
      case 'page':
      case 'edge': {
        const next = moveCursor(cursor, command, view, controller.current?.page() ?? { rows: 1, cols: 1 });
        if (!next) return;
        revealNext.current = true;
        props.onCursor(next);
        return;
      }
      case 'open':
        if (cursor) props.onOpen(cursor);
        return;
      case 'zoom':
        props.onZoom(command.direction);
        return;
      case 'isolate': {
        // The row's, whose name is the one the keyboard stands beside.
        const rect = cursor && controller.current?.rectOf({ row: cursor.row, col: 0 });
        if (cursor && rect) openMenu(view.rows.members[cursor.row], { x: BAND, y: rect.y + rect.height });
        return;
      }
      default:
        props.onCommand(command.kind, cursor);
    }
  };

  return (
    <div className="stage" data-stale={props.stale}>
      <canvas ref={cells} data-testid="matrix-canvas" aria-hidden />
      <canvas ref={overlay} aria-hidden />
      {layout && (
        <div className="stage-corner" aria-hidden style={{ width: layout.headerWidth, height: layout.headerHeight }}>
          {layout.headerWidth >= 100 && (
            <>
              <span>{t('matrix.corner.to')}</span>
              <span>{t('matrix.corner.from')}</span>
            </>
          )}
        </div>
      )}
      <div
        ref={scroller}
        className="stage-scroller"
        data-testid="matrix"
        role="grid"
        tabIndex={0}
        aria-label={t('matrix.label')}
        aria-describedby="matrix-keys"
        aria-rowcount={view.rows.members.length + 1}
        aria-colcount={view.cols.members.length + 1}
        aria-activedescendant={cursor ? 'matrix-active-cell' : undefined}
        onKeyDown={onKeyDown}
        onFocus={() => {
          controller.current?.setFocused(true);
          if (!cursor) perform({ kind: 'move', rows: 0, cols: 0 });
        }}
        onBlur={() => controller.current?.setFocused(false)}
      >
        <div ref={spacer} className="stage-spacer" role="presentation">
          <ActiveCell frame={frame} view={view} layout={layout} cursor={cursor} selection={selection} tried={tried} />
        </div>
      </div>
      <HeaderMenu menu={menu} stale={props.stale} onClose={closeMenu} />
      <div ref={tooltip} className="stage-tooltip" aria-hidden hidden />
      <p id="matrix-keys" className="hidden">
        {t('matrix.keys')}
      </p>
    </div>
  );
}

/** The pairs that are being refused, as the scene has them; pairs that have gone are left out. */
function triedIn({ endpoints, indexById }: Frame, hits: Hits): ReadonlySet<number> {
  return new Set(
    [...hits.keys()].flatMap((key) => {
      const [from, to] = key.split(' ').map((id) => indexById.get(id));
      return from === undefined || to === undefined ? [] : [from * endpoints.length + to];
    }),
  );
}

function formatRate(language: string, rate: number): string {
  return new Intl.NumberFormat(language, { maximumFractionDigits: 1 }).format(rate);
}

function anchorOf(hit: Exclude<Hit, { kind: 'none' }>): CellAt {
  switch (hit.kind) {
    case 'cell':
      return hit;
    case 'row':
      return { row: hit.row, col: 0 };
    case 'col':
      return { row: 0, col: hit.col };
  }
}
