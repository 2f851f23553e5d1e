/** Where everything is: laid out in a worker, or by forces a little at every frame; kept while it can be. */
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { DiagramWords } from '../../../../shared/diagram/cards.ts';
import type { Geometry, Point } from '../../../../shared/diagram/geometry.ts';
import { layered, type Drawn } from '../../../../shared/diagram/layered.ts';
import { applyPins, type Pins } from '../../../../shared/diagram/pins.ts';
import { isStill } from '../../lib/motion.ts';
import type { Force } from './force.ts';
import { usePins } from './use-pins.ts';

export type LayoutKind = 'layered' | 'force';

export interface DiagramLayout {
  readonly geometry: Geometry | null;
  readonly failed: string;
  readonly drag: (key: string, by: Point, phase: 'move' | 'end') => void;
  readonly unpin: () => void;
  readonly pinned: number;
}

/** What was laid out for what the user chose to see. */
interface Laid {
  readonly geometry: Geometry;
  readonly choice: string;
  /** How far pinned nodes were carried away from where they were put, by layouts since. */
  readonly carried: Pins;
}

const NOWHERE: Pins = new Map();

/** @param choice what the user chose to see: within one, what is there keeps its place; another is laid out afresh */
export function useLayout(diagram: Drawn | null, words: DiagramWords, kind: LayoutKind, choice: string): DiagramLayout {
  const [laid, setLaid] = useState<Laid | null>(null);
  const [floating, setFloating] = useState<Geometry | null>(null);
  const [failed, setFailed] = useState('');
  const { pins, put, clear } = usePins(kind);
  const [moving, setMoving] = useState<{ readonly key: string; readonly by: Point } | null>(null);
  /** Goes up to have everything laid out afresh. */
  const [fresh, setFresh] = useState(0);
  const latest = useRef<Laid | null>(null);
  const places = useRef<ReadonlyMap<string, Point>>(new Map());
  const held = useRef<Pins>(NOWHERE);
  /** Where nodes were when they were taken. */
  const grabbed = useRef(new Map<string, Point>());
  const force = useRef<Force | null>(null);
  const wake = useRef<() => void>(() => undefined);

  const chosen = `${choice} ${String(fresh)}`;
  useEffect(() => {
    if (!diagram || kind !== 'layered') return undefined;
    let isCurrent = true;
    const lay = async (): Promise<void> => {
      try {
        const { runElk } = await import('./elk.ts');
        const before = latest.current?.choice === chosen ? latest.current : null;
        const geometry = await layered(diagram, runElk, words, before?.geometry.anchors);
        if (!isCurrent) return;
        const next = { geometry, choice: chosen, carried: before ? carriedOn(before, geometry) : NOWHERE };
        latest.current = next;
        setLaid(next);
        setFailed('');
      } catch (thrown) {
        if (isCurrent) setFailed(thrown instanceof Error ? thrown.message : String(thrown));
      }
    };
    void lay();
    return () => {
      isCurrent = false;
    };
  }, [diagram, kind, words, chosen]);

  useEffect(() => {
    if (kind !== 'force') return;
    // Those that were let go move on; those that are held by now stay where they are.
    for (const key of held.current.keys()) if (!pins.has(key)) force.current?.pin(key, null);
    for (const [key, at] of pins) if (!grabbed.current.has(key)) force.current?.pin(key, at);
    held.current = pins;
    wake.current();
  }, [pins, kind]);

  useEffect(() => {
    if (!diagram || kind !== 'force') return undefined;
    let isCurrent = true;
    let request = 0;
    const start = async (): Promise<void> => {
      const { createForce, placesOf } = await import('./force.ts');
      if (!isCurrent) return;
      const made = createForce(diagram, words, places.current, held.current);
      force.current = made;
      const step = (): void => {
        request = 0;
        const began = performance.now();
        let isMoving = true;
        // As much as fits into half a frame; a small diagram is at rest at once.
        while (isMoving && performance.now() - began < 8) isMoving = made.tick();
        const geometry = made.geometry();
        places.current = placesOf(geometry);
        // Who wants less motion sees it where it has come to rest, and not the way there.
        if (!isMoving || !isStill()) {
          setFloating(geometry);
          setMoving((now) => (now && grabbed.current.has(now.key) ? now : null));
        }
        if (isMoving) request = requestAnimationFrame(step);
      };
      wake.current = () => {
        if (request === 0 && isCurrent) request = requestAnimationFrame(step);
      };
      step();
    };
    void start();
    return () => {
      isCurrent = false;
      cancelAnimationFrame(request);
      force.current = null;
      wake.current = () => undefined;
    };
  }, [diagram, kind, words]);

  const dragForce = useCallback(
    (key: string, by: Point, phase: 'move' | 'end') => {
      const start = grabbed.current.get(key) ?? places.current.get(key);
      if (!start) return;
      const at = { x: start.x + by.x, y: start.y + by.y };
      grabbed.current.set(key, start);
      // The others make room only when it is let go, where nothing is to move by itself.
      if (isStill()) {
        setMoving({ key, by });
        if (phase === 'move') return;
      }
      force.current?.pin(key, at);
      wake.current();
      if (phase === 'move') return;
      grabbed.current.delete(key);
      put(key, at);
    },
    [put],
  );
  const dragLayered = useCallback(
    (key: string, by: Point, phase: 'move' | 'end') => {
      setMoving(phase === 'end' ? null : { key, by });
      if (phase === 'move') return;
      const { carried = NOWHERE } = latest.current ?? {};
      put(key, added(added(pins.get(key), carried.get(key)), by));
      // It is put where it is now, whatever carried it before.
      if (!latest.current || !carried.has(key)) return;
      latest.current = { ...latest.current, carried: without(carried, key) };
      setLaid(latest.current);
    },
    [put, pins],
  );
  const unpin = useCallback(() => {
    clear();
    setFresh((count) => count + 1);
  }, [clear]);

  const geometry = useMemo(() => {
    if (kind === 'force')
      return floating && moving ? applyPins(floating, new Map([[moving.key, moving.by]])) : floating;
    if (!laid) return null;
    const at = new Map([...pins].map(([key, by]) => [key, added(by, laid.carried.get(key))]));
    if (moving) at.set(moving.key, added(at.get(moving.key), moving.by));
    return applyPins(laid.geometry, at);
  }, [laid, floating, kind, pins, moving]);
  const pinned = geometry ? geometry.nodes.filter(({ node, copy }) => copy === 0 && pins.has(node.key)).length : 0;
  return { geometry, failed, drag: kind === 'force' ? dragForce : dragLayered, unpin, pinned };
}

/** A pinned node stays where it was put although its place in the layout is another one now. */
function carriedOn({ geometry, carried }: Laid, next: Geometry): Pins {
  const before = new Map(geometry.nodes.map((placed) => [`${placed.node.key} ${String(placed.copy)}`, placed]));
  const moves = next.nodes.flatMap(({ node, copy, x, y }): [string, Point][] => {
    const was = before.get(`${node.key} ${String(copy)}`);
    if (!was || copy !== 0) return [];
    return [[node.key, added(carried.get(node.key), { x: was.x - x, y: was.y - y })]];
  });
  return new Map(moves.filter(([, { x, y }]) => x !== 0 || y !== 0));
}

function without(pins: Pins, key: string): Pins {
  const next = new Map(pins);
  next.delete(key);
  return next;
}

function added(a: Point | undefined, b: Point | undefined): Point {
  return { x: (a?.x ?? 0) + (b?.x ?? 0), y: (a?.y ?? 0) + (b?.y ?? 0) };
}
