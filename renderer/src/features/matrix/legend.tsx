import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { CellState } from '../../lib/frame.ts';
import { useApp } from '../../lib/store.ts';
import { CellMark } from './cell-mark.tsx';
import { stateWords } from './words.ts';

const ENTRIES: readonly CellState[] = [
  { verdict: 'open', denial: 'none', sideLayer: false },
  { verdict: 'partial', denial: 'none', sideLayer: false },
  { verdict: 'blocked', denial: 'none', sideLayer: false },
  { verdict: 'blocked', denial: 'held', sideLayer: false },
  { verdict: 'open', denial: 'pending', sideLayer: false },
  { verdict: 'open', denial: 'paused', sideLayer: false },
  { verdict: 'open', denial: 'failed', sideLayer: false },
  { verdict: 'unknown', denial: 'none', sideLayer: false },
];
const SIDE: CellState = { verdict: 'blocked', denial: 'none', sideLayer: true };

const TRIED: CellState = { verdict: 'blocked', denial: 'held', sideLayer: false };

export function Legend(): ReactElement {
  const { t } = useTranslation();
  const isPaused = useApp(({ frame }) => frame?.guard.pause !== undefined);
  return (
    <ul className="legend" aria-label={t('matrix.legend')}>
      {ENTRIES.filter(({ denial }) => denial !== 'paused' || isPaused).map((state) => (
        <li key={`${state.verdict} ${state.denial}`}>
          <CellMark state={state} size={20} />
          {stateWords(t, state)}
        </li>
      ))}
      <li>
        <CellMark state={SIDE} size={20} />
        {t('cell.side-short')}
      </li>
      <li>
        <CellMark state={TRIED} size={20} tried />
        {t('cell.tried-short')}
      </li>
    </ul>
  );
}
