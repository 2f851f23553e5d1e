import { Loader } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { ErrorLine } from '../../ui/error-card.tsx';
import { partWords, progressWords } from './job-words.ts';
import { useJob } from './use-job.ts';

/** So many lines of output are shown. */
const LINES_SHOWN = 200;

/** Every part of one job, and the end of its output. */
export function JobParts(props: { readonly id: string }): ReactElement {
  const { t, i18n } = useTranslation();
  const job = useJob(props.id);
  if (!job) return <Loader size="xs" role="img" aria-label={t('common.loading')} />;
  return (
    <div className="job-detail">
      {job.parts.length > 0 && (
        <ul className="job-parts">
          {job.parts.map((part) => (
            <li key={part.id} data-state={part.state}>
              <span className="job-part-name">{part.name}</span>
              <span className="quiet">
                {part.error ? (
                  <ErrorLine error={part.error} isBrief />
                ) : part.text ? (
                  partWords(t, part.text)
                ) : (
                  t(`jobs.part.${part.state}`)
                )}{' '}
                {part.state === 'running' && progressWords(i18n.language, { ...part, unit: 'bytes' })}
              </span>
            </li>
          ))}
        </ul>
      )}
      {job.lines.length > 0 && <pre className="job-lines">{job.lines.slice(-LINES_SHOWN).join('\n')}</pre>}
    </div>
  );
}
