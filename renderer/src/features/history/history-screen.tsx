import { Button } from '@mantine/core';
import { IconArrowBackUp, IconHistory } from '@tabler/icons-react';
import { useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { JournalEntryView } from '../../../../shared/contract/journal.ts';
import { ErrorLine } from '../../ui/error-card.tsx';
import { Face } from '../../ui/face.tsx';
import { useAsk } from '../changes/use-ask.ts';
import { changeWords, differenceLines, resultWords } from './words.ts';

/** What was changed of the policy, newest first, and the way back. */
export function HistoryScreen(props: {
  readonly entries: readonly JournalEntryView[];
  readonly stale: boolean;
}): ReactElement {
  const { t } = useTranslation();
  const { entries } = props;
  if (entries.length === 0) {
    return <Face icon={<IconHistory size={40} />} title={t('history.empty.title')} text={t('history.empty.text')} />;
  }
  return (
    <div className="manage-screen" data-stale={props.stale} data-testid="history">
      {/* The list scrolls, so the keyboard must be able to reach it. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <div className="detail-scroll" tabIndex={0} role="region" aria-label={t('history.label')}>
        <table className="plain-table history">
          <thead>
            <tr>
              <th scope="col">{t('history.column.change')}</th>
              <th scope="col">{t('history.column.time')}</th>
              <th scope="col">{t('history.column.who')}</th>
              <th scope="col">{t('history.column.result')}</th>
              <th scope="col">
                <span className="hidden">{t('history.column.actions')}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {entries.map((entry) => (
              <Row key={entry.id} entry={entry} entries={entries} stale={props.stale} />
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}

function Row(props: {
  readonly entry: JournalEntryView;
  readonly entries: readonly JournalEntryView[];
  readonly stale: boolean;
}): ReactElement {
  const { t, i18n } = useTranslation();
  const ask = useAsk();
  const { entry } = props;
  const what = changeWords(t, entry.change, props.entries);
  const result = resultWords(t, entry);
  const time = new Date(entry.at);
  return (
    <tr data-testid="history-row" data-id={entry.id} data-state={entry.state}>
      <th scope="row">
        <span className="container-name">{what}</span>
        <Difference entry={entry} />
      </th>
      <td className="nowrap">
        <time dateTime={time.toISOString()} title={time.toISOString()}>
          {time.toLocaleString(i18n.language, { dateStyle: 'medium', timeStyle: 'short' })}
        </time>
      </td>
      <td>{t(`history.who.${entry.who}`)}</td>
      <td>
        <span className={`history-result history-${result.tone}`}>{result.text}</span>
        {entry.error && (
          <span className="quiet history-error">
            <ErrorLine error={entry.error} />
          </span>
        )}
      </td>
      <td className="plain-actions">
        {entry.undoable && (
          <Button
            variant="default"
            size="compact-sm"
            leftSection={<IconArrowBackUp size={16} aria-hidden />}
            disabled={props.stale}
            aria-label={t('history.undo-this', { what })}
            data-testid="undo"
            onClick={() => ask({ entry: entry.id }, { action: 'undo', entry: entry.id }, what)}
          >
            {t('history.undo')}
          </Button>
        )}
      </td>
    </tr>
  );
}

/** The lines of the policy that came and went, opened when asked for. */
function Difference(props: { readonly entry: JournalEntryView }): ReactElement | null {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const { entry } = props;
  const lines = differenceLines(entry);
  if (lines.length === 0) return null;
  return (
    <>
      <button type="button" className="history-more" aria-expanded={open} onClick={() => setOpen(!open)}>
        {t('history.lines', { count: lines.length + entry.more })}
      </button>
      {open && (
        <ul className="history-lines">
          {lines.map((line, index) => (
            <li key={`${index} ${line}`} data-gone={line.startsWith('−')}>
              <code>{line}</code>
            </li>
          ))}
          {entry.more > 0 && <li>{t('history.more', { count: entry.more })}</li>}
        </ul>
      )}
    </>
  );
}
