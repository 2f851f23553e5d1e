/** Selectors: the stable names by which a policy speaks of endpoints. Rules P1–P4 of SPEC.md. */
import { BulkheadError } from '../errors.ts';
import {
  assertNever,
  isContainer,
  isService,
  SWARM_SERVICE_ID_LABEL,
  type Endpoint,
  type Topology,
} from '../topology/model.ts';
import type { Selector, SelectorText } from './model.ts';

const ZONE_NAMES = ['host', 'lan', 'internet'] as const;

/** Longer than any name Docker or Compose lets through; keeps messages and files readable. */
const MAX_LENGTH = 512;

/**
 * Reads `shop/web`, `container:legacy`, `service:shop_web`, `project:shop`, `network:front`, `label:tier=db`, a bare
 * container name, `all`, `host`, `lan` or `internet`.
 *
 * @throws BulkheadError `BAD_INPUT`
 */
export function parseSelector(name: SelectorText): Selector {
  if (name.trim() === '')
    throw bad('A name is missing.', 'Write a container name, project/service, host, lan or internet.');
  if (name.length > MAX_LENGTH) throw bad('That name is too long.', `Names have at most ${MAX_LENGTH} characters.`);
  const zone = ZONE_NAMES.find((candidate) => candidate === name);
  if (zone) return { kind: 'zone', zone };
  if (name === 'all') return { kind: 'all' };
  const colon = name.indexOf(':');
  const prefix = colon < 0 ? '' : name.slice(0, colon);
  const rest = name.slice(colon + 1);
  if (isPrefix(prefix)) {
    if (rest === '') throw bad(`"${prefix}:" names no ${prefix}.`, `Write ${prefix}:NAME.`);
    return prefixed(prefix, rest);
  }
  const parts = name.split('/');
  if (parts.length === 1) return { kind: 'container', name };
  const [project, service] = parts;
  if (parts.length > 2 || !project || !service) {
    throw bad(`"${plain(name)}" is not a name Bulkhead understands.`, 'Write project/service, or container:NAME.');
  }
  return { kind: 'service', project, service };
}

const PREFIXES = ['container', 'service', 'project', 'network', 'label'] as const;
type Prefix = (typeof PREFIXES)[number];

function isPrefix(text: string): text is Prefix {
  return PREFIXES.some((one) => one === text);
}

function prefixed(prefix: Prefix, rest: string): Selector {
  switch (prefix) {
    case 'container':
      return { kind: 'container', name: rest };
    case 'service':
      return { kind: 'swarm-service', name: rest };
    case 'project':
      return { kind: 'project', project: rest };
    case 'network':
      return { kind: 'network', network: rest };
    case 'label': {
      const equals = rest.indexOf('=');
      if (equals === 0) throw bad('"label:=" names no label.', 'Write label:KEY or label:KEY=VALUE.');
      return equals < 0
        ? { kind: 'label', key: rest, value: null }
        : { kind: 'label', key: rest.slice(0, equals), value: rest.slice(equals + 1) };
    }
    default:
      return assertNever(prefix);
  }
}

function bad(message: string, hint: string): BulkheadError {
  return new BulkheadError({ code: 'BAD_INPUT', message, hint });
}

/** The one way a selector is written in the policy file; `parseSelector` reads it back to the same selector. */
export function formatSelector(selector: Selector): SelectorText {
  switch (selector.kind) {
    case 'zone':
      return selector.zone;
    case 'all':
      return 'all';
    case 'project':
      return `project:${selector.project}`;
    case 'network':
      return `network:${selector.network}`;
    case 'label':
      return `label:${selector.key}${selector.value === null ? '' : `=${selector.value}`}`;
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
  const networks = new Set(
    selector.kind === 'network'
      ? topology.networks.filter(({ name }) => name === selector.network).map(({ id }) => id)
      : [],
  );
  const services = new Set(
    selector.kind === 'swarm-service'
      ? topology.endpoints.filter((one) => isService(one) && one.name === selector.name).map(({ id }) => id)
      : [],
  );
  return topology.endpoints.filter((endpoint) => {
    if (isService(endpoint)) return services.has(endpoint.id);
    if (!isContainer(endpoint)) return selector.kind === 'zone' && endpoint.kind === selector.zone;
    switch (selector.kind) {
      case 'all':
        return true;
      case 'container':
        return endpoint.name === selector.name;
      case 'service':
        return endpoint.project === selector.project && endpoint.service === selector.service;
      case 'swarm-service':
        // A service is reached by its own address and by its tasks': it is both.
        return services.has(endpoint.labels[SWARM_SERVICE_ID_LABEL] ?? '');
      case 'project':
        return endpoint.project === selector.project;
      case 'network':
        return endpoint.attachments.some(({ networkId }) => networks.has(networkId));
      case 'label': {
        const value = Object.hasOwn(endpoint.labels, selector.key) ? endpoint.labels[selector.key] : undefined;
        return value !== undefined && (selector.value === null || value === selector.value);
      }
      case 'zone':
        return false;
      default:
        return assertNever(selector);
    }
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

/** How narrowly a selector names: a container more than a service, that more than a group, a group more than a zone. */
export function rankOf(selector: Selector): number {
  const RANKS = { all: 0, zone: 1, network: 2, project: 2, label: 2, service: 3, 'swarm-service': 3, container: 4 };
  return RANKS[selector.kind];
}

/** A name fit for a sentence: control characters and text-direction marks cannot disturb what stands around it. */
export function plain(name: string): string {
  return name.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '?');
}
