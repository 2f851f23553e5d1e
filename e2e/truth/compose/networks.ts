/** A compose file's networks as the lab's engine can have them. */
import { subnetHolding, subnetsOf } from './addresses.ts';
import type { ComposeAttachment, ComposeNetwork, ComposeProject, ComposeService, Note } from './project.ts';

/** Networks every engine has: nobody can make them. */
const BUILT_IN = new Set(['bridge', 'host', 'none']);

export interface LabNetworks {
  readonly networks: Readonly<Record<string, ComposeNetwork>>;
  /** Interfaces that macvlan and ipvlan networks stand on and that the machine does not have. */
  readonly parents: readonly string[];
  readonly notes: readonly Note[];
}

export function labNetworks(project: ComposeProject, interfaces: ReadonlySet<string>): LabNetworks {
  const networks: Record<string, ComposeNetwork> = {};
  const parents = new Set<string>();
  const notes: Note[] = [];
  for (const [key, given] of Object.entries(project.networks ?? {})) {
    const network = given ?? {};
    const name = network.name ?? key;
    const parent = parentOf(network);
    if (parent !== null && !interfaces.has(parent)) {
      parents.add(parent);
      notes.push({
        what: `network ${key}: parent ${parent}`,
        why: 'an interface behind which nobody is stands for it',
      });
    }
    if (!network.external || BUILT_IN.has(name)) {
      networks[key] = network;
      continue;
    }
    // The file says nothing of it but what its services ask of it.
    const { external: _external, ipam: _ipam, ...rest } = network;
    const subnets = subnetsOf(network).length === 0 ? askedOf(key, project.services) : [];
    notes.push({ what: `network ${key} (${name})`, why: 'external: a bridge of that name is made for this run' });
    networks[key] = {
      ...rest,
      name,
      ...(subnets.some((subnet) => subnet.includes(':')) && { enable_ipv6: true }),
      ...(subnets.length > 0 && { ipam: { config: subnets.map((subnet) => ({ subnet })) } }),
    };
  }
  return { networks, parents: [...parents], notes };
}

/** `eth0.20` as it is: the engine takes an interface of that name, and kernels without VLANs could not make one. */
function parentOf({ driver, driver_opts: options }: ComposeNetwork): string | null {
  const parent = driver === 'macvlan' || driver === 'ipvlan' ? (options?.['parent'] ?? '') : '';
  return parent === '' ? null : parent;
}

/** Subnets that hold the addresses which services want on a network. */
function askedOf(key: string, services: Readonly<Record<string, ComposeService>>): readonly string[] {
  const wanted = Object.values(services).flatMap(({ networks }): readonly ComposeAttachment[] => {
    const attachment = networks?.[key];
    return attachment ? [attachment] : [];
  });
  return [
    subnetHolding(wanted.flatMap(({ ipv4_address }) => ipv4_address ?? [])),
    subnetHolding(wanted.flatMap(({ ipv6_address }) => ipv6_address ?? [])),
  ].filter((subnet) => subnet !== null);
}
