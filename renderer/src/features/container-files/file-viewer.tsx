import { ActionIcon, Button, Loader } from '@mantine/core';
import { IconDownload, IconX } from '@tabler/icons-react';
import { useEffect, useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { FileView } from '../../../../shared/contract/files.ts';
import { SHOWN_BYTES } from '../../../../shared/contract/sizes.ts';
import type { ErrorShape } from '../../../../shared/errors.ts';
import { useClient } from '../../lib/client-context.tsx';
import { errorOf } from '../../lib/errors.ts';
import { bytesWords } from '../../lib/words.ts';
import { ErrorCard } from '../../ui/error-card.tsx';
import { Note } from '../../ui/note.tsx';

/** One file as text. */
export function FileViewer(props: {
  readonly container: string;
  readonly path: string;
  readonly onClose: () => void;
  readonly onDownload: () => void;
}): ReactElement {
  const { t, i18n } = useTranslation();
  const client = useClient();
  const { container, path, onClose, onDownload } = props;
  const [read, setRead] = useState<{ path: string; view: FileView | null; error: ErrorShape | null } | null>(null);
  useEffect(() => {
    const controller = new AbortController();
    const { signal } = controller;
    client.files.read({ container, path }, { signal }).then(
      (view) => setRead({ path, view, error: null }),
      (thrown: unknown) => {
        if (!signal.aborted) setRead({ path, view: null, error: errorOf(thrown) });
      },
    );
    return () => controller.abort();
  }, [client, container, path]);
  const { view, error } = read?.path === path ? read : { view: null, error: null };
  const size = view ? bytesWords(i18n.language, view.size) : '';
  return (
    <section className="file-viewer" aria-label={path} data-testid="file-viewer">
      <header className="file-viewer-head">
        <strong title={path}>{path}</strong>
        <span className="quiet">{size}</span>
        <span className="spacer" />
        <Button
          size="compact-sm"
          variant="subtle"
          leftSection={<IconDownload size={15} aria-hidden />}
          onClick={onDownload}
        >
          {t('files.download', { name: '' })}
        </Button>
        <ActionIcon variant="subtle" size="md" aria-label={t('files.close')} onClick={onClose}>
          <IconX size={16} aria-hidden />
        </ActionIcon>
      </header>
      {error && <ErrorCard error={error} />}
      {!view && !error && <Loader size={24} />}
      {view?.isBinary && <Note tone="info">{t('files.binary', { size })}</Note>}
      {view?.isCut && !view.isBinary && (
        <Note tone="info">{t('files.view-cut', { shown: bytesWords(i18n.language, SHOWN_BYTES), size })}</Note>
      )}
      {view && !view.isBinary && (
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- scrolled by keyboard
        <pre className="file-text" tabIndex={0} data-testid="file-text">
          {view.text}
        </pre>
      )}
    </section>
  );
}
