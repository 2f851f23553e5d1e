/** What the page does with a diagram, without an engine behind it: laid out in its worker, drawn, moved about in. */
import { createDiagramController } from '../../../renderer/src/features/diagram/diagram-controller.ts';
import { runElk } from '../../../renderer/src/features/diagram/elk.ts';
import { sceneOf } from '../../../renderer/src/features/diagram/scene.ts';
import type { Geometry } from '../../../shared/diagram/geometry.ts';
import { layered } from '../../../shared/diagram/layered.ts';
import { LIGHT } from '../../../shared/diagram/palette.ts';
import { diagramOf, largeCase } from '../../../shared/diagram/test-topologies.ts';

export type Motion = 'pan' | 'zoom' | 'hover';

/** Called by the benchmark. */
export interface DiagramBench {
  /** @returns how long it took, and the longest that the page was away meanwhile (ms) */
  lay(endpoints: number, networks: number): Promise<{ readonly ms: number; readonly away: number }>;
  /** The longest that the page is away in so many milliseconds without work. */
  idle(ms: number): Promise<number>;
  /** Shows what was laid out last, or nothing. */
  show(what: 'laid' | 'nothing'): void;
  /** Milliseconds of each frame while the picture is moved at every one. */
  frames(motion: Motion, count: number): Promise<readonly number[]>;
}

const EMPTY: Geometry = { width: 1, height: 1, nodes: [], compartments: [], edges: [] };

function element<Kind extends Element>(selector: string, kind: new () => Kind): Kind {
  const found = document.querySelector(selector);
  if (!(found instanceof kind)) throw new Error(`There is no ${selector}.`);
  return found;
}

const stage = element('#stage', HTMLDivElement);
const controller = createDiagramController(
  { stage, canvas: element('#stage canvas', HTMLCanvasElement), map: element('#map', HTMLCanvasElement) },
  { onHit: () => undefined, onHover: () => undefined, onDrag: () => undefined },
);
let laid = EMPTY;

/** How long the page could do nothing else, while `work` ran (ms). */
async function awayDuring(work: () => Promise<void>): Promise<number> {
  const { port1, port2 } = new MessageChannel();
  let longest = 0;
  let last = performance.now();
  port1.addEventListener('message', () => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
    port2.postMessage(null);
  });
  port1.start();
  port2.postMessage(null);
  await work();
  longest = Math.max(longest, performance.now() - last);
  port1.close();
  return longest;
}

function nextFrame(): Promise<number> {
  return new Promise((resolve) => requestAnimationFrame(resolve));
}

function move(motion: Motion, step: number): void {
  const [clientX, clientY] = [200 + ((step * 37) % 900), 150 + ((step * 23) % 500)];
  if (motion === 'hover') {
    stage.dispatchEvent(new PointerEvent('pointermove', { clientX, clientY }));
    return;
  }
  const isBack = Math.floor(step / 20) % 2 === 1;
  stage.dispatchEvent(
    new WheelEvent('wheel', {
      clientX,
      clientY,
      deltaY: (isBack ? -1 : 1) * (motion === 'zoom' ? 8 : 30),
      ctrlKey: motion === 'zoom',
      cancelable: true,
    }),
  );
}

const bench: DiagramBench = {
  lay: async (endpoints, networks) => {
    const diagram = diagramOf(largeCase(endpoints, networks));
    const began = performance.now();
    const away = await awayDuring(async () => {
      laid = await layered(diagram, runElk);
    });
    return { ms: performance.now() - began, away };
  },
  idle: (ms) => awayDuring(() => new Promise((resolve) => setTimeout(resolve, ms))),
  show: (what) => {
    controller.setScene(sceneOf(what === 'laid' ? laid : EMPTY), LIGHT);
    controller.fit();
  },
  frames: async (motion, count) => {
    const times: number[] = [];
    let last = await nextFrame();
    for (let step = 0; step < count; step += 1) {
      move(motion, step);
      const now = await nextFrame();
      times.push(now - last);
      last = now;
    }
    return times;
  },
};
Object.assign(globalThis, { bench });
