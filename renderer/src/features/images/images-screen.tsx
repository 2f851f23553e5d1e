import { IconDownload, IconFileImport, IconHammer, IconStack2, IconTrash } from '@tabler/icons-react';
import { useCallback, useMemo, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { ImageView } from '../../../../shared/contract/images.ts';
import { useClient, type Client } from '../../lib/client-context.tsx';
import { goTo } from '../../lib/route.ts';
import { useApp } from '../../lib/store.ts';
import { askDialog, useAskedDialog } from '../../lib/use-asked-dialog.ts';
import { useLiveRows, useReading } from '../../lib/use-live.ts';
import { useReport } from '../../lib/use-report.ts';
import { BY_NAME, ListScreen, Tool } from '../../ui/list-screen.tsx';
import { PruneDialog } from '../prune/prune-dialog.tsx';
import { BuildDialog } from './build-dialog.tsx';
import { useImageColumns } from './columns.tsx';
import { ImagePage } from './image-page.tsx';
import { LoadDialog, loadImages } from './load-dialog.tsx';
import { findImage, imageLink, imageName } from './names.ts';
import { PullDialog } from './pull-dialog.tsx';
import { PushDialog } from './push-dialog.tsx';
import { TagDialog } from './tag-dialog.tsx';
import { useImageActions } from './use-image-actions.tsx';

/** Those that the address may ask for. */
const ASKED = ['pull', 'build', 'load', 'prune'] as const;
type About =
  { readonly kind: 'tag'; readonly image: ImageView } | { readonly kind: 'push'; readonly names: readonly string[] };

/** Every image of the engine, or the one that the address names. */
export function ImagesScreen({ stale }: { readonly stale: boolean }): ReactElement {
  const { t } = useTranslation();
  const named = useApp(({ route }) => route.path[0]);
  const live = useLiveRows(watch, idOf);
  const [dialog, setDialog, close] = useAskedDialog<(typeof ASKED)[number], About>(ASKED);
  const onTag = useCallback((image: ImageView) => setDialog({ kind: 'tag', image }), [setDialog]);
  const onPush = useCallback((names: readonly string[]) => setDialog({ kind: 'push', names }), [setDialog]);
  const actions = useImageActions({ onTag, onPush });
  const usage = useUsage(named === undefined ? live.rows : null);
  const columns = useImageColumns(usage);
  return (
    <ListScreen
      {...live}
      id="images"
      Icon={IconStack2}
      topic="image"
      stale={stale}
      named={named}
      page={(name, rows) => {
        const image = findImage(rows, name);
        return image ? <ImagePage image={image} actions={actions} stale={stale} /> : null;
      }}
      rowId={idOf}
      rowName={imageName}
      rowData={dataOf}
      columns={columns}
      actions={actions}
      initialSort={BY_NAME}
      onOpen={open}
      count={({ length }) => t('images.count', { count: length })}
      tools={<Tools stale={stale} />}
    >
      {dialog?.kind === 'pull' && <PullDialog onClose={close} />}
      {dialog?.kind === 'build' && <BuildDialog onClose={close} />}
      {dialog?.kind === 'load' && <LoadDialog onClose={close} />}
      {dialog?.kind === 'prune' && <PruneDialog what="images" onClose={close} />}
      {dialog?.kind === 'tag' && <TagDialog image={dialog.image} onClose={close} />}
      {dialog?.kind === 'push' && <PushDialog names={dialog.names} onClose={close} />}
    </ListScreen>
  );
}

function Tools({ stale }: { readonly stale: boolean }): ReactElement {
  const { t } = useTranslation();
  const client = useClient();
  const report = useReport();
  const load = async (): Promise<void> => {
    try {
      await loadImages(client);
    } catch (thrown) {
      report(t('manage.upload-failed'), thrown);
    }
  };
  return (
    <>
      <Tool
        primary
        Icon={IconDownload}
        label={t('images.pull.button')}
        testId="pull"
        disabled={stale}
        onClick={() => askDialog('pull')}
      />
      <Tool
        Icon={IconHammer}
        label={t('images.build.button')}
        testId="build"
        disabled={stale}
        onClick={() => askDialog('build')}
      />
      <Tool
        Icon={IconFileImport}
        label={t('images.load.button')}
        testId="load"
        disabled={stale}
        onClick={() => void load()}
      />
      <Tool
        Icon={IconTrash}
        label={t('prune.button')}
        testId="prune"
        disabled={stale}
        onClick={() => askDialog('prune')}
      />
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
