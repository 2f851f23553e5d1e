/** The container manager's domains on a real engine. */
import type { Management } from '../domains/index.ts';
import type { Api } from './ask.ts';
import { createCompose } from './compose/index.ts';
import { createContainers } from './containers/index.ts';
import { createDiskReader } from './disk-usage.ts';
import { createEngine } from './engine/index.ts';
import { createImages } from './images/index.ts';
import { createNetworks } from './networks/index.ts';
import { createServices } from './services/index.ts';
import { createVolumes } from './volumes/index.ts';
import { createFiles } from './files/index.ts';
import { createLogs } from './logs/index.ts';
import { createTerminal } from './terminal/index.ts';

export function createManagement(api: Api): Management {
  const readDisk = createDiskReader(api);
  return {
    engine: createEngine(api, readDisk),
    containers: createContainers(api),
    images: createImages(api, readDisk),
    networks: createNetworks(api),
    volumes: createVolumes(api, readDisk),
    compose: createCompose(api),
    services: createServices(api),
    logs: createLogs(api),
    terminal: createTerminal(api),
    files: createFiles(api),
  };
}
