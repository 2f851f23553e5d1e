/** Swarm services with their tasks and nodes, and who answers to what name on which network. */
import { eventIterator } from '@orpc/contract';
import * as z from 'zod';
import { objectRef } from './containers.ts';
import { startedJob } from './jobs.ts';
import { procedure } from './procedure.ts';

/** As the engine writes them; others may come. */
const state = z.string();

export const servicePortView = z.object({
  protocol: z.enum(['tcp', 'udp', 'sctp']),
  port: z.number(),
  hostPort: z.number(),
  mode: z.enum(['ingress', 'host']),
});

export const serviceRow = z.object({
  id: z.string(),
  name: z.string(),
  /** The stack; `''`: none. */
  project: z.string(),
  /** Without the digest. */
  image: z.string(),
  mode: z.enum(['replicated', 'global', 'replicated-job', 'global-job']),
  endpointMode: z.enum(['vip', 'dnsrr']),
  running: z.number(),
  desired: z.number(),
  ports: z.array(servicePortView),
  /** `address`: its virtual one there; null: it has none. */
  networks: z.array(
    z.object({ id: z.string(), name: z.string(), address: z.string().nullable(), aliases: z.array(z.string()) }),
  ),
  /** The last update; null: there was none. */
  update: z.object({ state, message: z.string() }).nullable(),
  /** Whether there is a former one to go back to. */
  canRollBack: z.boolean(),
  createdAt: z.number(),
  updatedAt: z.number(),
});

export const taskRow = z.object({
  id: z.string(),
  /** `web.1`, or `web.NODE` of a global one. */
  name: z.string(),
  serviceId: z.string(),
  nodeId: z.string(),
  nodeName: z.string(),
  state,
  /** What it is meant to be: `running`, `shutdown`, … */
  desired: state,
  /** Of one that failed, in the engine's words. */
  error: z.string(),
  /** When it came into its state. */
  at: z.number(),
  image: z.string(),
  /** Name of its container where that is on this node, else `''`. */
  container: z.string(),
  addresses: z.array(z.string()),
});

export const nodeRow = z.object({
  id: z.string(),
  name: z.string(),
  role: z.enum(['manager', 'worker']),
  leader: z.boolean(),
  availability: z.enum(['active', 'pause', 'drain']),
  state,
  address: z.string(),
  version: z.string(),
  /** It is the one that Bulkhead is connected to. */
  self: z.boolean(),
  /** Tasks that run on it. */
  tasks: z.number(),
});

export const swarmView = z.object({
  /** `worker`: only a manager tells of services. */
  role: z.enum(['inactive', 'worker', 'manager']),
  services: z.array(serviceRow),
  tasks: z.array(taskRow),
  nodes: z.array(nodeRow),
});

/** One name that a network's embedded DNS answers. */
export const networkName = z.object({
  name: z.string(),
  /** `link`: only `asker` can look it up. */
  how: z.enum(['container', 'alias', 'id', 'service', 'tasks', 'link']),
  /** Name of the container that alone knows it. */
  asker: z.string().optional(),
  /** Who answers, more than one in changing order. */
  holders: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      kind: z.enum(['container', 'service']),
      addresses: z.array(z.string()),
    }),
  ),
});

export const namesView = z.object({
  networks: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      driver: z.string(),
      /** Whether the engine answers names there at all: not on the default bridge. */
      dns: z.boolean(),
      names: z.array(networkName),
    }),
  ),
  /** Registries and load balancers among the containers; `entries` is null until they were asked. */
  registries: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      tool: z.string(),
      /** Whether what it holds can be asked for. */
      readable: z.boolean(),
      entries: z
        .array(
          z.object({
            name: z.string(),
            address: z.string(),
            port: z.number(),
            /** Name of the container that has that address; `''`: none here. */
            container: z.string(),
          }),
        )
        .nullable(),
    }),
  ),
});

const service = z.object({ id: objectRef });

export const servicesContract = {
  watch: procedure.output(eventIterator(swarmView)),
  names: procedure.output(eventIterator(namesView)),
  scale: procedure.input(service.extend({ replicas: z.number().int().min(0).max(100_000) })).output(startedJob),
  /** `image`: another one; `force`: makes every task anew though nothing has changed. */
  update: procedure
    .input(service.extend({ image: z.string().min(1).max(512).optional(), force: z.boolean().optional() }))
    .output(startedJob),
  rollback: procedure.input(service).output(startedJob),
  remove: procedure.input(z.object({ ids: z.array(objectRef).min(1).max(1000) })).output(startedJob),
  /** `drain`: its tasks move to other nodes. */
  availability: procedure.input(z.object({ node: objectRef, availability: nodeRow.shape.availability })),
};

export type ServiceRow = z.infer<typeof serviceRow>;
export type TaskRow = z.infer<typeof taskRow>;
export type NodeRow = z.infer<typeof nodeRow>;
export type SwarmView = z.infer<typeof swarmView>;
export type NetworkNameView = z.infer<typeof networkName>;
export type NamesView = z.infer<typeof namesView>;
