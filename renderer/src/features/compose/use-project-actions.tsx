import {
  IconBoxMultiple,
  IconDownload,
  IconFileText,
  IconHammer,
  IconPlayerPlay,
  IconPlayerStop,
  IconRefresh,
  IconStackPop,
  IconStackPush,
  IconTrash,
} from '@tabler/icons-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { ComposeAction, ProjectView } from '../../../../shared/contract/compose.ts';
import { useClient } from '../../lib/client-context.tsx';
import { goTo } from '../../lib/route.ts';
import { useReport } from '../../lib/use-report.ts';
import { useConfirm } from '../../ui/confirm-dialog.tsx';
import type { TableAction } from '../../ui/data-table/types.ts';

/** What can be done to whole projects. @param onUp asks how; `usable`: whether there is a Compose */
export function useProjectActions(
  onUp: (project: ProjectView) => void,
  usable: boolean,
): readonly TableAction<ProjectView>[] {
  const { t } = useTranslation();
  const client = useClient();
  const confirm = useConfirm();
  const report = useReport();
  return useMemo((): readonly TableAction<ProjectView>[] => {
    const attempt = (title: string, work: () => Promise<unknown>): void =>
      void work().catch((thrown: unknown) => report(title, thrown));
    const each = (action: ComposeAction) => (projects: readonly ProjectView[]) =>
      attempt(t(`compose.action.${action}`), () =>
        Promise.all(projects.map(({ name }) => client.compose.act({ project: name, action }))),
      );
    const down = async (projects: readonly ProjectView[]): Promise<void> => {
      const names = projects.map(({ name }) => name);
      const volumes = projects.flatMap((project) => project.volumes);
      const answer = await confirm({
        title:
          names.length === 1
            ? t('compose.down.one', { name: names[0] ?? '' })
            : t('compose.down.many', { count: names.length }),
        text: t('compose.down.text'),
        losses: projects.flatMap(({ services, networks }) => [
          ...services.flatMap(({ containers }) => containers.map(({ name }) => name)),
          ...networks,
        ]),
        confirm: t('compose.down.button'),
        options:
          volumes.length > 0
            ? [{ id: 'volumes', label: t('compose.down.volumes', { names: volumes.join(', ') }) }]
            : [],
      });
      if (!answer) return;
      await Promise.all(names.map((project) => client.compose.down({ project, volumes: answer.has('volumes') })));
    };
    const isThere = ({ total }: ProjectView): boolean => usable && total > 0;
    const hasFiles = ({ whereabouts }: ProjectView): boolean => usable && whereabouts === 'here';
    return [
      {
        id: 'open',
        harmless: true,
        label: t('compose.action.open'),
        icon: <IconBoxMultiple size={16} aria-hidden />,
        single: true,
        isFor: () => true,
        run: ([project]) => project && goTo('compose', project.name),
      },
      {
        id: 'logs',
        harmless: true,
        label: t('compose.action.logs'),
        icon: <IconFileText size={16} aria-hidden />,
        single: true,
        isFor: ({ total }) => total > 0,
        run: ([project]) => project && goTo('compose', project.name, 'logs'),
      },
      {
        id: 'up',
        primary: true,
        label: t('compose.action.up'),
        icon: <IconStackPush size={16} aria-hidden />,
        single: true,
        divided: true,
        // Where its files are not, that is said in the dialog, with what to do.
        isFor: () => usable,
        run: ([project]) => project && onUp(project),
      },
      {
        id: 'start',
        label: t('compose.action.start'),
        icon: <IconPlayerPlay size={16} aria-hidden />,
        isFor: (project) => isThere(project) && project.running < project.total,
        run: each('start'),
      },
      {
        id: 'stop',
        label: t('compose.action.stop'),
        icon: <IconPlayerStop size={16} aria-hidden />,
        isFor: (project) => isThere(project) && project.running > 0,
        run: each('stop'),
      },
      {
        id: 'restart',
        label: t('compose.action.restart'),
        icon: <IconRefresh size={16} aria-hidden />,
        isFor: isThere,
        run: each('restart'),
      },
      {
        id: 'pull',
        label: t('compose.action.pull'),
        icon: <IconDownload size={16} aria-hidden />,
        isFor: hasFiles,
        run: each('pull'),
      },
      {
        id: 'build',
        label: t('compose.action.build'),
        icon: <IconHammer size={16} aria-hidden />,
        isFor: hasFiles,
        run: each('build'),
      },
      {
        id: 'down',
        label: t('compose.action.down'),
        icon: <IconStackPop size={16} aria-hidden />,
        danger: true,
        divided: true,
        isFor: isThere,
        run: (projects) => attempt(t('compose.action.down'), () => down(projects)),
      },
      {
        id: 'forget',
        label: t('compose.action.forget'),
        icon: <IconTrash size={16} aria-hidden />,
        divided: true,
        isFor: ({ remembered }) => remembered,
        run: (projects) =>
          attempt(t('compose.action.forget'), () =>
            Promise.all(projects.map(({ name }) => client.compose.forget({ project: name }))),
          ),
      },
    ];
  }, [client, confirm, onUp, report, t, usable]);
}
