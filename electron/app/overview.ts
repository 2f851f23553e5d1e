/** The first look at an engine, out of its topology and matrix. */
import type { Overview } from '../../shared/contract/overview.ts';
import { exposedIn } from '../../shared/exposure/exposure.ts';
import { risksIn } from '../../shared/exposure/risks.ts';
import { VERDICTS } from '../../shared/reachability/model.ts';
import { isContainer, isUp } from '../../shared/topology/model.ts';
import type { Session } from './session.ts';

export function overviewOf(session: Pick<Session, 'topology' | 'matrix' | 'explain'>): Overview {
  const topology = session.topology();
  const { ids, size, verdicts } = session.matrix();
  const indexes = new Map(ids.map((id, index) => [id, index]));
  const reaches = (from: string, to: string): boolean => {
    const code = verdicts[(indexes.get(from) ?? 0) * size + (indexes.get(to) ?? 0)] ?? 0;
    return VERDICTS[code] === 'open' || VERDICTS[code] === 'partial';
  };
  const exposed = exposedIn(topology, reaches, session.explain);
  const containers = topology.endpoints.filter(isContainer);
  const running = containers.filter(isUp).length;
  return {
    running,
    stopped: containers.length - running,
    unhealthy: containers.filter(({ status }) => status?.health === 'unhealthy').map(({ id, name }) => ({ id, name })),
    networks: topology.networks.length,
    volumes: topology.volumes?.length ?? 0,
    exposed: exposed.map(({ container: { id, name }, zones, ways }) => ({
      id,
      name,
      zones: [...zones],
      ways: ways.map(({ address, ports }) => ({ address, ports: ports && [...ports] })),
    })),
    risks: risksIn(topology, exposed).map(({ params, remedies, ...risk }) => ({
      ...risk,
      params: { ...params },
      remedies: remedies.map((remedy) =>
        remedy.kind === 'block'
          ? { kind: 'block', from: remedy.from, to: remedy.to, ...(remedy.ports ? { ports: [...remedy.ports] } : {}) }
          : { ...remedy },
      ),
    })),
  };
}
