import { ActionIcon, Button, Loader } from '@mantine/core';
import { IconDownload, IconFile, IconFolder, IconLink, IconRefresh } from '@tabler/icons-react';
import { useCallback, useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { FileEntry } from '../../../../shared/contract/volumes.ts';
import { useClient, type Client } from '../../lib/client-context.tsx';
import { download } from '../../lib/exchange.ts';
import { useReading } from '../../lib/use-live.ts';
import { useReport } from '../../lib/use-report.ts';
import { bytesWords } from '../../lib/words.ts';
import { AgeText } from '../../ui/age-text.tsx';
import { DetailSection } from '../../ui/detail-page.tsx';
import { ErrorCard } from '../../ui/error-card.tsx';
import { Note } from '../../ui/note.tsx';

const ICONS = { file: IconFile, directory: IconFolder, link: IconLink, other: IconFile } as const;

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
  const entries = value && !isReading ? value.entries.toSorted(inOrder) : null;
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
        <Listing name={name} path={path} entries={entries} onOpen={(entry) => setPath([...path, entry])} />
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
  const { t, i18n } = useTranslation();
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
  return (
    <table data-testid="files">
      <colgroup>
        <col />
        <col style={{ width: 110 }} />
        <col style={{ width: 150 }} />
        <col style={{ width: 80 }} />
        <col style={{ width: 48 }} />
      </colgroup>
      <thead>
        <tr>
          <th>{t('volumes.detail.file')}</th>
          <th className="number">{t('volumes.detail.size')}</th>
          <th>{t('volumes.detail.modified')}</th>
          <th>{t('volumes.detail.mode')}</th>
          <th>
            <span className="hidden">{t('volumes.column.actions')}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {props.entries.map((entry) => {
          const Icon = ICONS[entry.kind];
          return (
            <tr key={entry.name} data-file={entry.name}>
              <td>
                <Icon size={15} aria-hidden />{' '}
                {entry.kind === 'directory' ? (
                  <button type="button" className="file-name" onClick={() => props.onOpen(entry.name)}>
                    {entry.name}
                  </button>
                ) : (
                  entry.name
                )}
                {entry.target !== '' && <span className="quiet"> → {entry.target}</span>}
              </td>
              <td className="number">{bytesWords(i18n.language, entry.size)}</td>
              <td>
                <AgeText at={entry.modifiedAt} />
              </td>
              <td>
                <code>{entry.mode.toString(8).padStart(4, '0')}</code>
              </td>
              <td>
                {(entry.kind === 'file' || entry.kind === 'directory') && (
                  <ActionIcon
                    variant="subtle"
                    color="gray"
                    aria-label={t('volumes.detail.fetch', { name: entry.name })}
                    onClick={() => void fetch(entry)}
                  >
                    <IconDownload size={16} />
                  </ActionIcon>
                )}
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

/** Folders first, then by name. */
function inOrder(a: FileEntry, b: FileEntry): number {
  const rank = ({ kind }: FileEntry): number => (kind === 'directory' ? 0 : 1);
  return rank(a) - rank(b) || a.name.localeCompare(b.name, 'en', { numeric: true });
}
