/**
 * The environment variables that a legacy link injects, by name.
 *
 * As moby's `daemon/links/links.go` makes them; equal to what 20.10.24, 26.1.5 and 28.5.2 gave.
 */
import type { ContainerEndpoint, Port } from '../topology/model.ts';

/** Variables of the target that are not handed over. */
const KEPT_BACK = new Set(['HOME', 'PATH']);

/** Names only, in the order of the engine's source: ports, `…_NAME`, then the target's own environment. */
export function linkVariables(
  alias: string,
  { exposedPorts, environment }: Pick<ContainerEndpoint, 'exposedPorts' | 'environment'>,
): readonly string[] {
  const prefix = alias
    .slice(alias.lastIndexOf('/') + 1)
    .toUpperCase()
    .replaceAll('-', '_');
  const ports = exposedPorts.toSorted(
    (a, b) => a.port - b.port || Number(b.protocol === 'tcp') - Number(a.protocol === 'tcp'),
  );
  const names: string[] = ports.length > 0 ? [`${prefix}_PORT`] : [];
  for (let at = 0; at < ports.length;) {
    const first = ports[at];
    const end = lastContiguous(ports, at);
    if (first && end > at + 1) {
      const range = `${prefix}_PORT_${String(first.port)}_${first.protocol.toUpperCase()}`;
      names.push(
        `${range}_START`,
        `${range}_ADDR`,
        `${range}_PROTO`,
        `${range}_PORT_START`,
        `${range}_END`,
        `${range}_PORT_END`,
      );
      at = end + 1;
    } else at += 1;
  }
  for (const { port, protocol } of ports) {
    const one = `${prefix}_PORT_${String(port)}_${protocol.toUpperCase()}`;
    names.push(one, `${one}_ADDR`, `${one}_PORT`, `${one}_PROTO`);
  }
  const own = (environment?.names ?? []).filter((name) => !KEPT_BACK.has(name));
  return [...new Set([...names, `${prefix}_NAME`, ...own.map((name) => `${prefix}_ENV_${name}`)])];
}

/** The last of the ports that follow one another from `start` on. */
function lastContiguous(ports: readonly Port[], start: number): number {
  let value = ports[start]?.port ?? 0;
  for (let at = start + 1; at < ports.length; at += 1) {
    if ((ports[at]?.port ?? 0) > value + 1) return at - 1;
    value += 1;
  }
  return ports.length - 1;
}
