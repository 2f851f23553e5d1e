/** Where nodes of this engine's diagram were put: kept with the settings, so that they are there the next time. */
import { useCallback, useMemo } from 'react';
import type { Point } from '../../../../shared/diagram/geometry.ts';
import type { Pins } from '../../../../shared/diagram/pins.ts';
import { withoutPins, withPin } from '../../../../shared/settings.ts';
import { useApp, useAppStore } from '../../lib/store.ts';
import { useSetSettings } from '../../lib/use-settings.ts';
import type { LayoutKind } from './use-layout.ts';

export interface KeptPins {
  readonly pins: Pins;
  readonly put: (key: string, at: Point) => void;
  readonly clear: () => void;
}

const NONE: Pins = new Map();

export function usePins(kind: LayoutKind): KeptPins {
  const store = useAppStore();
  const set = useSetSettings();
  const engine = useApp((state) => (state.engine && 'engine' in state.engine ? state.engine.engine.address : ''));
  const all = useApp(({ settings }) => settings?.settings.diagram.pins);
  const mine = all?.[engine]?.[kind];
  // Settings are told anew whenever any of them changes.
  const text = JSON.stringify(mine ?? {});
  const pins = useMemo((): Pins => {
    const found = Object.entries(JSON.parse(text) as Record<string, [number, number]>);
    return found.length === 0 ? NONE : new Map(found.map(([key, [x, y]]) => [key, { x, y }]));
  }, [text]);
  const now = useCallback(() => store.getState().settings?.settings.diagram.pins ?? {}, [store]);
  const put = useCallback(
    (key: string, { x, y }: Point) => {
      const at = [Math.round(x), Math.round(y)] as const;
      set({ diagram: { pins: withPin(now(), engine, kind, key, at) } });
    },
    [set, now, engine, kind],
  );
  const clear = useCallback(() => set({ diagram: { pins: withoutPins(now(), engine) } }), [set, now, engine]);
  return { pins, put, clear };
}
