/**
 * A container run again without a power that it was given.  That is fixed when a container is made, so it is made anew:
 * same name, settings, volumes, networks and labels.  The policy stays as it is.
 */
import { placeOf } from '../compose/labels.ts';
import type { Obstacle, Plan, PlanStep, Policy } from '../policy/model.ts';
import { obstacle, type OBSTACLES } from '../policy/obstacle-texts.ts';
import { plain } from '../policy/selector.ts';
import {
  COMPOSE_PROJECT_LABEL,
  isContainer,
  SWARM_SERVICE_ID_LABEL,
  type ContainerEndpoint,
  type Topology,
} from '../topology/model.ts';
import type { RerunStep, Power } from './model.ts';
import { hasPower, writtenAs, writtenInCompose } from './powers.ts';

export interface RerunQuestion {
  readonly container: ContainerEndpoint;
  readonly without: Power;
  /** Of one that leaves the machine's network: publish the ports that it declares. */
  readonly publish: boolean;
}

export interface RerunPlan {
  readonly plan: Plan;
  readonly steps: readonly RerunStep[];
}

/** What is lost besides, only the engine can tell (`RebuildActions.obstacleToRecreate`). */
export function planRerun(topology: Topology, policy: Policy, question: RerunQuestion): RerunPlan {
  const { container, without, publish } = question;
  const known = without === 'host-network' ? portsOf(container) : [];
  const published = publish ? known : [];
  const stops = hindrancesTo(topology, container, without);
  const possible = stops.length === 0;
  const network = without === 'host-network' ? freeName(topology, container) : '';
  const steps: readonly RerunStep[] = [
    ...(network === '' ? [] : [{ kind: 'network-own', key: `new:${network}`, name: network } as const]),
    {
      kind: 'rerun',
      container: container.id,
      without,
      what: writtenAs(container, without),
      network,
      publish: published,
    },
  ];
  return {
    steps: possible ? steps : [],
    plan: {
      action: 'rerun',
      from: container.name,
      to: without,
      ports: known.length > 0 ? known : null,
      pairs: [],
      steps: possible ? told(container, without, network, published) : [],
      obstacles: possible ? warnings(container, without, known, published) : stops,
      possible,
      policy,
    },
  };
}

/** Where something probably listens, of what the machine can publish: `tcp/80`. */
function portsOf({ exposedPorts }: ContainerEndpoint): readonly string[] {
  return [...new Set(exposedPorts.map(({ protocol, port }) => `${protocol}/${String(port)}`))];
}

function hindrancesTo(topology: Topology, container: ContainerEndpoint, power: Power): readonly Obstacle[] {
  const { labels, name } = container;
  if (labels[SWARM_SERVICE_ID_LABEL] !== undefined) return [say('T3', { name })];
  if (!hasPower(container, power)) return [say('T10', { name, what: writtenAs(container, power) })];
  const others = whoRestOn(topology, container);
  return others.length > 0 ? [say('T11', { name, others: others.join(', ') })] : [];
}

/** Those who hold on to this very container, which another under the same name is not. */
function whoRestOn({ endpoints }: Topology, { id, name }: ContainerEndpoint): readonly string[] {
  return endpoints
    .filter(isContainer)
    .filter(
      ({ networkMode, pidMode, ipcMode, links }) =>
        (networkMode.kind === 'container' && networkMode.containerId === id) ||
        [pidMode, ipcMode].includes(`container:${id}`) ||
        links.some(({ targetName }) => targetName === name),
    )
    .map((one) => one.name);
}

function freeName({ networks }: Topology, { name }: ContainerEndpoint): string {
  const taken = new Set(networks.map((one) => one.name));
  let free = `${name}-own`;
  for (let number = 2; taken.has(free); number += 1) free = `${name}-own-${String(number)}`;
  return free;
}

function told(
  container: ContainerEndpoint,
  power: Power,
  network: string,
  published: readonly string[],
): readonly PlanStep[] {
  const name = plain(container.name);
  const what = plain(writtenAs(container, power));
  const own = { network: plain(network), name };
  const ports = { name, ports: published.join(', ') };
  return [
    ...(network === ''
      ? []
      : [
          {
            kind: 'network-own',
            params: own,
            text: `Make the network ${own.network}, a bridge for ${name} alone.`,
          } as const,
        ]),
    {
      kind: 'rerun',
      params: { name, what },
      text: `Stop ${name}, make it anew without ${what} and otherwise as it is, and start it if it ran.`,
    },
    ...(published.length > 0
      ? [
          {
            kind: 'rerun-publish',
            params: ports,
            text: `Publish the ports that ${name} declares at the machine: ${ports.ports}.`,
          } as const,
        ]
      : []),
  ];
}

const STOPS_WORKING = {
  'engine-socket': 'T13',
  privileged: 'T14',
  'host-processes': 'T15',
  'net-admin': 'T16',
  'host-network': 'T17',
} as const satisfies Record<Power, keyof typeof OBSTACLES>;

function warnings(
  container: ContainerEndpoint,
  power: Power,
  known: readonly string[],
  published: readonly string[],
): readonly Obstacle[] {
  const { name, labels, service } = container;
  const ports =
    power !== 'host-network' || published.length > 0
      ? []
      : [known.length > 0 ? say('T18', { name, ports: known.join(', ') }) : say('T19', { name })];
  const isComposed = labels[COMPOSE_PROJECT_LABEL] !== undefined;
  const file = placeOf(labels).files.join(', ') || 'compose.yaml';
  const line = writtenInCompose(container, power);
  return [
    say(STOPS_WORKING[power], { name }),
    ...ports,
    ...(isComposed ? [say('T20', { name, line, service, file })] : []),
  ];
}

/** Names and paths are the engine's. */
function say(rule: keyof typeof OBSTACLES, params: Readonly<Record<string, string>>): Obstacle {
  return obstacle(rule, Object.fromEntries(Object.entries(params).map(([key, text]) => [key, plain(text)])));
}
