/** Containers of a real engine. */
import type { ContainersDomain } from '../../domains/containers.ts';
import type { Api } from '../ask.ts';
import { createLifecycle } from './lifecycle.ts';

export function createContainers(api: Api): ContainersDomain {
  return { ...createLifecycle(api) };
}
