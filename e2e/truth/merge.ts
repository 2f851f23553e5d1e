/** Several worlds on one engine at once: quicker than one after the other, and their strangers are tried as well. */
import { containersOf, networksOf, words, type ContainerPlan, type NetworkPlan, type WorldPlan } from './plan.ts';

/**
 * One plan that holds all of these.  Names get the key before them (`KEY.name`), ports of the machine a number of their
 * own; the default bridge, the machine and the outside are everybody's.
 */
export function mergePlans(plans: Readonly<Record<string, WorldPlan>>): WorldPlan {
  const networks: Record<string, NetworkPlan> = {};
  const containers: Record<string, ContainerPlan> = {};
  const blocks: [string, string][] = [];
  let port = 8000;
  for (const [key, plan] of Object.entries(plans)) {
    const mine = (name: string): string => (isShared(name) ? name : `${key}.${name}`);
    const joined = (mode: string): string => mode.replace(/^container:/, `container:${key}.`);
    const ports = new Map<string, number>();
    for (const [name, network] of networksOf(plan)) networks[mine(name)] = network;
    for (const [name, one] of containersOf(plan)) {
      containers[mine(name)] = {
        ...one,
        on: words(one.on)
          .map((word) => (word.startsWith('container:') ? joined(word) : mine(word)))
          .join(' '),
        ...(one.publish && {
          publish: one.publish.map((text) =>
            text
              .replace(/^@([^:]+)/, `@${key}.$1`)
              .replace(/(^|:)(\d+)(:\d+(?:\/\w+)?)$/, (_, before: string, host: string, rest: string) => {
                const known = ports.get(host) ?? (port += 1);
                ports.set(host, known);
                return `${before}${String(known)}${rest}`;
              }),
          ),
        }),
        ...(one.links && { links: one.links.map((link) => `${key}.${link}`) }),
        ...(one.mounts && { mounts: one.mounts.map((mount) => (mount.startsWith('/') ? mount : `${key}.${mount}`)) }),
        ...(one.pid !== undefined && { pid: joined(one.pid) }),
        ...(one.ipc !== undefined && { ipc: joined(one.ipc) }),
      };
    }
    for (const [from, to] of plan.blocks ?? []) blocks.push([mine(from), mine(to)]);
  }
  return { networks, containers, ...(blocks.length > 0 && { blocks }) };
}

function isShared(name: string): boolean {
  return ['host', 'none', 'bridge', 'lan', 'internet'].includes(name);
}
