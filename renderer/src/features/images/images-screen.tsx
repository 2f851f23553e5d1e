import { Button, Loader } from '@mantine/core';
import { IconDownload, IconFileImport, IconHammer, IconStack2, IconTrash } from '@tabler/icons-react';
import { useCallback, useMemo, useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { ImageView } from '../../../../shared/contract/images.ts';
import { useClient, type Client } from '../../lib/client-context.tsx';
import { chooseFile, upload } from '../../lib/exchange.ts';
import { goTo, hashOf } from '../../lib/route.ts';
import { useApp } from '../../lib/store.ts';
import { useLiveRows, useReading } from '../../lib/use-live.ts';
import { useReport } from '../../lib/use-report.ts';
import { DataTable } from '../../ui/data-table/data-table.tsx';
import { GoneFace } from '../../ui/detail-page.tsx';
import { ErrorCard } from '../../ui/error-card.tsx';
import { Face } from '../../ui/face.tsx';
import { WhatIs } from '../../ui/what-is.tsx';
import { PruneDialog } from '../prune/prune-dialog.tsx';
import { BuildDialog } from './build-dialog.tsx';
import { useImageColumns } from './columns.tsx';
import { ImagePage } from './image-page.tsx';
import { findImage, imageLink, imageName } from './names.ts';
import { PullDialog } from './pull-dialog.tsx';
import { TagDialog } from './tag-dialog.tsx';
import { useImageActions } from './use-image-actions.tsx';

type Dialog = { readonly kind: 'pull' | 'build' | 'prune' } | { readonly kind: 'tag'; readonly image: ImageView };

/** Every image of the engine, or the one that the address names. */
export function ImagesScreen({ stale }: { readonly stale: boolean }): ReactElement {
  const { t } = useTranslation();
  const named = useApp(({ route }) => route.path[0]);
  const { rows, error } = useLiveRows(watch, idOf);
  const [dialog, setDialog] = useState<Dialog | null>(null);
  const onTag = useCallback((image: ImageView) => setDialog({ kind: 'tag', image }), []);
  const actions = useImageActions(onTag);
  const usage = useUsage(named === undefined ? rows : null);
  const columns = useImageColumns(usage);
  const close = (): void => setDialog(null);
  if (rows === null) {
    return (
      <Face icon={error ? <IconStack2 size={40} /> : <Loader size={36} />} title={t('images.label')}>
        {error && <ErrorCard error={error} />}
      </Face>
    );
  }
  const image = named === undefined ? null : findImage(rows, named);
  return (
    <div className="manage-screen" data-testid="images" data-stale={stale}>
      {image ? (
        <ImagePage image={image} actions={actions} stale={stale} />
      ) : named === undefined ? (
        <DataTable
          id="images"
          label={t('images.label')}
          searchLabel={t('images.search')}
          rows={rows}
          rowId={idOf}
          rowName={imageName}
          rowData={dataOf}
          columns={columns}
          actions={actions}
          initialSort={{ column: 'name', descending: false }}
          onOpen={open}
          stale={stale}
          toolbar={
            <>
              <Tools count={rows.length} stale={stale} onDialog={setDialog} />
              <WhatIs topic="image" />
            </>
          }
          empty={
            <Face icon={<IconStack2 size={40} />} title={t('images.empty.title')} text={t('images.empty.text')}>
              <WhatIs topic="image" />
            </Face>
          }
        />
      ) : (
        <GoneFace
          title={t('images.detail.gone', { name: named })}
          text={t('images.detail.gone-text')}
          back={{ href: hashOf('images'), label: t('images.detail.back') }}
        />
      )}
      {dialog?.kind === 'pull' && <PullDialog onClose={close} />}
      {dialog?.kind === 'build' && <BuildDialog onClose={close} />}
      {dialog?.kind === 'prune' && <PruneDialog what="images" onClose={close} />}
      {dialog?.kind === 'tag' && <TagDialog image={dialog.image} onClose={close} />}
    </div>
  );
}

function Tools(props: {
  readonly count: number;
  readonly stale: boolean;
  readonly onDialog: (dialog: Dialog) => void;
}): ReactElement {
  const { t } = useTranslation();
  const client = useClient();
  const report = useReport();
  const { stale, onDialog } = props;
  const load = async (): Promise<void> => {
    const file = await chooseFile('.tar,.tar.gz,.tgz,application/x-tar');
    if (!file) return;
    try {
      await upload((await client.images.load({ name: file.name })).path, file);
    } catch (thrown) {
      report(t('manage.upload-failed'), thrown);
    }
  };
  return (
    <>
      <span className="quiet nowrap">{t('images.count', { count: props.count })}</span>
      <Button
        size="xs"
        leftSection={<IconDownload size={15} />}
        disabled={stale}
        data-testid="pull"
        onClick={() => onDialog({ kind: 'pull' })}
      >
        {t('images.pull.button')}
      </Button>
      <Button
        size="xs"
        variant="default"
        leftSection={<IconHammer size={15} />}
        disabled={stale}
        data-testid="build"
        onClick={() => onDialog({ kind: 'build' })}
      >
        {t('images.build.button')}
      </Button>
      <Button
        size="xs"
        variant="default"
        leftSection={<IconFileImport size={15} />}
        disabled={stale}
        data-testid="load"
        onClick={() => void load()}
      >
        {t('images.load.button')}
      </Button>
      <Button
        size="xs"
        variant="default"
        leftSection={<IconTrash size={15} />}
        disabled={stale}
        data-testid="prune"
        onClick={() => onDialog({ kind: 'prune' })}
      >
        {t('prune.button')}
      </Button>
    </>
  );
}

/** Takes the engine a while: the list is there before it. */
function useUsage(rows: readonly ImageView[] | null) {
  const key = useMemo(() => rows && rows.map(idOf).join(), [rows]);
  const { value } = useReading(readUsage, key);
  return useMemo(() => value && new Map(value.map((one) => [one.id, one])), [value]);
}

const watch = (client: Client, signal: AbortSignal) => client.images.watch(undefined, { signal });
const readUsage = (client: Client, signal: AbortSignal) => client.images.usage(undefined, { signal });
const idOf = ({ id }: ImageView): string => id;
const open = (image: ImageView): void => goTo('images', imageLink(image));
const dataOf = (image: ImageView) => ({ 'data-testid': 'image-row', 'data-name': imageName(image) });
