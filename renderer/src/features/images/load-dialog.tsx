import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { useClient, type Client } from '../../lib/client-context.tsx';
import { chooseFile, upload } from '../../lib/exchange.ts';
import { FormDialog } from '../../ui/form-dialog.tsx';

/** Lets the user choose an archive and gives it to the engine; nothing where they think better of it. @throws Error when it cannot be sent */
export async function loadImages(client: Client): Promise<void> {
  const file = await chooseFile('.tar,.tar.gz,.tgz,application/x-tar');
  if (file) await upload((await client.images.load({ name: file.name })).path, file);
}

/** For who comes by an address or a native menu: a browser shows its files only after a press on the page. */
export function LoadDialog({ onClose }: { readonly onClose: () => void }): ReactElement {
  const { t } = useTranslation();
  const client = useClient();
  return (
    <FormDialog
      title={t('images.load.button')}
      submit={t('images.load.choose')}
      isReady
      onSubmit={() => loadImages(client)}
      onClose={onClose}
    >
      <p>{t('images.load.text')}</p>
    </FormDialog>
  );
}
