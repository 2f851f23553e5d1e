/** Swarm services of a real engine. */
import { parseReference } from '../../../../shared/images/reference.ts';
import type { ServicesDomain } from '../../domains/services.ts';
import { RefusalError } from '../../connection/faults.ts';
import { numberOf, objectOf, type JsonObject } from '../../inventory/json.ts';
import { authHeader, thisMachine, type Around } from '../images/auth.ts';
import { pathOf, tell, type Api } from '../ask.ts';
import { watchEvents } from '../watch-events.ts';
import { settle, type Expected } from './converge.ts';
import { imageOf, INACTIVE, roleOf, swarmView } from './reading.ts';

/** No event tells of tasks on other nodes (ms). */
const LOOK_AGAIN_MS = 2500;

export function createServices(api: Api, around: Around = thisMachine): ServicesDomain {
  const service = async (id: string): Promise<JsonObject> => objectOf(await api().request(pathOf('services', id)));

  interface Change {
    /** What becomes of its spec. */
    readonly edit: (spec: JsonObject) => JsonObject;
    readonly query?: Readonly<Record<string, string>>;
    readonly expected: Expected;
  }
  /** Changed under its version, so that nobody's change is lost. */
  const change = async (
    id: string,
    { edit, query = {}, expected }: Change,
    { report, signal }: Parameters<ServicesDomain['rollback']>[1],
  ): Promise<void> => {
    const before = await service(id);
    const spec = edit(objectOf(before['Spec']));
    const reference = parseReference(imageOf(spec).replace(/@.*$/, ''));
    const headers = reference ? await authHeader(around, reference.registry, { signal, line: report.line }) : {};
    await tell(api, pathOf('services', id, 'update'), {
      method: 'POST',
      query: { version: numberOf(objectOf(before['Version'])['Index']), ...query },
      body: spec,
      headers,
      signal,
    });
    await settle(api, before, { expected, report, signal });
  };

  return {
    list: async ({ signal } = {}) => {
      const get = (path: string, query?: Readonly<Record<string, boolean>>): Promise<unknown> =>
        api().request(path, { signal, ...(query ? { query } : {}) });
      const info = await get('/info');
      const role = roleOf(info);
      if (role !== 'manager') return { ...INACTIVE, role };
      try {
        const [services, tasks, nodes, networks, containers] = await Promise.all([
          get('/services'),
          get('/tasks'),
          get('/nodes'),
          get('/networks'),
          get('/containers/json', { all: true }),
        ]);
        return swarmView({ info, services, tasks, nodes, networks, containers });
      } catch (thrown) {
        // It has left its Swarm meanwhile.
        if (thrown instanceof RefusalError && thrown.status === 503) return INACTIVE;
        throw thrown;
      }
    },
    onChange: (listener) => {
      const stop = watchEvents(api, { types: ['service', 'node', 'container', 'network'] }, listener);
      const timer = setInterval(listener, LOOK_AGAIN_MS);
      return () => {
        stop();
        clearInterval(timer);
      };
    },
    scale: (id, { replicas, ...reported }) =>
      change(
        id,
        {
          edit: (spec) => ({ ...spec, Mode: { Replicated: { ...replicatedOf(spec), Replicas: replicas } } }),
          expected: 'number',
        },
        reported,
      ),
    update: (id, { image, force, ...reported }) =>
      change(
        id,
        {
          edit: (spec) => {
            const template = objectOf(spec['TaskTemplate']);
            const container = objectOf(template['ContainerSpec']);
            return {
              ...spec,
              TaskTemplate: {
                ...template,
                ...(image === undefined ? {} : { ContainerSpec: { ...container, Image: image } }),
                ...(force ? { ForceUpdate: numberOf(template['ForceUpdate']) + 1 } : {}),
              },
            };
          },
          expected: 'settings',
        },
        reported,
      ),
    rollback: (id, reported) =>
      change(id, { edit: (spec) => spec, query: { rollback: 'previous' }, expected: 'rollback' }, reported),
    remove: (id, { signal } = {}) => tell(api, pathOf('services', id), { method: 'DELETE', signal }),
    setAvailability: async (id, availability) => {
      const node = objectOf(await api().request(pathOf('nodes', id)));
      await tell(api, pathOf('nodes', id, 'update'), {
        method: 'POST',
        query: { version: numberOf(objectOf(node['Version'])['Index']) },
        body: { ...objectOf(node['Spec']), Availability: availability },
      });
    },
  };
}

function replicatedOf(spec: JsonObject): JsonObject {
  return objectOf(objectOf(spec['Mode'])['Replicated']);
}
