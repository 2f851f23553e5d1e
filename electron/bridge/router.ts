/** The whole contract over one core. */
import type { Core } from '../app/core.ts';
import { appRouter } from './app.ts';
import { composeRouter } from './compose.ts';
import { containersRouter } from './containers.ts';
import { procedures } from './contract.ts';
import { diagramRouter } from './diagram.ts';
import { desktopRouter } from './desktop.ts';
import { engineRouter } from './engine.ts';
import { enginesRouter } from './engines.ts';
import { imagesRouter } from './images.ts';
import { filesRouter } from './files.ts';
import { jobsRouter } from './jobs.ts';
import { journalRouter } from './journal.ts';
import { logsRouter } from './logs.ts';
import { matrixRouter } from './matrix.ts';
import { networksRouter } from './networks.ts';
import { overviewRouter } from './overview.ts';
import { policyRouter } from './policy.ts';
import { servicesRouter } from './services.ts';
import { settingsRouter } from './settings.ts';
import { trafficRouter } from './traffic.ts';
import { terminalRouter } from './terminal.ts';
import { verifyRouter } from './verify.ts';
import { volumesRouter } from './volumes.ts';

export function createRouter(core: Core) {
  return procedures.router({
    app: appRouter(core),
    settings: settingsRouter(core),
    engine: engineRouter(core),
    engines: enginesRouter(core),
    matrix: matrixRouter(core),
    overview: overviewRouter(core),
    diagram: diagramRouter(core),
    policy: policyRouter(core),
    journal: journalRouter(core),
    traffic: trafficRouter(core),
    verify: verifyRouter(core),
    jobs: jobsRouter(core),
    containers: containersRouter(core),
    images: imagesRouter(core),
    networks: networksRouter(core),
    volumes: volumesRouter(core),
    compose: composeRouter(core),
    services: servicesRouter(core),
    logs: logsRouter(core),
    terminal: terminalRouter(core),
    files: filesRouter(core),
    desktop: desktopRouter(core),
  });
}
