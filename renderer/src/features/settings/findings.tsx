import { Button, Loader } from '@mantine/core';
import { useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { DoctorFinding } from '../../../../shared/contract/schemas.ts';
import { useClient } from '../../lib/client-context.tsx';
import { useReport } from '../../lib/use-report.ts';
import { CoreWords } from '../../ui/core-words.tsx';
import { Note, type NoteTone } from '../../ui/note.tsx';

const TONES: Readonly<Record<DoctorFinding['level'], NoteTone>> = { ok: 'ok', info: 'info', warn: 'warn', fail: 'bad' };

/** What can and cannot be enforced on this engine; asked for, since it starts the helper there. */
export function Findings(): ReactElement {
  const { t } = useTranslation();
  const client = useClient();
  const report = useReport();
  const [findings, setFindings] = useState<readonly DoctorFinding[] | null>(null);
  const [isAsking, setAsking] = useState(false);
  const ask = async (): Promise<void> => {
    setAsking(true);
    try {
      setFindings((await client.engine.doctor()).findings);
    } catch (thrown) {
      report(t('settings.guard.unasked'), thrown);
    }
    setAsking(false);
  };
  return (
    <div>
      <p className="quiet">{t('settings.guard.doctor')}</p>
      <Button
        variant="default"
        size="sm"
        data-testid="doctor"
        leftSection={isAsking ? <Loader size={14} aria-hidden /> : null}
        onClick={() => void ask()}
      >
        {t('settings.guard.ask')}
      </Button>
      <ul className="settings-findings" aria-live="polite">
        {findings?.map(({ id, level, title, detail, hint }) => (
          <li key={`${id} ${title}`} data-testid="finding" data-level={level}>
            <Note tone={TONES[level]}>
              <p className="note-title">
                <CoreWords text={title} />
              </p>
              <p>
                <CoreWords text={detail} />
              </p>
              {hint !== '' && (
                <p className="quiet">
                  <CoreWords text={hint} />
                </p>
              )}
            </Note>
          </li>
        ))}
      </ul>
    </div>
  );
}
