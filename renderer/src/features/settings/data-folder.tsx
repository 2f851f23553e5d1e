import { Button, FileButton } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconDownload, IconUpload } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { useClient, type Client } from '../../lib/client-context.tsx';
import { saveBlob } from '../../lib/save-blob.ts';
import { useReading } from '../../lib/use-live.ts';
import { useReport } from '../../lib/use-report.ts';
import { Copy } from '../../ui/copy.tsx';

const readWhere = (client: Client, signal: AbortSignal): ReturnType<Client['settings']['where']> =>
  client.settings.where(undefined, { signal });

/** Where everything of Bulkhead's is kept, and the settings as a file to take along. */
export function DataFolder(): ReactElement {
  const { t } = useTranslation();
  const client = useClient();
  const report = useReport();
  const { value: where } = useReading(readWhere, 'once');
  const save = async (): Promise<void> => {
    try {
      const { name, text } = await client.settings.export();
      saveBlob(name, new Blob([text], { type: 'application/json' }));
    } catch (thrown) {
      report(t('settings.data.unexported'), thrown);
    }
  };
  const open = async (): Promise<void> => {
    try {
      await client.settings.openFolder();
    } catch (thrown) {
      report(t('settings.data.open'), thrown);
    }
  };
  const take = async (file: File | null): Promise<void> => {
    if (!file) return;
    try {
      await client.settings.import({ text: await file.text() });
      notifications.show({
        message: t('settings.data.imported', { name: file.name }),
        closeButtonProps: { 'aria-label': t('common.close') },
      });
    } catch (thrown) {
      report(t('settings.data.unimported'), thrown);
    }
  };
  return (
    <>
      <p className="quiet">{t('settings.data.text')}</p>
      {where && (
        <p className="settings-where">
          <code data-testid="data-folder">{where.folder}</code>
          <Copy value={where.folder} label={t('settings.data.copy')} />
          {where.canOpen && (
            <Button variant="subtle" size="compact-sm" data-testid="open-folder" onClick={() => void open()}>
              {t('settings.data.open')}
            </Button>
          )}
        </p>
      )}
      <div className="buttons">
        <Button
          variant="default"
          size="sm"
          leftSection={<IconDownload size={16} />}
          data-testid="export-settings"
          onClick={() => void save()}
        >
          {t('settings.data.export')}
        </Button>
        <FileButton accept="application/json,.json" onChange={(file) => void take(file)}>
          {(button) => (
            <Button
              {...button}
              variant="default"
              size="sm"
              leftSection={<IconUpload size={16} />}
              data-testid="import-settings"
            >
              {t('settings.data.import')}
            </Button>
          )}
        </FileButton>
      </div>
    </>
  );
}
