/** Lays a diagram out with ELK in this process; the library is loaded when it is first needed. */
import type { Geometry } from '../../../shared/diagram/geometry.ts';
import type { ElkGraph } from '../../../shared/diagram/elk-graph.ts';
import { layered } from '../../../shared/diagram/layered.ts';
import type { Diagram } from '../../../shared/diagram/model.ts';

const load = (): Promise<typeof import('elkjs/lib/elk.bundled.js')> => import('elkjs/lib/elk.bundled.js');

/** Loads the library. */
export async function prepareLayout(): Promise<void> {
  await load();
}

export async function geometryOf(diagram: Diagram): Promise<Geometry> {
  const { default: Elk } = await load();
  const elk = new Elk();
  return layered(diagram, async (graph) => (await elk.layout(graph as never)) as unknown as ElkGraph);
}
