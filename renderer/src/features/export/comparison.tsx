/** What changed since an export that was saved: chosen as a file, shown as a picture and as text. */
import { Button, CloseButton, FileButton, Loader, SegmentedControl, Text, useComputedColorScheme } from '@mantine/core';
import { IconFileDiff } from '@tabler/icons-react';
import { useCallback, useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { CompareInput, CompareResult, DiagramScopeInput } from '../../../../shared/contract/diagram.ts';
import { packRecorded } from '../../../../shared/exports/packed.ts';
import type { Client } from '../../lib/client-context.tsx';
import { useApp } from '../../lib/store.ts';
import { useReading } from '../../lib/use-live.ts';
import { useReport } from '../../lib/use-report.ts';
import { CoreWords } from '../../ui/core-words.tsx';
import { ErrorCard } from '../../ui/error-card.tsx';

export interface Kept {
  readonly name: string;
  readonly packed: CompareInput['before'];
}

/** Read here and sent small; what it holds is hostile text. */
export function KeptExport(props: {
  readonly kept: Kept | null;
  readonly onChange: (kept: Kept | null) => void;
}): ReactElement {
  const { t } = useTranslation();
  const report = useReport();
  const take = async (file: File | null): Promise<void> => {
    if (!file) return;
    try {
      const { readRecorded } = await import('./read-kept.ts');
      const recorded = readRecorded(file.name, await file.text());
      props.onChange({ name: file.name, packed: structuredClone(packRecorded(recorded)) as CompareInput['before'] });
    } catch (thrown) {
      report(t('export.compare.failed'), thrown);
    }
  };
  if (props.kept) {
    return (
      <div className="export-kept">
        <Text size="sm" data-testid="export-compared">
          {t('export.compare.with', { name: props.kept.name })}
        </Text>
        <CloseButton size="sm" aria-label={t('export.compare.stop')} onClick={() => props.onChange(null)} />
      </div>
    );
  }
  return (
    <FileButton accept="application/json,.json" onChange={(file) => void take(file)}>
      {(button) => (
        <Button
          {...button}
          className="export-compare"
          variant="subtle"
          size="compact-sm"
          leftSection={<IconFileDiff size={16} />}
          data-testid="export-compare"
        >
          {t('export.compare.choose')}
        </Button>
      )}
    </FileButton>
  );
}

export function Comparison(props: {
  readonly before: CompareInput['before'];
  readonly scope: DiagramScopeInput;
  readonly theme: CompareInput['theme'];
}): ReactElement {
  const { t } = useTranslation();
  const { before, scope, theme } = props;
  const scheme = useComputedColorScheme('light');
  const revision = useApp((state) => state.frame?.revision ?? 0);
  const [view, setView] = useState<'picture' | 'text'>('picture');
  const asked = JSON.stringify(scope);
  const read = useCallback(
    (client: Client, signal: AbortSignal): Promise<CompareResult> =>
      client.diagram.compare(
        { before, scope: JSON.parse(asked) as DiagramScopeInput, theme: theme === 'auto' ? scheme : theme },
        { signal },
      ),
    [before, asked, theme, scheme],
  );
  const { value, error } = useReading(read, String(revision));
  if (error && !value) return <ErrorCard error={error} />;
  if (!value) return <Loader size={24} />;
  const { lines, svg, notes } = value;
  return (
    <section className="export-changes" data-testid="export-changes">
      <SegmentedControl
        size="xs"
        aria-label={t('export.compare.view')}
        value={view}
        data={(['picture', 'text'] as const).map((one) => ({ value: one, label: t(`export.compare.${one}`) }))}
        onChange={(next) => setView(next === 'text' ? 'text' : 'picture')}
      />
      {notes.map((note) => (
        <Text key={note} size="sm" c="dimmed">
          <CoreWords text={note} />
        </Text>
      ))}
      {lines.length === 0 && <Text size="sm">{t('export.compare.nothing')}</Text>}
      {view === 'picture' ? (
        // As an image it runs nothing and loads nothing, whatever names it holds.
        <img
          src={`data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`}
          alt={t('export.compare.picture-label')}
        />
      ) : (
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be within reach of the keyboard
        <pre role="region" tabIndex={0} aria-label={t('export.compare.text-label')} data-testid="export-changes-text">
          {lines.join('\n')}
        </pre>
      )}
    </section>
  );
}
