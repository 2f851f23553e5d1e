import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { ImageUsage, ImageView } from '../../../../shared/contract/images.ts';
import { hashOf } from '../../lib/route.ts';
import { bytesWords } from '../../lib/words.ts';
import { AgeText } from '../../ui/age-text.tsx';
import { useRowTabIndex } from '../../ui/data-table/row-focus.tsx';
import { RowMenuButton } from '../../ui/data-table/row-menu-button.tsx';
import type { TableColumn } from '../../ui/data-table/types.ts';
import { UsersCell } from '../../ui/users-cell.tsx';
import { imageLink, imageName, shortId } from './names.ts';

/** What the list tells of an image. @param usage by id; null while it is not known */
export function useImageColumns(usage: ReadonlyMap<string, ImageUsage> | null): readonly TableColumn<ImageView>[] {
  const { t, i18n } = useTranslation();
  return useMemo((): readonly TableColumn<ImageView>[] => {
    const words = (bytes: number): string => bytesWords(i18n.language, bytes);
    return [
      {
        id: 'name',
        title: t('images.column.name'),
        value: imageName,
        words: ({ id, tags, digests }) => [shortId(id), ...tags, ...digests].join(' '),
        cell: (image) => <NameCell image={image} />,
        width: 'minmax(220px, 2.4fr)',
        minWidth: 220,
        fixed: true,
      },
      {
        id: 'id',
        title: t('images.column.id'),
        value: ({ id }) => id,
        words: () => '',
        cell: ({ id }) => <code title={id}>{shortId(id)}</code>,
        width: '128px',
        minWidth: 128,
      },
      {
        id: 'size',
        title: t('images.column.size'),
        value: ({ size }) => size,
        cell: ({ size }) => words(size),
        width: '100px',
        minWidth: 100,
        align: 'end',
      },
      {
        id: 'unique',
        title: t('images.column.unique'),
        value: ({ id }) => usage?.get(id)?.unique ?? 0,
        cell: ({ id }) => {
          const own = usage?.get(id);
          if (!own) return <span className="quiet">…</span>;
          const title = t('images.unique-title', { unique: words(own.unique), shared: words(own.shared) });
          return <span title={title}>{words(own.unique)}</span>;
        },
        width: '100px',
        minWidth: 100,
        align: 'end',
      },
      {
        id: 'created',
        title: t('images.column.created'),
        value: ({ createdAt }) => -createdAt,
        words: () => '',
        cell: ({ createdAt }) => <AgeText at={createdAt} />,
        width: '124px',
        minWidth: 124,
      },
      {
        id: 'users',
        title: t('images.column.users'),
        value: ({ users }) => -users.length,
        words: ({ users }) => users.map(({ name }) => name).join(' '),
        cell: ({ users }) => <UsersCell users={users} />,
        width: 'minmax(140px, 1.4fr)',
        minWidth: 140,
      },
      {
        id: 'actions',
        title: t('images.column.actions'),
        value: () => 0,
        cell: (image) => <RowMenuButton rowKey={image.id} label={t('images.more', { name: imageName(image) })} />,
        width: '72px',
        minWidth: 72,
        fixed: true,
        unsorted: true,
        align: 'end',
      },
    ];
  }, [usage, t, i18n]);
}

function NameCell({ image }: { readonly image: ImageView }) {
  const { t } = useTranslation();
  const tabIndex = useRowTabIndex();
  const { tags } = image;
  return (
    <span className="row-name" title={tags.join(', ')}>
      <a href={hashOf('images', imageLink(image))} tabIndex={tabIndex}>
        {imageName(image)}
      </a>
      {tags.length === 0 && <span className="quiet">{t('images.none')}</span>}
      {tags.length > 1 && <span className="quiet">{t('images.more-tags', { count: tags.length - 1 })}</span>}
    </span>
  );
}
