import { ActionIcon } from '@mantine/core';
import { IconCircleCheck, IconCircleOff, IconCircleX, IconClock, IconX } from '@tabler/icons-react';
import { useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { JobView } from '../../../../shared/contract/jobs.ts';
import { useClient } from '../../lib/client-context.tsx';
import { useReport } from '../../lib/use-report.ts';
import { ErrorCard } from '../../ui/error-card.tsx';
import { JobParts } from './job-parts.tsx';
import { JobProgress } from './job-progress.tsx';
import { jobTitle } from './job-words.ts';

const ICONS = { running: IconClock, done: IconCircleCheck, failed: IconCircleX, cancelled: IconCircleOff } as const;

/** One job: what it does, how far it is, how it ended; unfolded, every part of it. */
export function JobItem(props: { readonly job: JobView }): ReactElement {
  const { t } = useTranslation();
  const client = useClient();
  const report = useReport();
  const { job } = props;
  const [isOpen, setOpen] = useState(false);
  const Icon = ICONS[job.state];
  const title = jobTitle(t, job);
  return (
    <li className="job" data-testid="job" data-kind={job.kind} data-state={job.state}>
      <div className="job-head">
        <Icon size={17} aria-label={t(`jobs.state.${job.state}`)} role="img" className={`job-${job.state}`} />
        <button type="button" className="job-title" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          {title}
        </button>
        {job.state === 'running' && (
          <ActionIcon
            variant="subtle"
            color="gray"
            size="sm"
            aria-label={t('jobs.cancel', { job: title })}
            onClick={() => void client.jobs.cancel({ id: job.id }).catch((thrown: unknown) => report(title, thrown))}
          >
            <IconX size={15} />
          </ActionIcon>
        )}
      </div>
      {job.state === 'running' && <JobProgress job={job} />}
      {job.error && <ErrorCard error={job.error} />}
      {isOpen && <JobParts id={job.id} />}
    </li>
  );
}
