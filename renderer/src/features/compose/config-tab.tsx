import { Button, Loader } from '@mantine/core';
import { IconDeviceFloppy, IconRefresh } from '@tabler/icons-react';
import { useCallback, useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { ProjectView } from '../../../../shared/contract/compose.ts';
import type { Client } from '../../lib/client-context.tsx';
import { saveBlob } from '../../lib/save-blob.ts';
import { useReading } from '../../lib/use-live.ts';
import { Copy } from '../../ui/copy.tsx';
import { ErrorCard } from '../../ui/error-card.tsx';

/** The whole configuration as Compose understands it: files on top of each other, variables filled in. */
export function ConfigTab(props: { readonly project: ProjectView; readonly usable: boolean }): ReactElement {
  const { t } = useTranslation();
  const { project, usable } = props;
  const { name } = project;
  const [round, setRound] = useState(0);
  const read = useCallback(
    (client: Client, signal: AbortSignal) => client.compose.config({ project: name }, { signal }),
    [name],
  );
  const { value, error, isReading } = useReading(read, usable ? `${name} ${String(round)}` : null);
  if (!usable) return <p className="quiet compose-note">{t('compose.absent.needs')}</p>;
  return (
    <section className="detail-section compose-config">
      <div className="detail-section-head">
        <p className="quiet">{t('compose.config.text')}</p>
        <span className="spacer" />
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<IconRefresh size={15} aria-hidden />}
          loading={isReading}
          onClick={() => setRound(round + 1)}
        >
          {t('compose.config.again')}
        </Button>
        {value && (
          <>
            <Button
              size="compact-sm"
              variant="default"
              leftSection={<IconDeviceFloppy size={15} aria-hidden />}
              onClick={() => saveBlob(`${name}.yaml`, new Blob([value.text], { type: 'application/yaml' }))}
            >
              {t('compose.config.save')}
            </Button>
            <Copy value={value.text} label={t('compose.config.copy')} />
          </>
        )}
      </div>
      {error && <ErrorCard error={error} />}
      {!value && !error && <Loader size="sm" role="img" aria-label={t('common.loading')} />}
      {value && !error && (
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- scrolled by keyboard
        <pre className="compose-yaml" tabIndex={0} data-testid="compose-config" aria-label={t('compose.tab.config')}>
          {value.text}
        </pre>
      )}
    </section>
  );
}
