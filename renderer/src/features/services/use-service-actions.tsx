import {
  IconArrowBackUp,
  IconArrowsDiagonal,
  IconFileText,
  IconGridDots,
  IconRefresh,
  IconServer2,
  IconTrash,
} from '@tabler/icons-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { ServiceRow } from '../../../../shared/contract/services.ts';
import { useClient } from '../../lib/client-context.tsx';
import { goTo } from '../../lib/route.ts';
import { useReport } from '../../lib/use-report.ts';
import { useConfirm } from '../../ui/confirm-dialog.tsx';
import type { TableAction } from '../../ui/data-table/types.ts';

export interface ServiceDialog {
  readonly kind: 'scale' | 'update';
  readonly service: ServiceRow;
}

/** What can be done to services. @param onDialog asks for the rest */
export function useServiceActions(onDialog: (dialog: ServiceDialog) => void): readonly TableAction<ServiceRow>[] {
  const { t } = useTranslation();
  const client = useClient();
  const confirm = useConfirm();
  const report = useReport();
  return useMemo((): readonly TableAction<ServiceRow>[] => {
    const attempt = (title: string, work: () => Promise<unknown>): void =>
      void work().catch((thrown: unknown) => report(title, thrown));
    const remove = async (services: readonly ServiceRow[]): Promise<void> => {
      const names = services.map(({ name }) => name);
      const answer = await confirm({
        title:
          names.length === 1
            ? t('services.remove.one', { name: names[0] ?? '' })
            : t('services.remove.many', { count: names.length }),
        text: t('services.remove.text'),
        losses: services.map(({ name, running }) => t('services.remove.loss', { name, count: running })),
        confirm: t('services.action.remove'),
      });
      if (answer) await client.services.remove({ ids: services.map(({ id }) => id) });
    };
    const rollBack = async ([service]: readonly ServiceRow[]): Promise<void> => {
      if (!service) return;
      const answer = await confirm({
        title: t('services.rollback.title', { name: service.name }),
        text: t('services.rollback.text'),
        confirm: t('services.action.rollback'),
      });
      if (answer) await client.services.rollback({ id: service.id });
    };
    return [
      {
        id: 'open',
        harmless: true,
        label: t('services.action.open'),
        icon: <IconServer2 size={16} aria-hidden />,
        single: true,
        isFor: () => true,
        run: ([service]) => service && goTo('services', 'service', service.name),
      },
      {
        id: 'logs',
        harmless: true,
        label: t('services.action.logs'),
        icon: <IconFileText size={16} aria-hidden />,
        single: true,
        isFor: () => true,
        run: ([service]) => service && goTo('services', 'service', service.name, 'logs'),
      },
      {
        id: 'matrix',
        harmless: true,
        label: t('services.action.matrix'),
        icon: <IconGridDots size={16} aria-hidden />,
        single: true,
        isFor: () => true,
        run: ([service]) => service && goTo('matrix', 'internet', service.name),
      },
      {
        id: 'scale',
        label: t('services.action.scale'),
        icon: <IconArrowsDiagonal size={16} aria-hidden />,
        single: true,
        divided: true,
        isFor: ({ mode }) => mode === 'replicated',
        run: ([service]) => service && onDialog({ kind: 'scale', service }),
      },
      {
        id: 'update',
        label: t('services.action.update'),
        icon: <IconRefresh size={16} aria-hidden />,
        single: true,
        isFor: () => true,
        run: ([service]) => service && onDialog({ kind: 'update', service }),
      },
      {
        id: 'rollback',
        label: t('services.action.rollback'),
        icon: <IconArrowBackUp size={16} aria-hidden />,
        single: true,
        isFor: ({ canRollBack }) => canRollBack,
        run: (services) => attempt(t('services.action.rollback'), () => rollBack(services)),
      },
      {
        id: 'remove',
        label: t('services.action.remove'),
        icon: <IconTrash size={16} aria-hidden />,
        danger: true,
        divided: true,
        isFor: () => true,
        run: (services) => attempt(t('services.action.remove'), () => remove(services)),
      },
    ];
  }, [client, confirm, onDialog, report, t]);
}
