/** Containers of a real engine. */
import type { ContainersDomain } from '../../domains/containers.ts';
import type { Api } from '../ask.ts';
import { createLifecycle } from './lifecycle.ts';
import { createMaking } from './making.ts';
import { createReading } from './reading.ts';

export function createContainers(api: Api): ContainersDomain {
  return { ...createLifecycle(api), ...createReading(api), ...createMaking(api) };
}
