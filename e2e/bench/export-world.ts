/** The large engine of the diagram's benchmark, made on a real one: what `bulkhead export` then lists, judges and draws. */
import { mapLimited } from '../../electron/lib/limit.ts';
import { largeCase } from '../../shared/diagram/test-topologies.ts';
import { isContainer } from '../../shared/topology/model.ts';
import { Docker } from '../fixture/docker.ts';
import { importTestImage, TEST_IMAGE } from '../fixture/image.ts';

/** The engine makes containers hardly faster by more at once. */
const AT_ONCE = 4;

/**
 * Makes the containers and networks of `largeCase` with their projects, ports and volumes.
 *
 * They are created and never started: an engine lists both alike, and starting so many takes minutes.
 */
export async function makeExportWorld(
  engine: { readonly socket: string },
  size: { readonly endpoints: number; readonly networks: number },
): Promise<void> {
  const { topology } = largeCase(size.endpoints, size.networks);
  const docker = new Docker(engine.socket);
  await importTestImage(engine);
  const names = new Map(topology.networks.map(({ id, name }) => [id, name]));
  const containers = topology.endpoints.filter(isContainer);
  const used = new Set(containers.flatMap(({ attachments }) => attachments.map(({ networkId }) => networkId)));
  let at = 0;
  for (const { id, name, internal } of topology.networks) {
    if (!used.has(id)) continue;
    // The engine's own pools end after thirty networks.
    const IPAM = { Config: [{ Subnet: `10.128.${at}.0/24` }] };
    await docker.createNetwork(name, { IPAM, ...(internal ? { Internal: true } : {}) });
    at += 1;
  }
  await mapLimited(containers, AT_ONCE, async (container) => {
    const [first = 'bridge', ...others] = container.attachments.map(({ networkId }) => names.get(networkId) ?? '');
    const bindings = container.publishedPorts.map(({ port, hostPort }) => [
      `${port}/tcp`,
      [{ HostPort: String(hostPort) }],
    ]);
    const id = await docker.createContainer(container.name, {
      Image: TEST_IMAGE,
      Cmd: ['sleep', '86400'],
      Labels: {
        'com.docker.compose.project': container.project,
        'com.docker.compose.service': container.service,
      },
      ExposedPorts: { '80/tcp': {} },
      HostConfig: {
        NetworkMode: first,
        PortBindings: Object.fromEntries(bindings),
        ...(container.service === 'db' ? { Binds: [`${container.project}_pg:/var/lib`] } : {}),
        ...(container.service === 'cron' ? { Binds: [`${container.project}_pg:/backup:ro`] } : {}),
      },
    });
    for (const network of others) await docker.connect(network, id);
  });
}
