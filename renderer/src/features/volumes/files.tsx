import { Button, Loader } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import { useCallback, useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { FileEntry } from '../../../../shared/contract/volumes.ts';
import { useClient, type Client } from '../../lib/client-context.tsx';
import { download } from '../../lib/exchange.ts';
import { useReading } from '../../lib/use-live.ts';
import { useReport } from '../../lib/use-report.ts';
import { DetailSection } from '../../ui/detail-page.tsx';
import { ErrorCard } from '../../ui/error-card.tsx';
import { BY_NAME } from '../../ui/list-screen.tsx';
import { Note } from '../../ui/note.tsx';
import { SectionTable } from '../../ui/section-table.tsx';
import { useFileColumns } from './use-file-columns.tsx';

/** One folder of a volume at a time. */
export function VolumeFiles({ name }: { readonly name: string }): ReactElement {
  const { t } = useTranslation();
  const [path, setPath] = useState<readonly string[]>([]);
  const [times, setTimes] = useState(0);
  const inside = path.join('/');
  const read = useCallback(
    (client: Client, signal: AbortSignal) => client.volumes.files({ name, path: inside }, { signal }),
    [name, inside],
  );
  const { value, error, isReading } = useReading(read, `${inside} ${times}`);
  const entries = value && !isReading ? value.entries : null;
  return (
    <DetailSection
      title={t('volumes.detail.files')}
      aside={
        <Button
          size="compact-xs"
          variant="default"
          leftSection={<IconRefresh size={14} />}
          onClick={() => setTimes(times + 1)}
        >
          {t('volumes.detail.again')}
        </Button>
      }
    >
      <nav className="crumbs" aria-label={t('volumes.detail.files')}>
        <button type="button" onClick={() => setPath([])}>
          {t('volumes.detail.root')}
        </button>
        {path.map((part, index) => (
          <span key={`${index} ${part}`}>
            / <button onClick={() => setPath(path.slice(0, index + 1))}>{part}</button>
          </span>
        ))}
      </nav>
      {error && !isReading && <ErrorCard error={error} />}
      {!entries && !error && <Loader size="xs" role="img" aria-label={t('common.loading')} />}
      {value?.cut && !isReading && <Note tone="warn">{t('volumes.detail.cut')}</Note>}
      {entries?.length === 0 && !error && <p className="quiet">{t('volumes.detail.empty')}</p>}
      {entries && entries.length > 0 && (
        <Listing key={inside} name={name} path={path} entries={entries} onOpen={(entry) => setPath([...path, entry])} />
      )}
    </DetailSection>
  );
}

function Listing(props: {
  readonly name: string;
  readonly path: readonly string[];
  readonly entries: readonly FileEntry[];
  readonly onOpen: (entry: string) => void;
}): ReactElement {
  const { t } = useTranslation();
  const client = useClient();
  const report = useReport();
  const { name, path } = props;
  const fetch = async ({ name: file, kind }: FileEntry): Promise<void> => {
    const inside = [...path, file].join('/') + (kind === 'directory' ? '/' : '');
    try {
      download((await client.volumes.fetch({ name, path: inside })).path);
    } catch (thrown) {
      report(t('volumes.detail.fetch', { name: file }), thrown);
    }
  };
  const open = (entry: FileEntry): void => {
    if (entry.kind === 'directory') props.onOpen(entry.name);
  };
  const columns = useFileColumns({ onOpen: open, onFetch: (entry) => void fetch(entry) });
  return (
    <SectionTable
      id="volume-files"
      testId="files"
      label={t('files.label', { path: `/${path.join('/')}` })}
      searchLabel={t('files.find')}
      rows={props.entries}
      rowId={nameOf}
      rowName={nameOf}
      rowData={dataOf}
      columns={columns}
      actions={[]}
      initialSort={BY_NAME}
      onOpen={open}
      stale={false}
      empty={null}
    />
  );
}

const nameOf = ({ name }: FileEntry): string => name;
const dataOf = ({ name }: FileEntry) => ({ 'data-testid': 'file-row', 'data-file': name });
