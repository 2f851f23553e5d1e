import { IconArrowsExchange, IconCamera, IconCopyPlus, IconDownload, IconPencil } from '@tabler/icons-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { ContainerView } from '../../../../shared/contract/containers.ts';
import { useClient } from '../../lib/client-context.tsx';
import { saveFile } from '../../lib/save-file.ts';
import { replaceQuery } from '../../lib/route.ts';
import { useReport } from '../../lib/use-report.ts';
import type { TableAction } from '../../ui/data-table/types.ts';
import type { NameQuestion } from './name-dialog.tsx';

/** What is done to one container beside starting and stopping it. */
export function useMoreActions(ask: (question: NameQuestion) => void): readonly TableAction<ContainerView>[] {
  const { t } = useTranslation();
  const client = useClient();
  const report = useReport();
  return useMemo(() => {
    const one = (
      id: 'duplicate' | 'recreate' | 'rename' | 'commit' | 'export',
      Icon: typeof IconPencil,
      run: (container: ContainerView) => void,
    ): TableAction<ContainerView> => ({
      id,
      label: t(`containers.more-action.${id}`),
      icon: <Icon size={16} aria-hidden />,
      single: true,
      divided: id === 'duplicate',
      isFor: ({ state }) => state !== 'removing',
      run: ([container]) => container && run(container),
    });
    return [
      one('duplicate', IconCopyPlus, ({ name }) => replaceQuery({ duplicate: name })),
      one('recreate', IconArrowsExchange, ({ name }) => replaceQuery({ recreate: name })),
      one('rename', IconPencil, (container) => ask({ kind: 'rename', container })),
      one('commit', IconCamera, (container) => ask({ kind: 'commit', container })),
      one('export', IconDownload, ({ name }) => {
        client.containers.export({ ref: name }).then(saveFile, (thrown: unknown) => {
          report(t('containers.export-failed', { name }), thrown);
        });
      }),
    ];
  }, [ask, client, report, t]);
}
