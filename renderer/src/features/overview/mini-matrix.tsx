import { useComputedColorScheme } from '@mantine/core';
import { useEffect, useMemo, useRef, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { hashOf } from '../../lib/route.ts';
import type { Frame } from '../../lib/frame.ts';
import { DARK, LIGHT } from '../matrix/palette.ts';
import { countPairs, paintMini } from './mini.ts';

/** Of an edge, in CSS pixels. */
const EDGE = 220;

/** The whole matrix as a small picture, live, and the way into it. */
export function MiniMatrix({ frame }: { readonly frame: Frame }): ReactElement {
  const { t } = useTranslation();
  const scheme = useComputedColorScheme('light');
  const canvas = useRef<HTMLCanvasElement>(null);
  const counts = useMemo(() => countPairs(frame), [frame]);
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (!canvas.current || !context) return;
    const scale = window.devicePixelRatio || 1;
    canvas.current.width = Math.round(EDGE * scale);
    canvas.current.height = Math.round(EDGE * scale);
    paintMini(context, { frame, edge: canvas.current.width, palette: scheme === 'dark' ? DARK : LIGHT });
  }, [frame, scheme]);
  return (
    <section className="overview-section" aria-label={t('overview.matrix.title')} data-testid="mini-matrix">
      <h3>{t('overview.matrix.title')}</h3>
      <a className="mini-matrix" href={hashOf('matrix')} aria-label={t('overview.matrix.open')}>
        <canvas ref={canvas} aria-hidden style={{ width: EDGE, height: EDGE }} />
      </a>
      <p>{t('overview.matrix.words', { ...counts })}</p>
      <a href={hashOf('matrix')}>{t('overview.matrix.open')}</a>
    </section>
  );
}
