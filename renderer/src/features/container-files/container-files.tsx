import { ActionIcon, Button, Progress, SegmentedControl, TextInput, Tooltip } from '@mantine/core';
import { IconArrowUp, IconFolderOpen, IconRefresh, IconUpload, IconX } from '@tabler/icons-react';
import { useCallback, useEffect, useRef, useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { ContainerView } from '../../../../shared/contract/containers.ts';
import type { FileEntry, FolderView } from '../../../../shared/contract/files.ts';
import type { ErrorShape } from '../../../../shared/errors.ts';
import { useClient } from '../../lib/client-context.tsx';
import { errorOf } from '../../lib/errors.ts';
import { isStale, useApp } from '../../lib/store.ts';
import { DataTable } from '../../ui/data-table/data-table.tsx';
import { ErrorCard } from '../../ui/error-card.tsx';
import { Face } from '../../ui/face.tsx';
import { Note } from '../../ui/note.tsx';
import { ChangesList } from './changes-list.tsx';
import { FileViewer } from './file-viewer.tsx';
import { joinPath, parentPath, tidyPath } from './paths.ts';
import { useFileColumns } from './use-file-columns.tsx';
import { useTransfers, type Transfer } from './use-transfers.ts';
import './files.css';

/** The files of a container, running or not: looked through, viewed, fetched, put there; and what differs from the image. */
export function ContainerFiles(props: { readonly container: ContainerView }): ReactElement {
  const { t } = useTranslation();
  const { container } = props;
  const [view, setView] = useState<'browse' | 'changes'>('browse');
  const [path, setPath] = useState('/');
  return (
    <div className="files" data-testid="files" data-path={path}>
      <SegmentedControl
        className="files-views"
        size="xs"
        aria-label={t('files.views')}
        value={view}
        onChange={(next) => setView(next === 'changes' ? 'changes' : 'browse')}
        data={(['browse', 'changes'] as const).map((value) => ({ value, label: t(`files.${value}`) }))}
      />
      {view === 'browse' ? (
        <Browser container={container} path={path} onPath={setPath} />
      ) : (
        <ChangesList
          container={container}
          onOpen={(folder) => {
            setPath(folder);
            setView('browse');
          }}
        />
      )}
    </div>
  );
}

function Browser(props: {
  readonly container: ContainerView;
  readonly path: string;
  readonly onPath: (path: string) => void;
}): ReactElement {
  const { t } = useTranslation();
  const client = useClient();
  const stale = useApp(isStale);
  const { container, path, onPath } = props;
  const { id } = container;
  const [folder, setFolder] = useState<FolderView | null>(null);
  const [error, setError] = useState<ErrorShape | null>(null);
  const [attempt, setAttempt] = useState(0);
  const [typed, setTyped] = useState(path);
  const [viewed, setViewed] = useState<string | null>(null);
  const [isOver, setIsOver] = useState(false);
  const chooser = useRef<HTMLInputElement>(null);
  const again = useCallback(() => setAttempt((before) => before + 1), []);
  const transfers = useTransfers(id, again);

  useEffect(() => {
    const controller = new AbortController();
    const { signal } = controller;
    setTyped(path);
    client.files.list({ container: id, path }, { signal }).then(
      (listed) => {
        setFolder(listed);
        setError(null);
      },
      (thrown: unknown) => {
        if (signal.aborted) return;
        setFolder(null);
        setError(errorOf(thrown));
      },
    );
    return () => controller.abort();
  }, [client, id, path, attempt, stale]);

  const go = (to: string): void => {
    setViewed(null);
    setFolder(null);
    onPath(tidyPath(to));
  };
  const open = (entry: FileEntry): void => {
    const at = joinPath(path, entry.name);
    if (entry.kind === 'folder') go(at);
    else if (entry.kind !== 'link') setViewed(at);
    else {
      // Where a link leads, only trying tells.
      client.files.list({ container: id, path: at }).then(
        () => go(at),
        () => setViewed(at),
      );
    }
  };
  const columns = useFileColumns({
    onOpen: open,
    onDownload: ({ name }) => transfers.download(joinPath(path, name), name),
  });
  const existing = new Set(folder?.entries.map(({ name }) => name));
  const put = (files: readonly File[]): void => transfers.upload(path, files, existing);

  return (
    <>
      <div className="files-bar">
        <Tooltip label={parentPath(path)}>
          <ActionIcon
            variant="default"
            size="md"
            aria-label={parentPath(path)}
            disabled={path === '/'}
            data-testid="files-up"
            onClick={() => go(parentPath(path))}
          >
            <IconArrowUp size={16} aria-hidden />
          </ActionIcon>
        </Tooltip>
        <TextInput
          className="files-path"
          size="xs"
          aria-label={t('files.path')}
          value={typed}
          data-testid="files-path"
          onChange={({ currentTarget }) => setTyped(currentTarget.value)}
          onKeyDown={({ key }) => {
            if (key === 'Enter') go(typed);
            if (key === 'Escape') setTyped(path);
          }}
        />
        <ActionIcon
          variant="subtle"
          size="md"
          aria-label={t('files.refresh')}
          title={t('files.refresh')}
          onClick={again}
        >
          <IconRefresh size={16} aria-hidden />
        </ActionIcon>
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<IconUpload size={15} aria-hidden />}
          disabled={stale || folder === null}
          onClick={() => chooser.current?.click()}
        >
          {t('files.upload')}
        </Button>
        <input
          ref={chooser}
          type="file"
          multiple
          hidden
          aria-label={t('files.upload')}
          data-testid="files-chooser"
          onChange={({ currentTarget }) => {
            put([...(currentTarget.files ?? [])]);
            currentTarget.value = '';
          }}
        />
        <TransferBar transfer={transfers.current} onCancel={transfers.cancel} />
      </div>
      {error && <ErrorCard error={error} />}
      {folder?.isWhole === false && <Note tone="warn">{t('files.partial')}</Note>}
      <div
        className="files-stage"
        data-over={isOver}
        onDragOver={(event) => {
          event.preventDefault();
          setIsOver(true);
        }}
        onDragLeave={() => setIsOver(false)}
        onDrop={(event) => {
          event.preventDefault();
          setIsOver(false);
          put([...event.dataTransfer.files]);
        }}
      >
        {isOver && <p className="files-drop">{t('files.drop', { path })}</p>}
        {folder && (
          <DataTable
            id="files"
            label={t('files.label', { path })}
            searchLabel={t('files.find')}
            rows={folder.entries}
            rowId={nameOf}
            rowName={nameOf}
            rowData={dataOf}
            columns={columns}
            actions={[]}
            initialSort={FIRST_BY_NAME}
            onOpen={open}
            stale={stale}
            empty={
              <Face icon={<IconFolderOpen size={40} />} title={t('files.empty.title')} text={t('files.empty.text')} />
            }
          />
        )}
        {viewed !== null && (
          <FileViewer
            container={id}
            path={viewed}
            onClose={() => setViewed(null)}
            onDownload={() => transfers.download(viewed, viewed.slice(viewed.lastIndexOf('/') + 1))}
          />
        )}
      </div>
    </>
  );
}

const FIRST_BY_NAME = { column: 'name', descending: false } as const;
const nameOf = ({ name }: FileEntry): string => name;
const dataOf = ({ name, kind }: FileEntry) => ({ 'data-testid': 'file-row', 'data-name': name, 'data-kind': kind });

function TransferBar(props: {
  readonly transfer: Transfer | null;
  readonly onCancel: () => void;
}): ReactElement | null {
  const { t, i18n } = useTranslation();
  const { transfer } = props;
  if (!transfer) return null;
  const { name, done, total } = transfer;
  const share = total === 0 ? 0 : done / total;
  const percent = new Intl.NumberFormat(i18n.language, { style: 'percent' }).format(share);
  const words = t('files.uploading', { name, percent });
  return (
    <span className="files-transfer" role="status" data-testid="files-transfer">
      <span>{words}</span>
      <Progress value={share * 100} size="sm" aria-label={words} />
      <ActionIcon size="sm" variant="subtle" aria-label={t('files.cancel')} onClick={props.onCancel}>
        <IconX size={14} aria-hidden />
      </ActionIcon>
    </span>
  );
}
