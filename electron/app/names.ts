/**
 * What a person may type for an endpoint: a container's name or id, `project/service`, `service:NAME` or a Swarm service's
 * bare name, `host`, `lan`, `internet`.
 */
import { BulkheadError } from '../../shared/errors.ts';
import { formatSelector, parseSelector, resolveSelector } from '../../shared/policy/index.ts';
import {
  isContainer,
  isService,
  type ContainerEndpoint,
  type Endpoint,
  type Topology,
} from '../../shared/topology/model.ts';

/** Docker shows 12 digits of an id; fewer than 4 would be guesswork. */
const ID_PREFIX = /^[0-9a-f]{4,64}$/;

/**
 * Every endpoint that `text` names.  A container's exact name wins over an id that starts so.
 *
 * @throws BulkheadError `BAD_INPUT` (not a name at all), `NOT_FOUND`, `AMBIGUOUS` (an id prefix of several).
 */
function all(text: string, topology: Topology): readonly Endpoint[] {
  const byPrefix = byId(text, topology);
  if (byPrefix) return [byPrefix];
  const found = resolveSelector(parseSelector(text), topology);
  if (found.length > 0) return found;
  const services = servicesCalled(text, topology);
  if (services.length === 0) throw notFound(text, topology);
  return services;
}

/** Swarm services that nobody else takes the name from: by their own name, or `stack/service` where no task runs here. */
function servicesCalled(text: string, topology: Topology): readonly Endpoint[] {
  return topology.endpoints
    .filter(isService)
    .filter(({ name, project, service }) => name === text || (project !== '' && `${project}/${service}` === text));
}

/** The one endpoint that `text` names. @throws as `all`, and `AMBIGUOUS` when it names several. */
function one(text: string, topology: Topology): Endpoint {
  const named = all(text, topology);
  // A service is named together with its tasks: it stands for them.
  const found = named.some(isService) ? named.filter(isService) : named;
  const [first] = found;
  if (!first || found.length > 1) {
    throw new BulkheadError({
      code: 'AMBIGUOUS',
      message: `"${text}" names ${found.length} endpoints: ${list(found)}.`,
      hint: 'Name one of them.',
    });
  }
  return first;
}

/** The selector to write into the policy for what a person typed: an id becomes the container's name. */
function selector(text: string, topology: Topology): string {
  const container = byId(text, topology);
  if (container) return `container:${container.name}`;
  if (resolveSelector(parseSelector(text), topology).length > 0) return text;
  const [service] = servicesCalled(text, topology);
  return service ? formatSelector({ kind: 'swarm-service', name: service.name }) : text;
}

function byId(text: string, topology: Topology): ContainerEndpoint | null {
  const containers = topology.endpoints.filter(isContainer);
  if (containers.some(({ name }) => name === text)) return null;
  if (!ID_PREFIX.test(text)) return null;
  const matches = containers.filter(({ id }) => id.startsWith(text));
  if (matches.length > 1) {
    throw new BulkheadError({
      code: 'AMBIGUOUS',
      message: `The id "${text}" fits ${matches.length} containers: ${list(matches)}.`,
      hint: 'Give more digits of the id, or the name.',
    });
  }
  return matches[0] ?? null;
}

function notFound(text: string, topology: Topology): BulkheadError {
  const known = topology.endpoints.map(({ name }) => name);
  const near = known.filter((name) => name.includes(text) || text.includes(name));
  return new BulkheadError({
    code: 'NOT_FOUND',
    message: `There is no endpoint "${text}".`,
    hint:
      near.length > 0
        ? `Did you mean ${near.slice(0, 5).join(', ')}?`
        : `Names are container names, project/service, service:NAME, host, lan, internet. Here: ${known.slice(0, 12).join(', ')}.`,
  });
}

function list(endpoints: readonly Endpoint[]): string {
  return endpoints
    .slice(0, 8)
    .map(({ name }) => name)
    .join(', ');
}

export const resolveEndpoint = { all, one, selector };
