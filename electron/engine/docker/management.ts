/** The container manager's domains on a real engine. */
import type { Management } from '../domains/index.ts';
import type { Api } from './ask.ts';
import { createCompose } from './compose/index.ts';
import { createContainers } from './containers/index.ts';
import { createImages } from './images/index.ts';
import { createNetworks } from './networks/index.ts';
import { createServices } from './services/index.ts';
import { createVolumes } from './volumes/index.ts';
import { createFiles } from './files/index.ts';
import { createLogs } from './logs/index.ts';
import { createTerminal } from './terminal/index.ts';

export function createManagement(api: Api): Management {
  return {
    containers: createContainers(api),
    images: createImages(api),
    networks: createNetworks(api),
    volumes: createVolumes(api),
    compose: createCompose(api),
    services: createServices(api),
    logs: createLogs(api),
    terminal: createTerminal(api),
    files: createFiles(api),
  };
}
