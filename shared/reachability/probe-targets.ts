/** What to try on the wire for one pair (SPEC "Probing"). */
import type { Topology } from '../topology/model.ts';
import { isContainer, type ContainerEndpoint, type PublishedPort } from '../topology/model.ts';
import { denialIndexOf } from './denials.ts';
import { waysOf } from './explain.ts';
import type { Denial, ProbeTarget } from './model.ts';
import { sceneOf, type Scene } from './scene.ts';
import type { PortSpan, Way } from './sink.ts';

/**
 * The TCP targets of one ordered pair of endpoint ids, each once, each with what is predicted.  Empty for zones, for the
 * diagonal, and where either side is not running.  Ways whose verdict is unknown are left out: there is nothing to compare.
 *
 * `port` 0 asks the wire to choose: a port on which B listens, or a listener of its own.
 */
export function probeTargets(
  topology: Topology,
  denials: readonly Denial[],
  fromId: string,
  toId: string,
): readonly ProbeTarget[] {
  const scene = sceneOf(topology);
  const from = scene.party(fromId);
  const to = scene.party(toId);
  if (!from || !to || from === to || !isContainer(from.endpoint) || !isContainer(to.endpoint)) return [];
  if (from.activity !== 'live' || to.activity !== 'live') return [];
  const held = denialIndexOf(scene, denials).held(from, to) !== undefined;
  const target = to.endpoint;
  const found = new Map<string, ProbeTarget>();
  for (const way of waysOf(topology, from, to)) {
    // By the mesh any task may answer; at a task's address for it not even the task itself gets through.
    if (way.kind === 'ingress') continue;
    if (way.address === '' || (way.verdict === 'unknown' && !held)) continue;
    for (const one of targetsOf(scene, way, target, to.stack.kind === 'host')) {
      const predicted = held ? 'blocked' : one.predicted;
      found.set(`${one.address} ${String(one.port)} ${one.way}`, { ...one, predicted });
    }
  }
  return [...found.values()];
}

function targetsOf(scene: Scene, way: Way, target: ContainerEndpoint, onHost: boolean): readonly ProbeTarget[] {
  const predicted = way.verdict === 'open' ? 'open' : 'blocked';
  const common = { address: way.address, protocol: 'tcp', predicted, channel: way.kind } as const;
  if (way.kind === 'published') {
    // 127.0.0.1 would be the sender's own loopback, where nothing of this is to be found by design.
    if (way.rule === 'R203') return [];
    return (way.ports ?? []).filter(isPublishedTcp).map(({ hostPort, port }) => ({
      ...common,
      port: hostPort,
      way: 'published',
      containerPort: port,
    }));
  }
  if (way.ports !== null) {
    return way.ports
      .filter(({ protocol }) => protocol === 'tcp')
      .map(({ port }) => ({ ...common, port, way: 'direct', containerPort: port }));
  }
  const port = directPort(scene, target, onHost, way.except);
  if (port === null) return [];
  return [{ ...common, port, way: 'direct', containerPort: port }];
}

/**
 * One declared port; 0: any.  On the machine's own stack a published port leads elsewhere, so such a number is not taken.
 * Where some ports fare differently, one is named that does not: `null` when there is none.
 */
function directPort(
  scene: Scene,
  target: ContainerEndpoint,
  onHost: boolean,
  except: readonly PortSpan[] | null,
): number | null {
  const taken = new Set(
    onHost
      ? scene.stacks.flatMap(({ bindings }) => bindings.flatMap(({ ports }) => ports.map((one) => one.hostPort)))
      : [],
  );
  const meant = (number: number): boolean =>
    !taken.has(number) &&
    !except?.some(({ protocol, port, last }) => protocol === 'tcp' && number >= port && number <= last);
  const declared = target.exposedPorts.find(({ protocol, port }) => protocol === 'tcp' && meant(port))?.port;
  if (declared !== undefined) return declared;
  return except ? (SPARE_PORTS.find(meant) ?? null) : 0;
}

/** Ports to try where nothing is declared and not every port will do. */
const SPARE_PORTS: readonly number[] = Array.from({ length: 64 }, (_, at) => 18_000 + at * 211);

function isPublishedTcp(port: object): port is PublishedPort {
  return 'hostPort' in port && 'protocol' in port && port.protocol === 'tcp';
}
