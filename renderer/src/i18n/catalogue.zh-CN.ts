/** Every Chinese text, put together from one file per domain; the page loads it when it speaks Chinese. */
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
import { OBSTACLES } from '../../../shared/policy/obstacle-texts.ts';
import errorSentences from './errors.zh-CN.json';
import sentences from './rules.zh-CN.json';

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

/** Sentences of the core, by rule id. */
export { sentences };

/** What the core says went wrong, by the English sentence; where a block is refused, it says what stands in the way. */
export const errors: Readonly<Record<string, string>> = {
  ...errorSentences,
  ...Object.fromEntries(
    Object.entries(sentences.obstacles).map(([id, text]) => [OBSTACLES[id as keyof typeof OBSTACLES].text, text]),
  ),
};
