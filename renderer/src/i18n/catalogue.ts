/** Every text, put together from one file per domain and language. */
import enRest from './en.json';
import enContainers from './en/containers.json';
import enImages from './en/images.json';
import enJobs from './en/jobs.json';
import enNetworks from './en/networks.json';
import enTable from './en/table.json';
import enVolumes from './en/volumes.json';
import zhRest from './zh-CN.json';
import zhContainers from './zh-CN/containers.json';
import zhImages from './zh-CN/images.json';
import zhJobs from './zh-CN/jobs.json';
import zhNetworks from './zh-CN/networks.json';
import zhTable from './zh-CN/table.json';
import zhVolumes from './zh-CN/volumes.json';

export const en = { ...enRest, ...enContainers, ...enImages, ...enJobs, ...enNetworks, ...enTable, ...enVolumes };
export const zhCN = { ...zhRest, ...zhContainers, ...zhImages, ...zhJobs, ...zhNetworks, ...zhTable, ...zhVolumes };
