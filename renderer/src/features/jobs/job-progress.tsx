import { Progress } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { JobView } from '../../../../shared/contract/jobs.ts';
import { jobTitle, progressWords } from './job-words.ts';

/** How far a job is that is under way, and the engine's newest words. */
export function JobProgress({ job }: { readonly job: JobView }): ReactElement {
  const { t, i18n } = useTranslation();
  return (
    <>
      <Progress
        size="sm"
        aria-label={jobTitle(t, job)}
        value={job.total ? (100 * job.done) / job.total : 100}
        animated={!job.total}
      />
      <p className="job-line quiet">
        {progressWords(i18n.language, job)} {job.line}
      </p>
    </>
  );
}
