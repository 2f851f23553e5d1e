/** Lays a diagram out with ELK in this process; the library is loaded when it is first needed. */
import type { Geometry } from '../../../shared/diagram/geometry.ts';
import type { ElkGraph } from '../../../shared/diagram/elk-graph.ts';
import { layered } from '../../../shared/diagram/layered.ts';
import type { Diagram } from '../../../shared/diagram/model.ts';

export async function geometryOf(diagram: Diagram): Promise<Geometry> {
  const { default: Elk } = await import('elkjs/lib/elk.bundled.js');
  const elk = new Elk();
  return layered(diagram, async (graph) => (await elk.layout(graph as never)) as unknown as ElkGraph);
}
