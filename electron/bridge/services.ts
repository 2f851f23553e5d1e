import type { NamesView, SwarmView } from '../../shared/contract/services.ts';
import type { Core } from '../app/core.ts';
import { namesView } from '../app/name-rows.ts';
import {
  startServiceRemoval,
  startServiceRollback,
  startServiceScale,
  startServiceUpdate,
  type ServiceStage,
} from '../app/service-jobs.ts';
import { procedures } from './contract.ts';
import { reread } from './reread.ts';
import { latest } from './stream.ts';

const { services } = procedures;

export const servicesRouter = (core: Core) => {
  const domain = () => core.manage().services;
  const stage = (): ServiceStage => {
    const { endpoints } = core.topology.known();
    return {
      jobs: core.jobs,
      services: domain(),
      nameOf: (id) => endpoints.find((one) => one.id === id)?.name ?? id,
    };
  };
  return {
    watch: services.watch.handler(({ signal }) => {
      const now = domain();
      return reread<SwarmView>(signal, {
        read: (reading) => now.list({ signal: reading }),
        onChange: (listener) => now.onChange(listener),
      });
    }),
    names: services.names.handler(({ signal }) =>
      latest<NamesView>(
        signal,
        () => {
          const now = core.topology.now();
          return now && namesView(now);
        },
        (listener) => core.topology.onChange((topology) => listener(namesView(topology))),
      ),
    ),
    scale: services.scale.handler(({ input }) => ({ job: startServiceScale(stage(), input) })),
    update: services.update.handler(({ input }) => ({ job: startServiceUpdate(stage(), input) })),
    rollback: services.rollback.handler(({ input }) => ({ job: startServiceRollback(stage(), input.id) })),
    remove: services.remove.handler(({ input }) => ({ job: startServiceRemoval(stage(), input.ids) })),
    availability: services.availability.handler(({ input }) =>
      domain().setAvailability(input.node, input.availability),
    ),
  };
};
