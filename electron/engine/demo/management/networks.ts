/** Networks of the demo's world. */
import { BulkheadError } from '../../../../shared/errors.ts';
import type { NetworksDomain } from '../../domains/networks.ts';
import type { DemoNetwork } from '../world.ts';
import type { DemoStage } from './containers.ts';

export function createDemoNetworks({ world, changed }: DemoStage): NetworksDomain {
  let made = 0;
  const find = (ref: string): DemoNetwork => {
    const found = world.networks.find(({ id, name }) => id === ref || name === ref);
    if (found) return found;
    throw new BulkheadError({ code: 'NOT_FOUND', message: `network ${ref} not found`, hint: 'Look again.' });
  };
  const membersOf = (name: string): string[] =>
    [...world.containers.values()]
      .filter(({ described }) => name in described.networks)
      .map((one) => one.described.name);

  return {
    create: async ({ name, subnets, internal, ipv6, icc }) => {
      await Promise.resolve();
      if (world.networks.some((one) => one.name === name)) {
        throw refused(
          `network with name ${name} already exists`,
          'Choose another name, or remove the network that has it.',
        );
      }
      made += 1;
      const chosen = subnets[0]?.subnet ?? `172.${30 + made}.0.0/16`;
      if (world.networks.some(({ subnet }) => subnet === chosen)) {
        throw refused('Pool overlaps with other one on this address space', 'Choose another subnet.');
      }
      const id = (0x5e00 + made).toString(16).padStart(8, '0').repeat(8);
      const gateway = subnets[0]?.gateway || `${prefixOf(chosen)}.1`;
      world.networks.push({ id, name, subnet: chosen, gateway, internal, project: '', ipv6, icc: icc ?? true });
      changed();
      return id;
    },
    remove: async (ref) => {
      await Promise.resolve();
      const network = find(ref);
      if (membersOf(network.name).length > 0) {
        throw refused(`network ${network.name} has active endpoints`, 'Disconnect its containers first.');
      }
      world.networks.splice(world.networks.indexOf(network), 1);
      changed();
    },
    connect: async ({ network, container, ipv4 }) => {
      await Promise.resolve();
      const { name, subnet } = find(network);
      const { described } = world.find(container);
      if (name in described.networks) {
        throw refused(`endpoint with name ${described.name} already exists in network ${name}`, '');
      }
      const taken = new Set([...world.containers.values()].flatMap((one) => Object.values(one.described.networks)));
      if (ipv4 && taken.has(ipv4)) throw refused('Address already in use', 'Choose another address.');
      let last = 2;
      while (taken.has(`${prefixOf(subnet)}.${last}`)) last += 1;
      described.networks[name] = ipv4 || `${prefixOf(subnet)}.${last}`;
      changed();
    },
    disconnect: async (network, container) => {
      await Promise.resolve();
      delete world.find(container).described.networks[find(network).name];
      changed();
    },
  };
}

function prefixOf(subnet: string): string {
  return subnet.split('.').slice(0, 3).join('.');
}

function refused(message: string, hint: string): BulkheadError {
  return new BulkheadError({ code: 'ENGINE_REFUSED', message, hint });
}
