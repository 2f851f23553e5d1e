import { Button, Loader } from '@mantine/core';
import { IconActivity } from '@tabler/icons-react';
import { useEffect, useRef, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { useClient } from '../../lib/client-context.tsx';
import { useApp } from '../../lib/store.ts';
import { useReport } from '../../lib/use-report.ts';
import { PanelPopover } from '../../ui/panel-popover.tsx';
import { handledJobs } from './handled.ts';
import { JobItem } from './job-item.tsx';
import { jobTitle } from './job-words.ts';

/** The one place that shows what is under way on the engine, and what came of it. */
export function ActivityTray(): ReactElement | null {
  const { t } = useTranslation();
  const client = useClient();
  const jobs = useApp((state) => state.jobs);
  useReportFailures();
  if (jobs.length === 0) return null;
  const running = jobs.filter(({ state }) => state === 'running').length;
  const label = t('jobs.running', { count: running });
  return (
    <PanelPopover
      width={420}
      label={t('jobs.label')}
      className="jobs"
      button={{
        className: 'chip',
        'data-testid': 'activity',
        'data-running': running,
        'aria-label': label,
        children: (
          <>
            {running > 0 ? <Loader size={14} aria-hidden /> : <IconActivity size={16} aria-hidden />}
            {running > 0 ? running : <span className="narrow-hidden">{t('jobs.label')}</span>}
          </>
        ),
      }}
    >
      <div className="jobs-head">
        <p className="popover-title">{t('jobs.label')}</p>
        <Button
          size="compact-xs"
          variant="subtle"
          disabled={running === jobs.length}
          onClick={() => void client.jobs.tidy().catch(() => undefined)}
        >
          {t('jobs.tidy')}
        </Button>
      </div>
      <ul className="jobs-list">
        {jobs.map((job) => (
          <JobItem key={job.id} job={job} />
        ))}
      </ul>
    </PanelPopover>
  );
}

/** A failure is said at once, wherever the user is; those of before the page was opened are only listed. */
function useReportFailures(): void {
  const { t } = useTranslation();
  const report = useReport();
  const jobs = useApp((state) => state.jobs);
  const running = useRef<ReadonlySet<string>>(new Set());
  useEffect(() => {
    for (const job of jobs) {
      if (job.error && running.current.has(job.id) && !handledJobs.has(job.id)) {
        report(t('jobs.failed', { job: jobTitle(t, job) }), { data: job.error });
      }
    }
    running.current = new Set(jobs.filter(({ state }) => state === 'running').map(({ id }) => id));
  }, [jobs, report, t]);
}
