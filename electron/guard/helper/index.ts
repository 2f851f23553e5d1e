/** The way to the wire of a real engine: image, container, conversation. */
import { BlockList, isIP } from 'node:net';
import * as z from 'zod';
import { BulkheadError, toErrorShape } from '../../../shared/errors.ts';
import type { DockerApi } from '../../engine/connection/index.ts';
import type { MachineFacts, Wire, WireCapabilities, WireOptions } from '../../engine/driver.ts';
import { removeStale, startContainer } from './container.ts';
import { ensureImage } from './image.ts';
import { createSession, knock } from './session.ts';
import { createWire } from './wire.ts';

const machineAnswer = z.object({
  bridgeNetfilter: z.boolean().nullable(),
  userlandProxy: z.boolean().nullable(),
  ip6tables: z.boolean().nullable(),
  ipvs: z.boolean().optional(),
  hostAddresses: z.array(z.string()),
  interfaces: z.record(z.string(), z.array(z.string())).optional(),
});
const helloAnswer = machineAnswer.extend({
  nftVersion: z.string(),
  kernel: z.string(),
  architecture: z.string(),
  bridgeConntrack: z.boolean(),
  bridgeMeta: z.boolean().optional(),
});

/**
 * Starts a helper on that engine and opens the conversation with it.
 *
 * @throws BulkheadError `HELPER_FAILED` (image, start or first answer), `CANCELLED`, or what the engine said.
 */
export async function openDockerWire(api: DockerApi, options: WireOptions = {}): Promise<Wire> {
  const { signal, onProgress } = options;
  throwIfCancelled(signal);
  const image = await ensureImage(api, options);
  throwIfCancelled(signal);
  await removeStale(api);
  onProgress?.({ step: 'helper-start', detail: image });
  const container = await startContainer(api, image).catch((thrown: unknown) => {
    const { message, hint } = toErrorShape(thrown);
    throw new BulkheadError(
      { code: 'HELPER_FAILED', message: `The helper could not be started: ${message}`, hint },
      { cause: thrown },
    );
  });
  const session = createSession(container.stream);
  try {
    const hello = helloAnswer.parse(await knock(session, signal));
    const capabilities: WireCapabilities = {
      ...hello,
      hostAddresses: await withoutGateways(api, hello.hostAddresses),
    };
    onProgress?.({ step: 'helper-ready', detail: `nftables ${hello.nftVersion}` });
    const machine = async (): Promise<MachineFacts> => {
      const facts = machineAnswer.parse(await session.call('machine', {}));
      return { ...facts, hostAddresses: await withoutGateways(api, facts.hostAddresses) };
    };
    const own = (addresses: readonly string[]): Promise<readonly string[]> => withoutGateways(api, addresses);
    return createWire({ session, capabilities, machine, own, gone: container.gone });
  } catch (thrown) {
    session.close();
    await container.gone();
    throw thrown;
  }
}

interface NetworkLine {
  readonly Driver: string;
  readonly Options?: Readonly<Record<string, string>> | null;
  readonly IPAM?: { readonly Config?: readonly { readonly Subnet?: string }[] | null } | null;
}

/**
 * The machine's end of a container network is no address of the machine's own.  Told by the subnet, as the default
 * bridge does not say its IPv6 gateway.  Only bridges: a macvlan network's subnet is the machine's own.  Nor where the
 * engine was told to give the machine no IPv4 address: one that is there all the same is somebody's own doing.
 */
async function withoutGateways(api: DockerApi, addresses: readonly string[]): Promise<string[]> {
  const networks = (await api.request('/networks')) as readonly NetworkLine[];
  const ours = new BlockList();
  for (const { Driver, IPAM, Options } of networks) {
    const inhibited = Options?.['com.docker.network.bridge.inhibit_ipv4'] === 'true';
    for (const { Subnet = '' } of Driver === 'bridge' ? (IPAM?.Config ?? []) : []) {
      const [base = '', prefix = ''] = Subnet.split('/');
      const family = isIP(base);
      if (family === 4 && inhibited) continue;
      if (family !== 0) ours.addSubnet(base, Number(prefix), family === 4 ? 'ipv4' : 'ipv6');
    }
  }
  return addresses.filter((address) => !ours.check(address, isIP(address) === 4 ? 'ipv4' : 'ipv6'));
}

function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new BulkheadError({ code: 'CANCELLED', message: 'Cancelled.', hint: '' });
}
