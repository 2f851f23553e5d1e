import { Loader } from '@mantine/core';
import { IconCircleCheck } from '@tabler/icons-react';
import { useEffect, useMemo, useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { ContainerView } from '../../../../shared/contract/containers.ts';
import type { ChangesView } from '../../../../shared/contract/files.ts';
import type { ErrorShape } from '../../../../shared/errors.ts';
import { useClient } from '../../lib/client-context.tsx';
import { errorOf } from '../../lib/errors.ts';
import { isStale, useApp } from '../../lib/store.ts';
import { DataTable } from '../../ui/data-table/data-table.tsx';
import type { TableColumn } from '../../ui/data-table/types.ts';
import { ErrorCard } from '../../ui/error-card.tsx';
import { Face } from '../../ui/face.tsx';
import { Note } from '../../ui/note.tsx';
import { shownText } from '../container-logs/line-parts.ts';
import { parentPath } from './paths.ts';

type Change = ChangesView['changes'][number];

/** What in the container differs from its image. */
export function ChangesList(props: {
  readonly container: ContainerView;
  /** Opens the folder that a change is in. */
  readonly onOpen: (folder: string) => void;
}): ReactElement {
  const { t, i18n } = useTranslation();
  const client = useClient();
  const stale = useApp(isStale);
  const { id } = props.container;
  const [view, setView] = useState<ChangesView | null>(null);
  const [error, setError] = useState<ErrorShape | null>(null);
  useEffect(() => {
    const controller = new AbortController();
    const { signal } = controller;
    client.files.changes({ container: id }, { signal }).then(
      (told) => {
        setView(told);
        setError(null);
      },
      (thrown: unknown) => {
        if (!signal.aborted) setError(errorOf(thrown));
      },
    );
    return () => controller.abort();
  }, [client, id, stale]);
  const columns = useMemo(
    (): readonly TableColumn<Change>[] => [
      {
        id: 'path',
        title: t('files.column.path'),
        value: ({ path }) => path,
        cell: ({ path }) => <span title={path}>{shownText(path)}</span>,
        width: 'minmax(240px, 4fr)',
        minWidth: 240,
        fixed: true,
      },
      {
        id: 'kind',
        title: t('files.column.kind'),
        value: ({ kind }) => kind,
        cell: ({ kind }) => (
          <span className="file-change" data-kind={kind}>
            {t(`files.change.${kind}`)}
          </span>
        ),
        width: '140px',
        minWidth: 140,
      },
    ],
    [t],
  );
  if (error) return <ErrorCard error={error} />;
  if (!view) return <Face icon={<Loader size={32} />} title={t('files.changes')} />;
  const number = new Intl.NumberFormat(i18n.language);
  return (
    <>
      {view.total > view.changes.length && (
        <Note tone="info">
          {t('files.changes-more', { total: number.format(view.total), shown: number.format(view.changes.length) })}
        </Note>
      )}
      <div className="files-stage">
        <DataTable
          id="file-changes"
          label={t('files.changes-label')}
          searchLabel={t('files.find')}
          rows={view.changes}
          rowId={pathOf}
          rowName={pathOf}
          rowData={dataOf}
          columns={columns}
          actions={[]}
          onOpen={({ path }) => props.onOpen(parentPath(path))}
          stale={stale}
          empty={
            <Face
              icon={<IconCircleCheck size={40} />}
              title={t('files.no-changes.title')}
              text={t('files.no-changes.text')}
            />
          }
        />
      </div>
    </>
  );
}

const pathOf = ({ path }: Change): string => path;
const dataOf = ({ path, kind }: Change) => ({ 'data-testid': 'change-row', 'data-path': path, 'data-kind': kind });
