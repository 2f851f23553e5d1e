import { Button, Group, Modal, NativeSelect, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconCopy, IconDownload } from '@tabler/icons-react';
import { useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { localDay } from '../../../../shared/exports/day.ts';
import type { ExportFormatName, ExportInput, ExportResult } from '../../../../shared/contract/diagram.ts';
import { useClient } from '../../lib/client-context.tsx';
import type { Frame } from '../../lib/frame.ts';
import { saveBlob } from '../../lib/save-blob.ts';
import { useReport } from '../../lib/use-report.ts';
import { CoreWords } from '../../ui/core-words.tsx';
import { Comparison, KeptExport, type Kept } from './comparison.tsx';
import { composeChoices, scopeChoices, type OnScreen } from './scopes.ts';

const FORMATS: readonly ExportFormatName[] = [
  'svg',
  'png',
  'pdf',
  'mermaid',
  'dot',
  'drawio',
  'json',
  'csv',
  'k8s',
  'compose',
];
/** Formats that tell of now alone. */
const ONLY_NOW: ReadonlySet<ExportFormatName> = new Set(['csv', 'k8s', 'compose']);
const THEMES = ['auto', 'light', 'dark'] as const;
const SCALES = ['auto', 1, 2, 3, 4] as const;
const VIEWS = ['matrix', 'diagram'] as const;
const PAPERS = ['a4', 'a3'] as const;
/** Formats that are pictures, and have colours. */
const COLOURED: ReadonlySet<ExportFormatName> = new Set(['svg', 'png', 'pdf']);

/** Saves or copies the matrix or the diagram in one of the formats; the core makes it. */
export function ExportDialog(props: {
  readonly frame: Frame;
  /** Where it was opened from: what a picture is of, until another is chosen. */
  readonly view: ExportInput['view'];
  /** What the screen shows now; null where it shows everything. */
  readonly shown: OnScreen | null;
  readonly onClose: () => void;
}): ReactElement {
  const { t } = useTranslation();
  const client = useClient();
  const report = useReport();
  const [format, setFormat] = useState<ExportFormatName>('svg');
  const [wanted, setScope] = useState('');
  const [before, setBefore] = useState<Kept | null>(null);
  const all = scopeChoices(props.frame, props.shown);
  const ofCompose = composeChoices(props.frame, all);
  const choices = format === 'compose' ? ofCompose : all;
  const chosen = choices.find(({ value }) => value === wanted) ?? choices[0];
  const formats = FORMATS.filter((one) =>
    before ? !ONLY_NOW.has(one) : one !== 'compose' || ofCompose.length > 0 || format === 'compose',
  );
  const [picked, setView] = useState(props.view);
  // What changed is a diagram.
  const view = before ? 'diagram' : picked;
  const [theme, setTheme] = useState<(typeof THEMES)[number]>('auto');
  const [scale, setScale] = useState<(typeof SCALES)[number]>('auto');
  const [paper, setPaper] = useState<(typeof PAPERS)[number]>('a4');
  const [busy, setBusy] = useState<'save' | 'copy' | null>(null);

  const make = async (): Promise<ExportResult> => {
    const result = await client.diagram.export({
      format,
      scope: chosen?.scope ?? {},
      view,
      ...(chosen?.shown ? { shown: chosen.shown } : {}),
      theme,
      scale,
      paper,
      date: localDay(new Date()),
      ...(before ? { before: before.packed } : {}),
    });
    for (const note of result.notes) {
      notifications.show({ message: <CoreWords text={note} />, color: 'yellow', autoClose: 12_000 });
    }
    return result;
  };
  const run = async (what: 'save' | 'copy', work: () => Promise<void>): Promise<void> => {
    setBusy(what);
    try {
      await work();
      props.onClose();
    } catch (thrown) {
      report(t('export.failed'), thrown);
    } finally {
      setBusy(null);
    }
  };
  const save = async (): Promise<void> => {
    const result = await make();
    saveBlob(result.name, blobOf(result));
  };
  const copy = async (): Promise<void> => {
    const result = await make();
    if (result.encoding === 'text') await navigator.clipboard.writeText(result.content);
    else await navigator.clipboard.write([new ClipboardItem({ [result.mediaType]: blobOf(result) })]);
    notifications.show({ message: t('common.copied'), color: 'green' });
  };

  return (
    <Modal
      opened
      onClose={props.onClose}
      size={before ? 'xl' : 'md'}
      title={t('export.title')}
      closeButtonProps={{ 'aria-label': t('common.close') }}
      data-testid="export-dialog"
    >
      <form
        className="export-form"
        onSubmit={(event) => {
          event.preventDefault();
          void run('save', save);
        }}
      >
        <NativeSelect
          label={t('export.format.label')}
          value={format}
          data={formats.map((value) => ({ value, label: t(`export.format.${value}`) }))}
          onChange={(event) => setFormat(FORMATS.find((one) => one === event.currentTarget.value) ?? 'svg')}
        />
        <NativeSelect
          label={t('export.scope.label')}
          value={chosen?.value ?? ''}
          data={choices.map(({ value, kind, name }) => ({ value, label: t(`export.scope.${kind}`, { name }) }))}
          onChange={(event) => setScope(event.currentTarget.value)}
        />
        {COLOURED.has(format) && !before && (
          <NativeSelect
            label={t('export.view.label')}
            value={view}
            data={VIEWS.map((value) => ({ value, label: t(`diagram.view.${value}`) }))}
            onChange={(event) => setView(VIEWS.find((one) => one === event.currentTarget.value) ?? 'diagram')}
          />
        )}
        {COLOURED.has(format) && (
          <NativeSelect
            label={t('export.theme.label')}
            value={theme}
            data={THEMES.filter((value) => value !== 'auto' || format === 'svg').map((value) => ({
              value,
              label: t(`export.theme.${value}`),
            }))}
            onChange={(event) => setTheme(THEMES.find((one) => one === event.currentTarget.value) ?? 'light')}
          />
        )}
        {format === 'png' && (
          <NativeSelect
            label={t('export.scale.label')}
            value={String(scale)}
            data={SCALES.map((value) => ({
              value: String(value),
              label: value === 'auto' ? t('export.scale.auto') : `${value}×`,
            }))}
            onChange={(event) => setScale(SCALES.find((one) => String(one) === event.currentTarget.value) ?? 'auto')}
          />
        )}
        {format === 'pdf' && (
          <NativeSelect
            label={t('export.paper')}
            value={paper}
            data={PAPERS.map((value) => ({ value, label: value.toUpperCase() }))}
            onChange={(event) => setPaper(PAPERS.find((one) => one === event.currentTarget.value) ?? 'a4')}
          />
        )}
        <Text size="sm" c="dimmed">
          {t(
            before
              ? 'export.about.compared'
              : view === 'matrix' && COLOURED.has(format)
                ? 'export.about.matrix'
                : `export.about.${format}`,
          )}
        </Text>
        <KeptExport
          kept={before}
          onChange={(kept) => {
            setBefore(kept);
            if (kept && ONLY_NOW.has(format)) setFormat('svg');
          }}
        />
        {before && <Comparison before={before.packed} scope={chosen?.scope ?? {}} theme={theme} />}
        <Group justify="flex-end" mt="sm">
          {format !== 'pdf' && (
            <Button
              variant="default"
              leftSection={<IconCopy size={16} />}
              loading={busy === 'copy'}
              disabled={busy !== null}
              onClick={() => void run('copy', copy)}
            >
              {t('export.copy')}
            </Button>
          )}
          <Button
            type="submit"
            leftSection={<IconDownload size={16} />}
            loading={busy === 'save'}
            disabled={busy !== null}
            data-testid="export-save"
          >
            {t('export.save')}
          </Button>
        </Group>
      </form>
    </Modal>
  );
}

function blobOf({ encoding, content, mediaType }: ExportResult): Blob {
  if (encoding === 'text') return new Blob([content], { type: mediaType });
  const bytes = Uint8Array.from(atob(content), (character) => character.charCodeAt(0));
  return new Blob([bytes], { type: mediaType });
}
