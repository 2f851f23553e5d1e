import { useComputedColorScheme } from '@mantine/core';
import { useEffect, useRef, type ReactElement } from 'react';
import type { CellState } from '../../lib/frame.ts';
import { DARK, LIGHT } from './palette.ts';
import { drawSymbol, drawTried, tileOf } from './symbols.ts';

/** One cell of the matrix outside the matrix (legend, panel), drawn by the same functions. Decorative: say it in words beside it. */
export function CellMark(props: {
  readonly state: CellState;
  readonly size: number;
  /** Whether it is being refused now. */
  readonly tried?: boolean;
}): ReactElement {
  const { state, size, tried = false } = props;
  const scheme = useComputedColorScheme('light');
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const element = canvas.current;
    const pen = element?.getContext('2d');
    if (!element || !pen) return;
    const ratio = window.devicePixelRatio || 1;
    element.width = Math.round(size * ratio);
    element.height = Math.round(size * ratio);
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    const palette = scheme === 'dark' ? DARK : LIGHT;
    pen.fillStyle = tileOf(state, palette).fill;
    pen.beginPath();
    pen.roundRect(0.5, 0.5, size - 1, size - 1, 4);
    pen.fill();
    drawSymbol(pen, state, palette, size / 2, size / 2, size);
    if (tried) drawTried(pen, state, palette, 0, 0, size);
  }, [state, size, scheme, tried]);
  return <canvas ref={canvas} className="cell-mark" style={{ width: size, height: size }} aria-hidden />;
}
