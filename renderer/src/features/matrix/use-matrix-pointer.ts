/** Mouse on the matrix: hover, click, drag to pan, Ctrl+wheel to zoom.  Nothing in here renders React. */
import { useEffect, useRef, type RefObject } from 'react';
import type { Hit, Point } from './geometry.ts';
import type { MatrixController } from './matrix-controller.ts';
import type { CellAt } from './scene.ts';

export interface PointerHandlers {
  readonly onHover: (hit: Hit, at: CellAt | null) => void;
  readonly onClick: (hit: Hit) => void;
  readonly onZoom: (direction: 1 | -1) => void;
  /** The other mouse button, at a point inside the matrix; true when that means something there. */
  readonly onMenu: (hit: Hit, at: Point) => boolean;
}

/** Pixels a press may wander and still be a click. */
const CLICK_SLOP = 4;

export function useMatrixPointer(
  scroller: RefObject<HTMLElement | null>,
  controller: RefObject<MatrixController | null>,
  handlers: PointerHandlers,
): void {
  const latest = useRef(handlers);
  useEffect(() => {
    latest.current = handlers;
  });

  useEffect(() => {
    const element = scroller.current;
    if (!element) return;
    let pressed: Point | null = null;
    let last: Point = { x: 0, y: 0 };
    let panned = false;
    let hovered = '';
    let wheel = 0;

    const pointOf = (event: MouseEvent): Point => {
      const box = element.getBoundingClientRect();
      return { x: event.clientX - box.left, y: event.clientY - box.top };
    };
    const hover = (point: Point | null): void => {
      const hit: Hit = point ? (controller.current?.hit(point) ?? { kind: 'none' }) : { kind: 'none' };
      const key = JSON.stringify(hit);
      if (key === hovered) return;
      hovered = key;
      latest.current.onHover(hit, crossOf(hit));
    };
    const onMove = (event: PointerEvent): void => {
      const point = pointOf(event);
      if (pressed && !panned && Math.hypot(point.x - pressed.x, point.y - pressed.y) > CLICK_SLOP) {
        panned = true;
        element.setPointerCapture(event.pointerId);
        element.dataset['panning'] = 'true';
      }
      if (pressed && panned) {
        controller.current?.panBy(last.x - point.x, last.y - point.y);
        last = point;
        hover(null);
        return;
      }
      hover(point);
    };
    const onDown = (event: PointerEvent): void => {
      const point = pointOf(event);
      const onScrollbar = point.x >= element.clientWidth || point.y >= element.clientHeight;
      panned = false;
      if (event.button !== 0 || event.pointerType === 'touch' || onScrollbar) return;
      pressed = point;
      last = point;
    };
    const onUp = (): void => {
      pressed = null;
      delete element.dataset['panning'];
    };
    const onClick = (event: MouseEvent): void => {
      if (panned) return;
      latest.current.onClick(controller.current?.hit(pointOf(event)) ?? { kind: 'none' });
    };
    const onContextMenu = (event: MouseEvent): void => {
      const at = pointOf(event);
      if (latest.current.onMenu(controller.current?.hit(at) ?? { kind: 'none' }, at)) event.preventDefault();
    };
    const onLeave = (): void => hover(null);
    const onScroll = (): void => hover(null);
    const onWheel = (event: WheelEvent): void => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      // A trackpad's pinch comes in many small steps, a mouse wheel in few large ones.
      wheel += event.deltaY;
      if (Math.abs(wheel) < 40) return;
      controller.current?.setZoomAnchor(pointOf(event));
      latest.current.onZoom(wheel < 0 ? 1 : -1);
      wheel = 0;
    };

    element.addEventListener('pointermove', onMove);
    element.addEventListener('pointerdown', onDown);
    element.addEventListener('pointerup', onUp);
    element.addEventListener('pointercancel', onUp);
    element.addEventListener('pointerleave', onLeave);
    element.addEventListener('click', onClick);
    element.addEventListener('contextmenu', onContextMenu);
    element.addEventListener('scroll', onScroll, { passive: true });
    element.addEventListener('wheel', onWheel, { passive: false });
    return () => {
      element.removeEventListener('pointermove', onMove);
      element.removeEventListener('pointerdown', onDown);
      element.removeEventListener('pointerup', onUp);
      element.removeEventListener('pointercancel', onUp);
      element.removeEventListener('pointerleave', onLeave);
      element.removeEventListener('click', onClick);
      element.removeEventListener('contextmenu', onContextMenu);
      element.removeEventListener('scroll', onScroll);
      element.removeEventListener('wheel', onWheel);
    };
  }, [scroller, controller]);
}

/** A header lights its whole row or column. */
function crossOf(hit: Hit): CellAt | null {
  switch (hit.kind) {
    case 'cell':
      return { row: hit.row, col: hit.col };
    case 'row':
      return { row: hit.row, col: -1 };
    case 'col':
      return { row: -1, col: hit.col };
    case 'none':
      return null;
  }
}
