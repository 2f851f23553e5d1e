/** The tabs of a container's detail, in their order: one entry each, loaded when it is first opened. */
import {
  IconBinaryTree,
  IconChartLine,
  IconCpu,
  IconDatabase,
  IconFileText,
  IconFolder,
  IconHeartbeat,
  IconKey,
  IconTerminal2,
  IconTopologyStar3,
} from '@tabler/icons-react';
import { lazy, type ComponentType } from 'react';
import type { ContainerView } from '../../../../../shared/contract/containers.ts';
import type { en } from '../../../i18n/catalogue.en.ts';

export interface DetailProps {
  /** As it is now; the same object as long as nothing of it changes. */
  readonly container: ContainerView;
}

export interface DetailTab {
  /** In the page's address, and under `containers.tab` among the texts. */
  readonly id: keyof typeof en.containers.tab;
  readonly Icon: typeof IconKey;
  readonly Content: ComponentType<DetailProps>;
}

export const DETAIL_TABS: readonly DetailTab[] = [
  {
    id: 'logs',
    Icon: IconFileText,
    Content: lazy(async () => ({ default: (await import('../../container-logs/container-logs.tsx')).ContainerLogs })),
  },
  {
    id: 'terminal',
    Icon: IconTerminal2,
    Content: lazy(async () => ({
      default: (await import('../../container-terminal/container-terminal.tsx')).ContainerTerminal,
    })),
  },
  {
    id: 'stats',
    Icon: IconChartLine,
    Content: lazy(async () => ({
      default: (await import('../../container-stats/container-stats.tsx')).ContainerStats,
    })),
  },
  {
    id: 'files',
    Icon: IconFolder,
    Content: lazy(async () => ({
      default: (await import('../../container-files/container-files.tsx')).ContainerFiles,
    })),
  },
  {
    id: 'network',
    Icon: IconTopologyStar3,
    Content: lazy(async () => ({ default: (await import('./network-tab.tsx')).NetworkTab })),
  },
  {
    id: 'inspect',
    Icon: IconBinaryTree,
    Content: lazy(async () => ({ default: (await import('./inspect-tab.tsx')).InspectTab })),
  },
  {
    id: 'environment',
    Icon: IconKey,
    Content: lazy(async () => ({ default: (await import('./environment-tab.tsx')).EnvironmentTab })),
  },
  {
    id: 'mounts',
    Icon: IconDatabase,
    Content: lazy(async () => ({ default: (await import('./mounts-tab.tsx')).MountsTab })),
  },
  {
    id: 'processes',
    Icon: IconCpu,
    Content: lazy(async () => ({ default: (await import('./processes-tab.tsx')).ProcessesTab })),
  },
  {
    id: 'health',
    Icon: IconHeartbeat,
    Content: lazy(async () => ({ default: (await import('./health-tab.tsx')).HealthTab })),
  },
];
