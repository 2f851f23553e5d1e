/** ELK in a worker of its own: the page stays responsive while it thinks.  Loaded when the diagram is first opened. */
import Elk from 'elkjs/lib/elk-api.js';
import workerUrl from 'elkjs/lib/elk-worker.min.js?url';
import type { ElkGraph } from '../../../../shared/diagram/elk-graph.ts';

let elk: InstanceType<typeof Elk> | null = null;

export async function runElk(graph: ElkGraph): Promise<ElkGraph> {
  elk ??= new Elk({ workerFactory: () => new Worker(workerUrl) });
  // ELK's own types want what it fills in itself.
  const answer: unknown = await elk.layout(graph as unknown as Parameters<typeof elk.layout>[0]);
  return answer as ElkGraph;
}
