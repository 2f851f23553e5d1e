import type { NetworkRow } from '../../shared/contract/networks.ts';
import type { Core } from '../app/core.ts';
import { networkRows, unusedNetworks } from '../app/network-rows.ts';
import { startNetworkRemoval } from '../app/volume-jobs.ts';
import { procedures } from './contract.ts';
import { latest } from './stream.ts';

const { networks } = procedures;

export const networksRouter = (core: Core) => {
  const domain = () => core.manage().networks;
  const removal = (ids: readonly string[], kind: 'remove' | 'prune') => ({
    job: startNetworkRemoval(core.jobs, { domain: domain(), topology: core.topology.known(), kind }, ids),
  });
  /** Of a container that does not run the engine tells nobody where it joins. A reading that fails is made up for by the next. */
  const told = (): Promise<void> => core.topology.refresh().catch(() => undefined);
  return {
    watch: networks.watch.handler(({ signal }) =>
      latest<NetworkRow[]>(
        signal,
        () => {
          const now = core.topology.now();
          return now && networkRows(now);
        },
        (listener) => core.topology.onChange((topology) => listener(networkRows(topology))),
      ),
    ),
    create: networks.create.handler(async ({ input }) => ({ id: await domain().create(input) })),
    connect: networks.connect.handler(async ({ input }) => {
      await domain().connect(input);
      await told();
    }),
    disconnect: networks.disconnect.handler(async ({ input }) => {
      await domain().disconnect(input.network, input.container);
      await told();
    }),
    remove: networks.remove.handler(({ input }) => removal(input.ids, 'remove')),
    prunePreview: networks.prunePreview.handler(() => unusedNetworks(core.topology.known())),
    prune: networks.prune.handler(({ input }) => removal(input.ids, 'prune')),
  };
};
