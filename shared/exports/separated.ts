/** A project's services on other networks than they are on, such that sharing one says what the policy allows. */
import { indexTopology } from '../policy/stack.ts';
import type { Policy } from '../policy/model.ts';
import { isContainer, type ContainerEndpoint, type Topology } from '../topology/model.ts';
import { groundOf } from './ground.ts';
import { aliasesIn, placed, placing } from './placing.ts';
import { asRunning, reachesOf, wantedDenials } from './reach.ts';
import type { PlacedService, Separated } from './separation.ts';
import { shortfallsOf } from './shortfalls.ts';

/** What Compose takes as the name of a service. */
const SERVICE_NAME = /^[a-zA-Z0-9._-]+$/;
/** The network that nobody may be on besides others. */
const DEFAULT_BRIDGE = 'bridge';

export function separateProject(topology: Topology, policy: Policy, project: string): Separated {
  const before = asRunning(topology);
  const mine = before.endpoints.filter(isContainer).filter((one) => one.project === project);
  const bridges = new Set(before.networks.filter(({ name }) => name === DEFAULT_BRIDGE).map(({ id }) => id));
  const isMovable = ({ service, networkMode, attachments }: ContainerEndpoint): boolean =>
    SERVICE_NAME.test(service) &&
    networkMode.kind === 'own' &&
    attachments.length > 0 &&
    !attachments.some(({ networkId }) => bridges.has(networkId));
  const movable = mine.filter(isMovable);
  const names = [...new Set(movable.map(({ service }) => service))].sort();
  const services = names.map((service) => movable.filter((one) => one.service === service));
  const wanted = reachesOf(before, wantedDenials(policy, before));
  const ground = groundOf(before, project, movable, wanted);
  const place = placing(services, wanted, ground, before);
  const after = placed(before, services, place, ground);
  return {
    services: names.map((service, at): PlacedService => {
      const members = services[at] ?? [];
      const networks = place.networks.filter((one) => one.members.includes(service)).map(({ key }) => key);
      const kept = [...new Set(members.flatMap((one) => ground.keptBy(one).map(ground.keyOf)))].sort();
      return { service, networks, kept, aliases: aliasesIn(members, ground), none: place.none.has(at) };
    }),
    networks: place.networks,
    kept: ground.kept,
    fewest: place.fewest,
    shortfalls: shortfallsOf({ before, after, movable, wanted, index: indexTopology(before) }),
    untouched: mine.filter((one) => !movable.includes(one)).map(({ name }) => name),
    after,
  };
}
