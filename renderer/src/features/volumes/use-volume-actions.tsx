import { IconCopy, IconDatabase, IconDeviceFloppy, IconFileImport, IconTrash } from '@tabler/icons-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { VolumeRow } from '../../../../shared/contract/volumes.ts';
import { useClient } from '../../lib/client-context.tsx';
import { chooseFile, download, upload } from '../../lib/exchange.ts';
import { goTo } from '../../lib/route.ts';
import { useReport } from '../../lib/use-report.ts';
import { useConfirm } from '../../ui/confirm-dialog.tsx';
import type { TableAction } from '../../ui/data-table/types.ts';

/** @param onClone asks for the name of the copy */
export function useVolumeActions(onClone: (volume: VolumeRow) => void): readonly TableAction<VolumeRow>[] {
  const { t } = useTranslation();
  const client = useClient();
  const confirm = useConfirm();
  const report = useReport();
  return useMemo((): readonly TableAction<VolumeRow>[] => {
    const attempt = (title: string, work: () => Promise<unknown>): void =>
      void work().catch((thrown: unknown) => report(title, thrown));

    const restore = async ({ name, users }: VolumeRow): Promise<void> => {
      const file = await chooseFile('.tar,application/x-tar,.tar.gz,.tgz');
      if (!file) return;
      const isOpen = users.some(({ state }) => state === 'running');
      const answer = await confirm({
        title: t('volumes.restore.title', { name, file: file.name }),
        text: [t('volumes.restore.text'), ...(isOpen ? [t('volumes.restore.in-use')] : [])].join(' '),
        confirm: t('volumes.restore.submit'),
      });
      if (!answer) return;
      await upload((await client.volumes.restore({ name, file: file.name })).path, file);
    };

    const remove = async (volumes: readonly VolumeRow[]): Promise<void> => {
      const names = volumes.map(({ name }) => name);
      const answer = await confirm({
        title:
          names.length === 1
            ? t('volumes.remove.one', { name: names[0] ?? '' })
            : t('volumes.remove.many', { count: names.length }),
        text: t('volumes.remove.text'),
        ...(names.length > 1 ? { losses: names } : {}),
        confirm: t('volumes.action.remove'),
      });
      if (answer) await client.volumes.remove({ names });
    };

    return [
      {
        id: 'open',
        harmless: true,
        label: t('volumes.action.open'),
        icon: <IconDatabase size={16} aria-hidden />,
        single: true,
        isFor: () => true,
        run: ([volume]) => volume && goTo('volumes', volume.name),
      },
      {
        id: 'clone',
        label: t('volumes.action.clone'),
        icon: <IconCopy size={16} aria-hidden />,
        single: true,
        isFor: () => true,
        run: ([volume]) => volume && onClone(volume),
      },
      {
        id: 'backup',
        label: t('volumes.action.backup'),
        icon: <IconDeviceFloppy size={16} aria-hidden />,
        single: true,
        isFor: () => true,
        run: ([volume]) =>
          volume &&
          attempt(t('volumes.action.backup'), async () => {
            download((await client.volumes.backup({ name: volume.name })).path);
          }),
      },
      {
        id: 'restore',
        label: t('volumes.action.restore'),
        icon: <IconFileImport size={16} aria-hidden />,
        single: true,
        isFor: () => true,
        run: ([volume]) => volume && attempt(t('manage.upload-failed'), () => restore(volume)),
      },
      {
        id: 'remove',
        label: t('volumes.action.remove'),
        icon: <IconTrash size={16} aria-hidden />,
        danger: true,
        divided: true,
        isFor: () => true,
        run: (volumes) => attempt(t('volumes.action.remove'), () => remove(volumes)),
      },
    ];
  }, [client, confirm, onClone, report, t]);
}
