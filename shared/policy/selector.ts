/** Selectors: the stable names by which a policy speaks of endpoints. Rules P1–P4 of SPEC.md. */
import { BulkheadError } from '../errors.ts';
import { assertNever, isContainer, isService, type Endpoint, type Topology } from '../topology/model.ts';
import type { Selector, SelectorText } from './model.ts';

const ZONE_NAMES = ['host', 'lan', 'internet'] as const;

/** Prefixes of DESIGN §7 that a later version will understand. */
const LATER = ['project', 'network', 'label', 'image'];

/** Longer than any name Docker or Compose lets through; keeps messages and files readable. */
const MAX_LENGTH = 512;

/**
 * Reads `shop/web`, `container:legacy`, `service:shop_web`, a bare container name, `host`, `lan` or `internet`.
 *
 * @throws BulkheadError `BAD_INPUT`
 */
export function parseSelector(name: SelectorText): Selector {
  if (name.trim() === '')
    throw bad('A name is missing.', 'Write a container name, project/service, host, lan or internet.');
  if (name.length > MAX_LENGTH) throw bad('That name is too long.', `Names have at most ${MAX_LENGTH} characters.`);
  const zone = ZONE_NAMES.find((candidate) => candidate === name);
  if (zone) return { kind: 'zone', zone };
  const colon = name.indexOf(':');
  const prefix = colon < 0 ? '' : name.slice(0, colon);
  if (prefix === 'container' || prefix === 'service') {
    const rest = name.slice(colon + 1);
    if (rest === '') throw bad(`"${prefix}:" names no ${prefix}.`, `Write ${prefix}:NAME.`);
    return { kind: prefix === 'container' ? 'container' : 'swarm-service', name: rest };
  }
  if (LATER.includes(prefix)) {
    throw bad(`Selectors of the form "${prefix}:…" are not available yet.`, 'Name containers or project/service.');
  }
  const parts = name.split('/');
  if (parts.length === 1) return { kind: 'container', name };
  const [project, service] = parts;
  if (parts.length > 2 || !project || !service) {
    throw bad(`"${plain(name)}" is not a name Bulkhead understands.`, 'Write project/service, or container:NAME.');
  }
  return { kind: 'service', project, service };
}

function bad(message: string, hint: string): BulkheadError {
  return new BulkheadError({ code: 'BAD_INPUT', message, hint });
}

/** The one way a selector is written in the policy file; `parseSelector` reads it back to the same selector. */
export function formatSelector(selector: Selector): SelectorText {
  switch (selector.kind) {
    case 'zone':
      return selector.zone;
    case 'service':
      return `${selector.project}/${selector.service}`;
    case 'container':
      return `container:${selector.name}`;
    case 'swarm-service':
      return `service:${selector.name}`;
    default:
      return assertNever(selector);
  }
}

/** Every endpoint the selector names in this topology, running or not, in the topology's order. */
export function resolveSelector(selector: Selector, topology: Topology): readonly Endpoint[] {
  return topology.endpoints.filter((endpoint) => {
    if (isService(endpoint)) return selector.kind === 'swarm-service' && endpoint.name === selector.name;
    if (!isContainer(endpoint)) return selector.kind === 'zone' && endpoint.kind === selector.zone;
    if (selector.kind === 'container') return endpoint.name === selector.name;
    return (
      selector.kind === 'service' && endpoint.project === selector.project && endpoint.service === selector.service
    );
  });
}

/** `service:NAME` for a Swarm service, `shop/web` for a Compose service's container or a stack's task, else `container:NAME`; parses back to a selector that names this endpoint. */
export function selectorFor(endpoint: Endpoint, topology: Topology): SelectorText {
  if (isService(endpoint)) return formatSelector({ kind: 'swarm-service', name: endpoint.name });
  if (!isContainer(endpoint)) return endpoint.kind;
  const byName = formatSelector({ kind: 'container', name: endpoint.name });
  if (endpoint.project === '' || endpoint.service === '') return byName;
  // Labels are free text: a hostile one must not turn into a selector that names something else.
  const text = formatSelector({ kind: 'service', project: endpoint.project, service: endpoint.service });
  try {
    return resolveSelector(parseSelector(text), topology).some(({ id }) => id === endpoint.id) ? text : byName;
  } catch {
    return byName;
  }
}

/** How narrowly a selector names: a container more than a service, a service more than a zone. */
export function rankOf(selector: Selector): number {
  return { zone: 1, service: 2, 'swarm-service': 2, container: 3 }[selector.kind];
}

/** A name fit for a sentence: control characters and text-direction marks cannot disturb what stands around it. */
export function plain(name: string): string {
  return name.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '?');
}
