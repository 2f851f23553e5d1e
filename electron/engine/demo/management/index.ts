/** The container manager's domains on the demo engine. */
import type { Management } from '../../domains/index.ts';
import { createDemoCompose } from './compose.ts';
import { createDemoContainers, type DemoStage } from './containers.ts';
import { createDemoEngine } from './engine.ts';
import { createDemoImages } from './images.ts';
import { createDemoNetworks } from './networks.ts';
import { createDemoServices } from './services.ts';
import { createDemoVolumes } from './volumes.ts';
import { createDemoFiles } from './files.ts';
import { createDemoLogs } from './logs.ts';
import { createDemoTerminal } from './terminal.ts';

export function createDemoManagement(stage: DemoStage): Management {
  const images = createDemoImages(stage);
  const volumes = createDemoVolumes(stage);
  return {
    engine: createDemoEngine(stage, { images, volumes }),
    containers: createDemoContainers(stage),
    images,
    networks: createDemoNetworks(stage),
    volumes,
    compose: createDemoCompose(stage),
    services: createDemoServices(),
    logs: createDemoLogs(stage),
    terminal: createDemoTerminal(stage),
    files: createDemoFiles(stage),
  };
}
