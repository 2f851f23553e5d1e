import { useCallback, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useClient } from '../../lib/client-context.tsx';
import { useReport } from '../../lib/use-report.ts';
import { saveFile } from '../../lib/save-file.ts';
import { useConfirm } from '../../ui/confirm-dialog.tsx';
import { uploadFile } from './transfers.ts';

/** An upload that is under way. */
export interface Transfer {
  readonly name: string;
  readonly done: number;
  readonly total: number;
}

export interface Transfers {
  /** The one that is under way; they follow each other. */
  readonly current: Transfer | null;
  readonly cancel: () => void;
  readonly download: (path: string, name: string) => void;
  /** Asks before a file of the same name is lost. */
  readonly upload: (folder: string, files: readonly File[], existing: ReadonlySet<string>) => void;
}

export function useTransfers(container: string, onUploaded: () => void): Transfers {
  const { t } = useTranslation();
  const client = useClient();
  const confirm = useConfirm();
  const report = useReport();
  const [current, setCurrent] = useState<Transfer | null>(null);
  const controller = useRef<AbortController | null>(null);
  const queue = useRef<Promise<void>>(Promise.resolve());
  useEffect(() => () => controller.current?.abort(), []);

  const run = useCallback(
    (
      transfer: Transfer,
      title: string,
      work: (options: { signal: AbortSignal; onProgress: (done: number) => void }) => Promise<void>,
    ) => {
      queue.current = queue.current.then(async () => {
        const own = new AbortController();
        controller.current = own;
        setCurrent(transfer);
        try {
          await work({ signal: own.signal, onProgress: (done) => setCurrent({ ...transfer, done }) });
        } catch (thrown) {
          if (!own.signal.aborted) report(title, thrown);
        }
        setCurrent(null);
      });
    },
    [report],
  );

  return {
    current,
    cancel: () => controller.current?.abort(),
    download: (path, name) => {
      client.files.download({ container, path }).then(saveFile, (thrown: unknown) => {
        report(t('files.download', { name }), thrown);
      });
    },
    upload: (folder, files, existing) => {
      const start = async (): Promise<void> => {
        for (const file of files) {
          const { name, size } = file;
          if (existing.has(name)) {
            const answer = await confirm({
              title: t('files.replace.title', { name }),
              text: t('files.replace.text', { path: folder }),
              confirm: t('files.replace.confirm'),
            });
            if (!answer) continue;
          }
          run({ name, done: 0, total: size }, t('files.upload'), async (options) => {
            await uploadFile(client, { container, path: folder, file }, options);
            onUploaded();
          });
        }
      };
      void start();
    },
  };
}
