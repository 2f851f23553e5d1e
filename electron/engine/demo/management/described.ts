/** A container that the user asks for, as the demo's world describes one. */
import { BulkheadError } from '../../../../shared/errors.ts';
import type { RunSpec } from '../../../../shared/containers/run-spec.ts';
import type { Described, DemoWorld } from '../world.ts';

/** @throws BulkheadError for networks that are not there, and ports that another one has. */
export function describe(spec: RunSpec, world: DemoWorld): Described {
  const host = spec.networks[0]?.name === 'host';
  const wanted = spec.networks.length === 0 ? [{ name: 'bridge', ipv4: '' }] : host ? [] : spec.networks;
  const networks = wanted.map(({ name, ipv4 }): readonly [string, string] => [name, ipv4 || world.freeAddress(name)]);
  const published = spec.ports.map(({ address, hostPort, port }, index) => ({
    address: address || '0.0.0.0',
    hostPort: hostPort || 32_768 + index,
    port,
  }));
  for (const { hostPort } of published) requirePort(world, hostPort, spec.name);
  return {
    name: spec.name || world.freeName(),
    service: spec.labels.find(({ name }) => name === 'com.docker.compose.service')?.value ?? '',
    image: spec.image,
    state: 'exited',
    listens: spec.ports.map(({ port }) => port),
    ...(host ? { networkMode: 'host' } : {}),
    networks: Object.fromEntries(networks),
    published,
    volumes: Object.fromEntries(
      spec.mounts
        .filter(({ type }) => type === 'volume')
        .map(({ source, target, readOnly }) => [source, { path: target, writable: !readOnly }]),
    ),
    mounts: spec.mounts.filter(({ type }) => type === 'bind').map(({ target }) => target),
    links: [],
    privileged: spec.privileged,
  };
}

function requirePort({ containers }: DemoWorld, hostPort: number, name: string): void {
  const holder = [...containers.values()].find(
    ({ described, pid }) =>
      pid !== 0 && described.name !== name && described.published.some((one) => one.hostPort === hostPort),
  );
  if (!holder) return;
  throw new BulkheadError({
    code: 'ENGINE_REFUSED',
    message: `Bind for 0.0.0.0:${hostPort} failed: port is already allocated`,
    hint: 'Stop whatever uses that port, or publish another one.',
  });
}
