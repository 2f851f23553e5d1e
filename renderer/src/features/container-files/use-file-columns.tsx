import { ActionIcon } from '@mantine/core';
import {
  IconDownload,
  IconFile,
  IconFolder,
  IconLink,
  IconPlugConnected,
  IconCpu,
  IconArrowsExchange,
} from '@tabler/icons-react';
import { useMemo, useRef, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import type { FileEntry, FileKind } from '../../../../shared/contract/files.ts';
import { bytesWords } from '../../lib/words.ts';
import { shownText } from '../container-logs/line-parts.ts';
import type { TableColumn } from '../../ui/data-table/types.ts';
import { modeWords } from './paths.ts';

const ICONS: Readonly<Record<FileKind, typeof IconFile>> = {
  file: IconFile,
  folder: IconFolder,
  link: IconLink,
  device: IconCpu,
  pipe: IconArrowsExchange,
  socket: IconPlugConnected,
};

interface Handlers {
  readonly onOpen: (entry: FileEntry) => void;
  readonly onDownload: (entry: FileEntry) => void;
}

export function useFileColumns(handlers: Handlers): readonly TableColumn<FileEntry>[] {
  const { t, i18n } = useTranslation();
  // The columns stay the same objects while the handlers change with what is open.
  const latest = useRef(handlers);
  useEffect(() => {
    latest.current = handlers;
  });
  return useMemo((): readonly TableColumn<FileEntry>[] => {
    const time = new Intl.DateTimeFormat(i18n.language, { dateStyle: 'medium', timeStyle: 'short' });
    return [
      {
        id: 'name',
        title: t('files.column.name'),
        // Folders first.
        value: ({ name, kind }) => `${kind === 'folder' ? 0 : 1}${name}`,
        words: ({ name }) => name,
        cell: (entry) => {
          const Icon = ICONS[entry.kind];
          return (
            <button type="button" className="file-name" tabIndex={-1} onClick={() => latest.current.onOpen(entry)}>
              <Icon size={16} aria-label={t(`files.kind.${entry.kind}`)} />
              <span title={entry.name}>{shownText(entry.name)}</span>
              {entry.target !== '' && <span className="quiet">→ {shownText(entry.target)}</span>}
            </button>
          );
        },
        width: 'minmax(200px, 3fr)',
        minWidth: 200,
        fixed: true,
      },
      {
        id: 'size',
        title: t('files.column.size'),
        value: ({ size, kind }) => (kind === 'file' ? size : -1),
        words: () => '',
        cell: ({ size, kind }) => (kind === 'file' ? bytesWords(i18n.language, size) : '–'),
        width: '100px',
        minWidth: 100,
        align: 'end',
      },
      {
        id: 'mode',
        title: t('files.column.mode'),
        value: ({ mode }) => mode,
        words: ({ mode }) => modeWords(mode),
        cell: ({ mode }) => <code title={mode.toString(8)}>{modeWords(mode)}</code>,
        width: '120px',
        minWidth: 120,
      },
      {
        id: 'owner',
        title: t('files.column.owner'),
        value: ({ uid }) => uid,
        words: () => '',
        cell: ({ uid, gid }) => `${uid}:${gid}`,
        width: '100px',
        minWidth: 100,
      },
      {
        id: 'modified',
        title: t('files.column.modified'),
        value: ({ modifiedAt }) => modifiedAt,
        words: () => '',
        cell: ({ modifiedAt }) => time.format(modifiedAt),
        width: '190px',
        minWidth: 190,
      },
      {
        id: 'actions',
        title: t('files.column.actions'),
        value: () => 0,
        words: () => '',
        cell: (entry) =>
          (entry.kind === 'file' || entry.kind === 'folder' || entry.kind === 'link') && (
            <ActionIcon
              variant="subtle"
              size="md"
              tabIndex={-1}
              aria-label={t('files.download', { name: entry.name })}
              title={t('files.download', { name: entry.name })}
              data-action="download"
              onClick={() => latest.current.onDownload(entry)}
            >
              <IconDownload size={16} aria-hidden />
            </ActionIcon>
          ),
        width: '64px',
        minWidth: 64,
        fixed: true,
        unsorted: true,
        align: 'end',
      },
    ];
  }, [t, i18n.language]);
}
