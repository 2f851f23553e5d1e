/** Networks: what the list shows of each, who is on it, and what can be done to them. */
import { eventIterator } from '@orpc/contract';
import * as z from 'zod';
import { objectRef } from './containers.ts';
import { prunePreview, pruneRequest } from './images.ts';
import { startedJob } from './jobs.ts';
import { procedure } from './procedure.ts';

const texts = z.record(z.string(), z.string());

export const subnetView = z.object({
  subnet: z.string(),
  /** `''`: none. */
  gateway: z.string(),
  range: z.string().optional(),
});

export const memberView = z.object({
  id: z.string(),
  name: z.string(),
  kind: z.enum(['container', 'service']),
  /** As the list of containers has it; of a service, tasks that run of those wanted. */
  state: z.string(),
  ipv4: z.string().nullable(),
  ipv6: z.string().nullable(),
  mac: z.string().nullable(),
  aliases: z.array(z.string()),
});

export const networkRow = z.object({
  id: z.string(),
  name: z.string(),
  driver: z.string(),
  scope: z.string(),
  internal: z.boolean(),
  ipv6: z.boolean(),
  attachable: z.boolean(),
  /** Whether its members may talk to each other; null: not the driver's to say. */
  icc: z.boolean().nullable(),
  subnets: z.array(subnetView),
  options: texts,
  labels: texts,
  project: z.string(),
  /** The engine's own: it cannot be removed. */
  builtin: z.boolean(),
  members: z.array(memberView),
});

const address = z.string().max(64);

export const createNetwork = z.object({
  name: z.string().min(1).max(256),
  /** `bridge`, `macvlan`, `ipvlan`, `overlay`, or a plugin's. */
  driver: z.string().min(1).max(128),
  /** None: the engine chooses. */
  subnets: z.array(z.object({ subnet: address, gateway: address.optional(), range: address.optional() })).max(8),
  internal: z.boolean(),
  attachable: z.boolean(),
  ipv6: z.boolean(),
  /** For a bridge: false keeps its members from each other. */
  icc: z.boolean().optional(),
  options: texts,
  labels: texts,
});

export const connectRequest = z.object({
  network: objectRef,
  container: objectRef,
  aliases: z.array(z.string().min(1).max(256)).max(50),
  /** Fixed addresses; absent: the engine chooses. */
  ipv4: address.optional(),
  ipv6: address.optional(),
});

export const networksContract = {
  watch: procedure.output(eventIterator(z.array(networkRow))),
  create: procedure.input(createNetwork).output(z.object({ id: z.string() })),
  connect: procedure.input(connectRequest),
  disconnect: procedure.input(z.object({ network: objectRef, container: objectRef })),
  remove: procedure.input(z.object({ ids: z.array(objectRef).min(1).max(5000) })).output(startedJob),
  prunePreview: procedure.output(prunePreview),
  prune: procedure.input(pruneRequest).output(startedJob),
};

export type NetworkRow = z.infer<typeof networkRow>;
export type MemberView = z.infer<typeof memberView>;
export type CreateNetwork = z.infer<typeof createNetwork>;
export type ConnectRequest = z.infer<typeof connectRequest>;
