import { ActionIcon } from '@mantine/core';
import { IconDownload, IconFile, IconFolder, IconLink } from '@tabler/icons-react';
import { useEffect, useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { FileEntry } from '../../../../shared/contract/volumes.ts';
import { bytesWords } from '../../lib/words.ts';
import { AgeText } from '../../ui/age-text.tsx';
import type { TableColumn } from '../../ui/data-table/types.ts';
import { shownText } from '../container-logs/line-parts.ts';

const ICONS = { file: IconFile, directory: IconFolder, link: IconLink, other: IconFile } as const;

interface Handlers {
  readonly onOpen: (entry: FileEntry) => void;
  readonly onFetch: (entry: FileEntry) => void;
}

export function useFileColumns(handlers: Handlers): readonly TableColumn<FileEntry>[] {
  const { t, i18n } = useTranslation();
  // The columns stay the same objects while the handlers change with what is open.
  const latest = useRef(handlers);
  useEffect(() => {
    latest.current = handlers;
  });
  return useMemo(
    (): readonly TableColumn<FileEntry>[] => [
      {
        id: 'name',
        title: t('volumes.detail.file'),
        // Folders first.
        value: ({ name, kind }) => `${kind === 'directory' ? 0 : 1}${name}`,
        words: ({ name }) => name,
        cell: (entry) => <FileName entry={entry} onOpen={() => latest.current.onOpen(entry)} />,
        width: 'minmax(200px, 3fr)',
        minWidth: 200,
        fixed: true,
      },
      {
        id: 'size',
        title: t('volumes.detail.size'),
        value: ({ size }) => size,
        cell: ({ size }) => bytesWords(i18n.language, size),
        width: '110px',
        minWidth: 110,
        align: 'end',
      },
      {
        id: 'modified',
        title: t('volumes.detail.modified'),
        value: ({ modifiedAt }) => modifiedAt,
        cell: ({ modifiedAt }) => <AgeText at={modifiedAt} />,
        width: '150px',
        minWidth: 150,
      },
      {
        id: 'mode',
        title: t('volumes.detail.mode'),
        value: ({ mode }) => mode,
        cell: ({ mode }) => <code>{mode.toString(8).padStart(4, '0')}</code>,
        width: '90px',
        minWidth: 90,
      },
      {
        id: 'actions',
        title: t('volumes.column.actions'),
        value: () => 0,
        cell: (entry) =>
          (entry.kind === 'file' || entry.kind === 'directory') && (
            <ActionIcon
              variant="subtle"
              color="gray"
              tabIndex={-1}
              aria-label={t('volumes.detail.fetch', { name: entry.name })}
              title={t('volumes.detail.fetch', { name: entry.name })}
              onClick={() => latest.current.onFetch(entry)}
            >
              <IconDownload size={16} aria-hidden />
            </ActionIcon>
          ),
        width: '80px',
        minWidth: 80,
        fixed: true,
        unsorted: true,
        align: 'end',
      },
    ],
    [t, i18n.language],
  );
}

function FileName({ entry, onOpen }: { readonly entry: FileEntry; readonly onOpen: () => void }) {
  const { name, kind, target } = entry;
  const Icon = ICONS[kind];
  const shown = shownText(name);
  return (
    <span className="volume-file" title={target === '' ? name : `${name} → ${target}`}>
      <Icon size={15} aria-hidden />{' '}
      {kind === 'directory' ? (
        <button type="button" className="file-name" tabIndex={-1} onClick={onOpen}>
          {shown}
        </button>
      ) : (
        shown
      )}
      {target !== '' && <span className="quiet"> → {shownText(target)}</span>}
    </span>
  );
}
