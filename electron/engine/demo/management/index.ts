/** The container manager's domains on the demo engine. */
import type { Management } from '../../domains/index.ts';
import { createDemoContainers, type DemoStage } from './containers.ts';

export function createDemoManagement(stage: DemoStage): Management {
  return { containers: createDemoContainers(stage) };
}
