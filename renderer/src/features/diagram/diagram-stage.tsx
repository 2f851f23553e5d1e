import { useComputedColorScheme } from '@mantine/core';
import { useEffect, useLayoutEffect, useMemo, useRef, type KeyboardEvent, type ReactElement, type Ref } from 'react';
import { useTranslation } from 'react-i18next';
import type { Geometry, PlacedNode, Point } from '../../../../shared/diagram/geometry.ts';
import { nodeTitle } from '../../../../shared/diagram/paint.ts';
import { DARK, LIGHT } from '../../../../shared/diagram/palette.ts';
import type { PairCommand } from '../explain/use-pair-command.ts';
import { createDiagramController, type DiagramController, type DiagramMarks } from './diagram-controller.ts';
import { neighbour, sceneOf, type DiagramHit } from './scene.ts';

export type DiagramKey = 'enter' | 'focus' | 'escape' | 'search' | PairCommand;

/** Letters, small or capital: as in the matrix. */
const LETTERS: Readonly<Record<string, DiagramKey>> = { f: 'focus', b: 'block', a: 'allow', v: 'verify' };

const ARROWS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};
/** Pixels that Shift and an arrow move the picture. */
const PAN = 80;
/** Pixels of the diagram that Alt and an arrow move a node. */
const NUDGE = 20;

/** The canvas, its keyboard and its accessible face. */
export function DiagramStage(props: {
  readonly geometry: Geometry;
  readonly marks: DiagramMarks;
  readonly stale: boolean;
  /** What is said of the active node to who cannot see it. */
  readonly spoken: string;
  /** What the picture does not show; `''`: it shows everything. */
  readonly note: string;
  readonly controllerRef: Ref<DiagramController | null>;
  readonly onActive: (key: string) => void;
  readonly onHit: (hit: DiagramHit, event: { readonly shift: boolean; readonly double: boolean }) => void;
  readonly onKey: (key: DiagramKey) => void;
  readonly onDrag: (key: string, by: Point, phase: 'move' | 'end') => void;
}): ReactElement {
  const { geometry, marks } = props;
  const { t } = useTranslation();
  const scheme = useComputedColorScheme('light');
  const stage = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const map = useRef<HTMLCanvasElement>(null);
  const tooltip = useRef<HTMLDivElement>(null);
  const controller = useRef<DiagramController | null>(null);
  const latest = useRef(props);
  useLayoutEffect(() => {
    latest.current = props;
  });

  const scene = useMemo(() => sceneOf(geometry), [geometry]);
  const { controllerRef } = props;
  useLayoutEffect(() => {
    if (!stage.current || !canvas.current || !map.current) return undefined;
    const made = createDiagramController(
      { stage: stage.current, canvas: canvas.current, map: map.current },
      {
        onHit: (hit, event) => latest.current.onHit(hit, event),
        onDrag: (key, by, phase) => latest.current.onDrag(key, by, phase),
        onHover: (hit, at) => showTooltip(tooltip.current, hit, at),
      },
    );
    controller.current = made;
    if (typeof controllerRef === 'object' && controllerRef !== null) controllerRef.current = made;
    return () => {
      made.destroy();
      controller.current = null;
    };
  }, [controllerRef]);
  useLayoutEffect(() => {
    controller.current?.setScene(scene, scheme === 'dark' ? DARK : LIGHT);
  }, [scene, scheme]);
  useEffect(() => {
    controller.current?.setMarks(marks);
  }, [marks]);

  const activeNode = (): PlacedNode | undefined => scene.geometry.nodes.find(({ node }) => node.key === marks.active);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey) return;
    const arrow = ARROWS[event.key];
    const letter = LETTERS[event.key.toLowerCase()];
    if (event.altKey) {
      if (!arrow || marks.active === null) return;
      props.onDrag(marks.active, { x: arrow[0] * NUDGE, y: arrow[1] * NUDGE }, 'end');
    } else if (arrow && event.shiftKey) {
      controller.current?.pan(-arrow[0] * PAN, -arrow[1] * PAN);
    } else if (arrow) {
      const next = neighbour(scene, activeNode(), arrow[0], arrow[1]);
      if (next) {
        props.onActive(next.node.key);
        controller.current?.reveal(next);
      }
    } else if (event.key === 'PageDown' || event.key === 'PageUp') {
      // Arrows go where one looks; these pass by everything.
      const { nodes } = scene.geometry;
      const at = nodes.findIndex(({ node }) => node.key === marks.active);
      const next = nodes.at((at + (event.key === 'PageDown' ? 1 : at < 0 ? 0 : -1)) % nodes.length);
      if (next) {
        props.onActive(next.node.key);
        controller.current?.reveal(next);
      }
    } else if (event.key === '+' || event.key === '=') controller.current?.zoom(1.25);
    else if (event.key === '-') controller.current?.zoom(0.8);
    else if (event.key === '0') controller.current?.fit();
    else if (event.key === 'Enter' || event.key === ' ') props.onKey('enter');
    else if (letter) props.onKey(letter);
    else if (event.key === 'Escape') props.onKey('escape');
    else if (event.key === '/') props.onKey('search');
    else return;
    event.preventDefault();
  };

  const at = activeNode();
  return (
    <div className="diagram-stage" data-stale={props.stale}>
      {/* What is drawn is worked by keys of its own, as role "application" says. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions */}
      <div
        ref={stage}
        className="diagram-surface"
        role="application"
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={0}
        aria-label={t('diagram.label')}
        aria-describedby="diagram-keys"
        data-testid="diagram"
        data-nodes={geometry.nodes.length}
        data-lines={geometry.edges.length}
        onKeyDown={onKeyDown}
        onPointerLeave={() => showTooltip(tooltip.current, { kind: 'none' }, { x: 0, y: 0 })}
      >
        <canvas ref={canvas} aria-hidden />
      </div>
      <canvas ref={map} className="diagram-map" aria-hidden data-testid="diagram-map" />
      <div ref={tooltip} className="diagram-tooltip" hidden aria-hidden />
      <p id="diagram-keys" className="hidden">
        {t('diagram.keys')} {props.note}
      </p>
      <p
        className="hidden"
        role="status"
        data-testid="diagram-active"
        data-key={marks.active ?? ''}
        data-at={at ? [at.x, at.y, at.w, at.h].map(Math.round).join(' ') : ''}
      >
        {props.spoken}
      </p>
    </div>
  );
}

function showTooltip(tooltip: HTMLDivElement | null, hit: DiagramHit, at: Point): void {
  if (!tooltip) return;
  tooltip.hidden = hit.kind !== 'node';
  if (hit.kind !== 'node') return;
  tooltip.textContent = nodeTitle(hit.placed.node);
  tooltip.style.transform = `translate(${Math.round(at.x + 14)}px, ${Math.round(at.y + 16)}px)`;
}
