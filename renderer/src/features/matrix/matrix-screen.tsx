import { IconFilterOff } from '@tabler/icons-react';
import { Button } from '@mantine/core';
import { useViewportSize } from '@mantine/hooks';
import { useEffect, useMemo, useRef, useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { ShownInput } from '../../../../shared/contract/diagram.ts';
import type { Frame } from '../../lib/frame.ts';
import { useApp, useAppStore } from '../../lib/store.ts';
import { useSettings } from '../../lib/use-settings.ts';
import { Face } from '../../ui/face.tsx';
import { ExplainPanel } from '../explain/explain-panel.tsx';
import { usePairCommand, type PairCommand } from '../explain/use-pair-command.ts';
import { locate } from './cursor.ts';
import { suitedCell, zoomStep } from './geometry.ts';
import { Legend } from './legend.tsx';
import { MatrixStage } from './matrix-stage.tsx';
import type { CellAt } from './scene.ts';
import { Toolbar } from './toolbar.tsx';
import { useHits } from './use-hits.ts';
import { buildView, pairRef, type Grouping, type MatrixView, type PairRef } from './view.ts';

/** Height of everything above and below the cells, about, in CSS pixels. */
const AROUND_CELLS = 310;

/** The matrix with its tools and the explain panel; `stale` while the engine or the core is lost. */
export function MatrixScreen(props: { readonly frame: Frame; readonly stale: boolean }): ReactElement {
  const { frame } = props;
  const { t } = useTranslation();
  const store = useAppStore();
  const grouping = useApp((state) => state.grouping);
  const network = useApp((state) => state.network);
  const query = useApp((state) => state.query);
  const cursorRef = useApp((state) => state.cursor);
  const selectionRef = useApp((state) => state.selection);
  const search = useRef<HTMLInputElement>(null);
  const stage = useRef<HTMLDivElement>(null);
  const [jumps, setJumps] = useState(0);
  const hits = useHits();

  const view = useMemo(() => buildView(frame, { grouping, network, query }), [frame, grouping, network, query]);
  const cursor = useMemo(() => locate(frame, view, cursorRef), [frame, view, cursorRef]);
  const selection = useMemo(() => locate(frame, view, selectionRef), [frame, view, selectionRef]);
  const viewport = useViewportSize();
  const height = viewport.height || window.innerHeight;
  const { density } = useSettings().look;
  const lines = Math.max(view.rows.members.length, view.cols.members.length);
  const suited = suitedCell(lines, height - AROUND_CELLS, density);
  const cell = useApp((state) => state.cell) ?? suited;

  const pairAt = (at: CellAt): PairRef | null => {
    const from = frame.endpoints[view.rows.members[at.row] ?? -1];
    const to = frame.endpoints[view.cols.members[at.col] ?? -1];
    return from && to ? pairRef(from, to) : null;
  };
  const focusGrid = (): void => stage.current?.querySelector<HTMLElement>('[role="grid"]')?.focus();
  // Whoever comes here by keyboard has it at the matrix at once; whoever has it elsewhere keeps it.
  useEffect(() => {
    const { activeElement } = document;
    if (activeElement === document.body || activeElement?.id === 'main') {
      stage.current?.querySelector<HTMLElement>('[role="grid"]')?.focus({ preventScroll: true });
    }
  }, []);
  const open = (at: CellAt): void => {
    const pair = pairAt(at);
    if (pair) store.setState({ cursor: pair, selection: pair });
  };
  const zoom = (direction: 1 | -1 | 0): void => {
    store.setState({ cell: direction === 0 ? null : zoomStep(cell, direction) });
  };
  const act = usePairCommand(frame, props.stale);
  const command = (kind: PairCommand | 'close' | 'search', at: CellAt | null): void => {
    if (kind === 'close') store.setState({ selection: null });
    else if (kind === 'search') search.current?.focus();
    else if (at) {
      const from = frame.endpoints[view.rows.members[at.row] ?? -1];
      const to = frame.endpoints[view.cols.members[at.col] ?? -1];
      if (from && to) act(kind, from, to);
    }
  };
  /** Goes through the matches row by row; in a filtered matrix to its first cell. */
  const nextMatch = (): void => {
    const rows = view.rows.members.flatMap((index, row) => (view.matches.has(index) ? [row] : []));
    const row = view.filtered ? 0 : (rows.find((candidate) => candidate > (cursor?.row ?? -1)) ?? rows[0]);
    if (row === undefined || view.rows.members.length === 0 || view.cols.members.length === 0) return;
    const pair = pairAt({ row, col: view.filtered ? 0 : (cursor?.col ?? 0) });
    if (pair) store.setState({ cursor: pair });
    setJumps((count) => count + 1);
    if (view.filtered) focusGrid();
  };

  const empty = view.rows.members.length === 0 || view.cols.members.length === 0;
  const matches = view.filtered ? view.rows.members.length * view.cols.members.length : view.matches.size;
  return (
    <div className="matrix-screen">
      <Toolbar
        searchRef={search}
        matches={matches}
        networks={usedNetworks(frame)}
        shown={shownInput(frame, view, grouping)}
        onZoom={zoom}
        onSearchKey={(key) => {
          if (key === 'Enter') nextMatch();
          else if (query === '') focusGrid();
          else store.setState({ query: '' });
        }}
      />
      <div className="matrix-body">
        <div className="matrix-main" ref={stage}>
          {empty ? (
            <Face icon={<IconFilterOff size={40} />} title={t('matrix.nothing.title')} text={t('matrix.nothing.text')}>
              <Button variant="default" onClick={() => store.setState({ query: '', network: '' })}>
                {t('matrix.nothing.clear')}
              </Button>
            </Face>
          ) : (
            <MatrixStage
              frame={frame}
              view={view}
              grouping={grouping}
              cell={cell}
              cursor={cursor}
              selection={selection}
              hits={hits}
              stale={props.stale}
              jumps={jumps}
              onCursor={(at) => {
                const pair = pairAt(at);
                if (pair) store.setState({ cursor: pair });
              }}
              onOpen={open}
              onZoom={zoom}
              onCommand={command}
            />
          )}
          <Legend />
        </div>
        {selectionRef && (
          <ExplainPanel
            key={`${selectionRef.fromId} ${selectionRef.toId}`}
            frame={frame}
            pair={selectionRef}
            stale={props.stale}
            onRelease={focusGrid}
            onClose={() => {
              store.setState({ selection: null });
              focusGrid();
            }}
          />
        )}
      </div>
    </div>
  );
}

/** Networks that some endpoint is on, by name: an empty network filters nothing worth seeing. */
function usedNetworks(frame: Frame): readonly string[] {
  return [...new Set(frame.endpoints.flatMap(({ networks }) => networks))].toSorted((a, b) => a.localeCompare(b));
}

/** Only what leaves something out, or puts it in another order, is said. */
function shownInput(frame: Frame, view: MatrixView, grouping: Grouping): ShownInput {
  const ids = (members: readonly number[]): string[] => members.flatMap((index) => frame.endpoints[index]?.id ?? []);
  return {
    ...(grouping === 'project' ? {} : { grouping }),
    ...(view.filtered ? { rows: ids(view.rows.members), columns: ids(view.cols.members) } : {}),
  };
}
