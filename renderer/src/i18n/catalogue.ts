/** Every text, put together from one file per domain and language. */
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
import zhRest from './zh-CN.json';
import zhCompose from './zh-CN/compose.json';
import zhContainers from './zh-CN/containers.json';
import zhEngines from './zh-CN/engines.json';
import zhDiagram from './zh-CN/diagram.json';
import zhDesktop from './zh-CN/desktop.json';
import zhFiles from './zh-CN/files.json';
import zhGuide from './zh-CN/guide.json';
import zhImages from './zh-CN/images.json';
import zhJobs from './zh-CN/jobs.json';
import zhLogs from './zh-CN/logs.json';
import zhNetworks from './zh-CN/networks.json';
import zhOverview from './zh-CN/overview.json';
import zhSettings from './zh-CN/settings.json';
import zhServices from './zh-CN/services.json';
import zhPalette from './zh-CN/palette.json';
import zhStanding from './zh-CN/standing.json';
import zhStats from './zh-CN/stats.json';
import zhTable from './zh-CN/table.json';
import zhTerminal from './zh-CN/terminal.json';
import zhVolumes from './zh-CN/volumes.json';
import zhWelcome from './zh-CN/welcome.json';

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
export const zhCN = {
  ...zhRest,
  ...zhCompose,
  ...zhContainers,
  ...zhEngines,
  ...zhDiagram,
  ...zhDesktop,
  ...zhFiles,
  ...zhGuide,
  ...zhImages,
  ...zhJobs,
  ...zhLogs,
  ...zhNetworks,
  ...zhOverview,
  ...zhSettings,
  ...zhServices,
  ...zhPalette,
  ...zhStanding,
  ...zhStats,
  ...zhTable,
  ...zhTerminal,
  ...zhVolumes,
  ...zhWelcome,
};
