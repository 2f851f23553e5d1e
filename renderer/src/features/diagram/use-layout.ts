/** Where everything is: laid out in a worker, or by forces a little at every frame; kept while it can be. */
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { DiagramWords } from '../../../../shared/diagram/cards.ts';
import type { Geometry, Point } from '../../../../shared/diagram/geometry.ts';
import { layered, type Drawn } from '../../../../shared/diagram/layered.ts';
import { applyPins } from '../../../../shared/diagram/pins.ts';
import type { Force } from './force.ts';

export type LayoutKind = 'layered' | 'force';

export interface DiagramLayout {
  readonly geometry: Geometry | null;
  readonly failed: string;
  readonly drag: (key: string, by: Point, phase: 'move' | 'end') => void;
  readonly unpin: () => void;
  readonly pinned: number;
}

export function useLayout(diagram: Drawn | null, words: DiagramWords, kind: LayoutKind): DiagramLayout {
  const [plain, setPlain] = useState<Geometry | null>(null);
  const [failed, setFailed] = useState('');
  const [pins, setPins] = useState<ReadonlyMap<string, Point>>(new Map());
  const [moving, setMoving] = useState<{ readonly key: string; readonly by: Point } | null>(null);
  const places = useRef<ReadonlyMap<string, Point>>(new Map());
  const held = useRef(new Map<string, Point>());
  /** Where nodes were when they were taken. */
  const grabbed = useRef(new Map<string, Point>());
  const force = useRef<Force | null>(null);
  const wake = useRef<() => void>(() => undefined);

  useEffect(() => {
    if (!diagram || kind !== 'layered') return undefined;
    let isCurrent = true;
    const lay = async (): Promise<void> => {
      try {
        const { runElk } = await import('./elk.ts');
        const geometry = await layered(diagram, runElk, words);
        if (isCurrent) {
          setPlain(geometry);
          setFailed('');
        }
      } catch (thrown) {
        if (isCurrent) setFailed(thrown instanceof Error ? thrown.message : String(thrown));
      }
    };
    void lay();
    return () => {
      isCurrent = false;
    };
  }, [diagram, kind, words]);

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
        setPlain(geometry);
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

  const drag = useCallback(
    (key: string, by: Point, phase: 'move' | 'end') => {
      if (kind === 'force') {
        const start = grabbed.current.get(key) ?? places.current.get(key);
        if (!start) return;
        grabbed.current.set(key, start);
        const at = { x: start.x + by.x, y: start.y + by.y };
        held.current.set(key, at);
        force.current?.pin(key, at);
        if (phase === 'end') grabbed.current.delete(key);
        setPins((before) => (before.has(key) ? before : new Map([...before, [key, { x: 0, y: 0 }]])));
        wake.current();
        return;
      }
      setMoving(phase === 'end' ? null : { key, by });
      if (phase === 'end') setPins((before) => new Map([...before, [key, added(before.get(key), by)]]));
    },
    [kind],
  );
  const unpin = useCallback(() => {
    for (const key of held.current.keys()) force.current?.pin(key, null);
    held.current.clear();
    setPins(new Map());
    wake.current();
  }, []);

  const geometry = useMemo(() => {
    if (!plain || kind !== 'layered') return plain;
    return applyPins(plain, moving ? new Map([...pins, [moving.key, added(pins.get(moving.key), moving.by)]]) : pins);
  }, [plain, kind, pins, moving]);
  return { geometry, failed, drag, unpin, pinned: pins.size };
}

function added(a: Point | undefined, b: Point): Point {
  return { x: (a?.x ?? 0) + b.x, y: (a?.y ?? 0) + b.y };
}
