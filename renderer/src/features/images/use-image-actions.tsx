import {
  IconDeviceFloppy,
  IconDownload,
  IconPlayerPlay,
  IconStack2,
  IconTag,
  IconTrash,
  IconUpload,
} from '@tabler/icons-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { ImageView } from '../../../../shared/contract/images.ts';
import { useClient } from '../../lib/client-context.tsx';
import { download } from '../../lib/exchange.ts';
import { goTo, goToQuery } from '../../lib/route.ts';
import { useReport } from '../../lib/use-report.ts';
import { useConfirm } from '../../ui/confirm-dialog.tsx';
import type { TableAction } from '../../ui/data-table/types.ts';
import { imageLink, imageName } from './names.ts';

/** Names of all; of one without any, its id. */
const refsOf = (images: readonly ImageView[]): string[] =>
  images.flatMap(({ id, tags }) => (tags.length > 0 ? tags : [id]));

/** What can be done to images, for the table and the page of one. */
export function useImageActions(ask: {
  /** For another name. */
  readonly onTag: (image: ImageView) => void;
  /** Under which of several names. */
  readonly onPush: (names: readonly string[]) => void;
}): readonly TableAction<ImageView>[] {
  const { onTag, onPush } = ask;
  const { t } = useTranslation();
  const client = useClient();
  const confirm = useConfirm();
  const report = useReport();
  return useMemo((): readonly TableAction<ImageView>[] => {
    const attempt = (title: string, work: () => Promise<unknown>): void =>
      void work().catch((thrown: unknown) => report(title, thrown));
    const isNamed = ({ tags }: ImageView): boolean => tags.length > 0;
    const each = (images: readonly ImageView[], work: (reference: string) => Promise<unknown>): Promise<unknown> =>
      Promise.all(images.flatMap(({ tags }) => tags).map(work));

    const remove = async (images: readonly ImageView[]): Promise<void> => {
      const [first] = images;
      if (!first) return;
      const answer = await confirm({
        title:
          images.length === 1
            ? t('images.remove.one', { name: imageName(first) })
            : t('images.remove.many', { count: images.length }),
        text: t('images.remove.text'),
        losses: refsOf(images),
        confirm: t('images.action.remove'),
        options: images.some(({ users }) => users.length > 0) ? [{ id: 'force', label: t('images.remove.force') }] : [],
      });
      if (answer) await client.images.remove({ refs: refsOf(images), force: answer.has('force') });
    };

    return [
      {
        id: 'open',
        harmless: true,
        label: t('images.action.open'),
        icon: <IconStack2 size={16} aria-hidden />,
        single: true,
        isFor: () => true,
        run: ([image]) => image && goTo('images', imageLink(image)),
      },
      {
        id: 'run',
        label: t('images.action.run'),
        icon: <IconPlayerPlay size={16} aria-hidden />,
        single: true,
        primary: true,
        isFor: () => true,
        run: ([image]) => image && goToQuery('containers', { run: imageLink(image) }),
      },
      {
        id: 'pull',
        label: t('images.action.pull-again'),
        icon: <IconDownload size={16} aria-hidden />,
        isFor: isNamed,
        run: (images) =>
          attempt(t('images.action.pull-again'), () => each(images, (reference) => client.images.pull({ reference }))),
      },
      {
        id: 'push',
        label: t('images.action.push'),
        icon: <IconUpload size={16} aria-hidden />,
        isFor: isNamed,
        run: (images) => {
          const names = images.flatMap(({ tags }) => tags);
          const [reference, ...others] = names;
          if (reference === undefined) return;
          if (others.length > 0) onPush(names);
          else attempt(t('images.action.push'), () => client.images.push({ reference }));
        },
      },
      {
        id: 'tag',
        label: t('images.action.tag'),
        icon: <IconTag size={16} aria-hidden />,
        single: true,
        isFor: () => true,
        run: ([image]) => image && onTag(image),
      },
      {
        id: 'save',
        label: t('images.action.save'),
        icon: <IconDeviceFloppy size={16} aria-hidden />,
        isFor: () => true,
        run: (images) =>
          attempt(t('images.action.save'), async () => {
            download((await client.images.save({ refs: refsOf(images) })).path);
          }),
      },
      {
        id: 'remove',
        label: t('images.action.remove'),
        icon: <IconTrash size={16} aria-hidden />,
        danger: true,
        divided: true,
        isFor: () => true,
        run: (images) => attempt(t('images.action.remove'), () => remove(images)),
      },
    ];
  }, [client, confirm, onPush, onTag, report, t]);
}
