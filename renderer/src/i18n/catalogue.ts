/** Every text, put together from one file per domain and language. */
import enRest from './en.json';
import enContainers from './en/containers.json';
import enJobs from './en/jobs.json';
import enTable from './en/table.json';
import zhRest from './zh-CN.json';
import zhContainers from './zh-CN/containers.json';
import zhJobs from './zh-CN/jobs.json';
import zhTable from './zh-CN/table.json';

export const en = { ...enRest, ...enContainers, ...enJobs, ...enTable };
export const zhCN = { ...zhRest, ...zhContainers, ...zhJobs, ...zhTable };
