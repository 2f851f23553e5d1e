/**
 * By which names load balancers forward requests to a container, as its labels and environment ask for.
 *
 * What the three tools document; the texts are hostile, so what is read of them is bounded.
 */
import type { DiscoveryKind } from '../topology/discovery.ts';
import type { ContainerEndpoint } from '../topology/model.ts';

const MAX_TEXT = 4096;
const MAX_NAMES = 64;

/** Host names (`shop.example`, `*.example`) under which a proxy of this kind forwards to the container. */
export function routedNames(kind: DiscoveryKind, container: ContainerEndpoint): readonly string[] {
  const read = READERS[kind];
  if (!read) return [];
  const names = read(container).filter((name) => NAME.test(name));
  return [...new Set(names.map((name) => name.toLowerCase()))].slice(0, MAX_NAMES);
}

const NAME = /^(?:\*\.)?[a-z0-9_](?:[a-z0-9_.-]{0,251}[a-z0-9_])?(?:\.\*)?$/i;

const READERS: Partial<Record<DiscoveryKind, (container: ContainerEndpoint) => readonly string[]>> = {
  traefik,
  'nginx-proxy': ({ environment }) => words(environment?.values['VIRTUAL_HOST'] ?? '', /[,\s]+/),
  caddy,
};

/** Labels `traefik.http.routers.NAME.rule` (v2, v3) and `traefik.frontend.rule` (v1). */
function traefik({ labels }: ContainerEndpoint): readonly string[] {
  if (labels['traefik.enable']?.toLowerCase() === 'false') return [];
  return Object.entries(labels).flatMap(([key, rule]) => {
    const label = key.toLowerCase();
    if (/^traefik\.(?:http|tcp)\.routers\.[^.]+\.rule$/.test(label)) return hostsOfRule(rule);
    return /^traefik\.(?:[^.]+\.)?frontend\.rule$/.test(label) ? hostsOfOldRule(rule) : [];
  });
}

/** `shop.example` and `b.example` of "Host(`shop.example`, `b.example`) && PathPrefix(`/x`)". */
export function hostsOfRule(rule: string): readonly string[] {
  const calls = rule.slice(0, MAX_TEXT).matchAll(/\b(?:Host|HostSNI)\(([^)]*)\)/gi);
  return [...calls].flatMap(([, given = '']) =>
    [...given.matchAll(/[`"']([^`"']+)[`"']/g)].map(([, name = '']) => name),
  );
}

/** `Host:shop.example,b.example;PathPrefix:/x` */
function hostsOfOldRule(rule: string): readonly string[] {
  return rule
    .slice(0, MAX_TEXT)
    .split(';')
    .filter((part) => /^\s*host:/i.test(part))
    .flatMap((part) => words(part.slice(part.indexOf(':') + 1), /[,\s]+/));
}

/** Labels `caddy` (or `caddy_0`, …) with addresses, where the same block has a `reverse_proxy`. */
function caddy({ labels }: ContainerEndpoint): readonly string[] {
  const keys = Object.keys(labels);
  return Object.entries(labels).flatMap(([key, value]) => {
    if (!/^caddy(?:_\d+)?$/.test(key)) return [];
    const forwards = keys.some((other) => other.startsWith(`${key}.`) && /(?:^|[._])reverse_proxy$/.test(other));
    return forwards
      ? words(value, /[,\s]+/).map((site) => site.replace(/^https?:\/\//, '').replace(/[:/].*$/, ''))
      : [];
  });
}

function words(text: string, separator: RegExp): readonly string[] {
  return text
    .slice(0, MAX_TEXT)
    .split(separator)
    .filter((word) => word !== '');
}
