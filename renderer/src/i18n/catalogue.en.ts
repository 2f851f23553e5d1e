/** Every English text, put together from one file per domain. */
import enRest from './en.json';
import enCompose from './en/compose.json';
import enContainers from './en/containers.json';
import enEngines from './en/engines.json';
import enDiagram from './en/diagram.json';
import enDesktop from './en/desktop.json';
import enFiles from './en/files.json';
import enGuide from './en/guide.json';
import enImages from './en/images.json';
import enJobs from './en/jobs.json';
import enLogs from './en/logs.json';
import enNetworks from './en/networks.json';
import enOverview from './en/overview.json';
import enSettings from './en/settings.json';
import enServices from './en/services.json';
import enPalette from './en/palette.json';
import enStanding from './en/standing.json';
import enStats from './en/stats.json';
import enTable from './en/table.json';
import enTerminal from './en/terminal.json';
import enVolumes from './en/volumes.json';
import enWelcome from './en/welcome.json';

export const en = {
  ...enRest,
  ...enCompose,
  ...enContainers,
  ...enEngines,
  ...enDiagram,
  ...enDesktop,
  ...enFiles,
  ...enGuide,
  ...enImages,
  ...enJobs,
  ...enLogs,
  ...enNetworks,
  ...enOverview,
  ...enSettings,
  ...enServices,
  ...enPalette,
  ...enStanding,
  ...enStats,
  ...enTable,
  ...enTerminal,
  ...enVolumes,
  ...enWelcome,
};
