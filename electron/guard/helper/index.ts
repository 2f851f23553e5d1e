/** The way to the wire of a real engine: image, container, conversation. */
import * as z from 'zod';
import { BulkheadError, toErrorShape } from '../../../shared/errors.ts';
import type { DockerApi } from '../../engine/connection/index.ts';
import type { Identity } from '../../lib/identity.ts';
import type { MachineFacts, Wire, WireCapabilities } from '../../engine/driver.ts';
import { removeStale, startContainer } from './container.ts';
import { ensureImage, type ImageOptions } from './image.ts';
import { keepShut, writtenFor } from './keeper.ts';
import { withoutGateways, type NetworkLine, type OwnAddresses } from './own-addresses.ts';
import { createSession, knock } from './session.ts';
import { createWire } from './wire.ts';

const machineAnswer = z.object({
  bridgeNetfilter: z.boolean().nullable(),
  userlandProxy: z.boolean().nullable(),
  ip6tables: z.boolean().nullable(),
  ipvs: z.boolean().optional(),
  hostAddresses: z.array(z.string()),
  interfaces: z.record(z.string(), z.array(z.string())).optional(),
  routes: z.record(z.string(), z.array(z.string())).optional(),
});
const helloAnswer = machineAnswer.extend({
  nftVersion: z.string(),
  kernel: z.string(),
  architecture: z.string(),
  bridgeConntrack: z.boolean(),
  bridgeMeta: z.boolean().optional(),
  elementCounters: z.boolean().optional(),
  inetTables: z.boolean().optional(),
  bridgeTables: z.boolean().optional(),
  userNamespace: z.boolean().optional(),
});

/**
 * Starts a helper on that engine and opens the conversation with it.
 *
 * @throws BulkheadError `HELPER_FAILED` (image, start or first answer), `CANCELLED`, or what the engine said.
 */
export async function openDockerWire(
  api: DockerApi,
  options: ImageOptions = {},
  identity: Identity = { instance: '', by: '' },
): Promise<Wire> {
  const { signal, onProgress } = options;
  throwIfCancelled(signal);
  const image = await ensureImage(api, options);
  throwIfCancelled(signal);
  await removeStale(api);
  onProgress?.({ step: 'helper-start', detail: image });
  const container = await startContainer(api, image, identity).catch((thrown: unknown) => {
    const { message, hint } = toErrorShape(thrown);
    throw new BulkheadError(
      { code: 'HELPER_FAILED', message: `The helper could not be started: ${message}`, hint },
      { cause: thrown },
    );
  });
  const session = createSession(container.stream);
  const own: OwnAddresses = async (addresses, interfaces) =>
    withoutGateways((await api.request('/networks')) as readonly NetworkLine[], addresses, interfaces);
  try {
    const hello = helloAnswer.parse(await knock(session, signal));
    const capabilities: WireCapabilities = {
      ...hello,
      hostAddresses: await own(hello.hostAddresses, hello.interfaces),
    };
    onProgress?.({ step: 'helper-ready', detail: `nftables ${hello.nftVersion}` });
    const machine = async (): Promise<MachineFacts> => {
      const facts = machineAnswer.parse(await session.call('machine', {}));
      return { ...facts, hostAddresses: await own(facts.hostAddresses, facts.interfaces) };
    };
    const keep = (script: string | null): Promise<void> =>
      keepShut(api, { image, identity, script: script === null ? null : writtenFor(script, capabilities) });
    return { ...createWire({ session, capabilities, machine, own, gone: container.gone }), keep };
  } catch (thrown) {
    session.close();
    await container.gone();
    throw thrown;
  }
}

function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new BulkheadError({ code: 'CANCELLED', message: 'Cancelled.', hint: '' });
}
